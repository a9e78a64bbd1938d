"""A topic of librdkafka's own mock cluster: brokers on the loopback interface, in this process."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from confluent_kafka import Message, Producer

from dashboard.shop.streams.kafka_source import KafkaSource, kafka_source
from dashboard.shop.streams.source import Entry, Refusal, StreamError
from tests.support.waiting import until

_numbers = count()
# The mock keeps a group waiting for a whole session when its last member has left; it needs 3 s to make one.
SOON = {"session.timeout.ms": "5000", "heartbeat.interval.ms": "100"}


@pytest.fixture
def topic() -> str:
    return f"shop-{next(_numbers)}"


def send(cluster: Producer, topic: str, *values: bytes | None) -> None:
    for value in values:
        cluster.produce(topic, value, b"key", partition=0, headers=[("trace", b"t1")])
    assert cluster.flush(30) == 0


@pytest.fixture
def made(servers: str, topic: str) -> Iterator[Any]:
    """Return a function that makes a source; it is closed afterwards."""
    sources: list[KafkaSource] = []

    def make() -> KafkaSource:
        sources.append(kafka_source(servers, topic, "g", SOON))
        return sources[-1]

    yield make
    for one in sources:
        one.close()


def read(source: KafkaSource, n: int) -> list[Entry]:
    """Read until so many entries are there."""
    found: list[Entry] = []

    def has_all() -> bool:
        found.extend(source.read(n - len(found), 0.2))
        return len(found) >= n

    assert until(has_all)
    return found


def contents(entries: list[Entry]) -> list[bytes]:
    return [one.content for one in entries]


def test_events_come_in_order_and_again_until_they_are_acknowledged(cluster: Producer, topic: str, made: Any) -> None:
    send(cluster, topic, b"a", b"b", b"c")
    first = made()
    (a,) = read(first, 1)
    first.acknowledge([a], [])
    assert contents(read(first, 2)) == [b"b", b"c"]
    first.close()  # as one that was killed, it acknowledged no more
    again = made()
    found = read(again, 2)
    assert contents(found) == [b"b", b"c"]
    assert [one.id for one in found] == [f"{topic}[0]@1", f"{topic}[0]@2"]
    again.acknowledge(found, [])
    again.close()
    send(cluster, topic, b"d")
    assert contents(read(made(), 1)) == [b"d"]


def test_the_end_is_known_when_all_partitions_were_read(cluster: Producer, topic: str, made: Any) -> None:
    send(cluster, topic, b"a")
    source = made()
    assert not source.is_at_end
    assert contents(read(source, 1)) == [b"a"]
    assert until(lambda: not source.read(500, 0.2) and source.is_at_end)


def test_what_comes_while_entries_in_hand_are_held_is_not_lost(cluster: Producer, topic: str, made: Any) -> None:
    send(cluster, topic, b"a")
    source = made()
    read(source, 1)
    send(cluster, topic, b"b", b"c")

    def has_held() -> bool:
        source.hold()
        return any(one.error() is None for one in source._held)

    assert until(has_held)
    assert contents(read(source, 2)) == [b"b", b"c"]


def test_a_refused_message_is_kept_in_a_topic_of_its_own(
    cluster: Producer, topic: str, servers: str, made: Any
) -> None:
    send(cluster, topic, b"bad", None)
    source = made()
    found = read(source, 2)
    assert [one.wrong for one in found] == ["", "the message is empty"]
    source.acknowledge(found, [Refusal(found[0], "kind is missing"), Refusal(found[1], found[1].wrong)])
    aside = kafka_source(servers, f"{topic}.refused", "aside", SOON)
    kept: list[Message] = sorted((one.original for one in read(aside, 2)), key=lambda message: message.value() or b"")
    aside.close()
    assert [one.value() for one in kept] == [None, b"bad"]
    assert kept[1].key() == b"key"
    assert kept[1].headers() == [
        ("trace", b"t1"),
        ("refused_entry", f"{topic}[0]@0".encode()),
        ("refused_because", b"kind is missing"),
    ]


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"enable.auto.commit": "true"}, "enable.auto.commit is not to be set"),
        ({"group.id": "x"}, "group.id is not to be set"),
        ({"no.such": "x"}, 'No such configuration property: "no.such"'),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, str], match: str) -> None:
    with pytest.raises(StreamError, match=match):
        kafka_source("127.0.0.1:1", "shop", "g", settings)
