"""A topic of Kafka, read as one of a consumer group. Needs the package confluent-kafka (requirements-kafka.txt)."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from dashboard.shop.streams.source import Entry, Refusal, SourceAway, StreamError

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
except ImportError as error:
    raise StreamError(
        "--kafka needs the package confluent-kafka, which is not installed; install it with: "
        "pip install --require-hashes -r requirements-kafka.txt"
    ) from error

REFUSED = ".refused"  # added to the topic's name
SEND_SECONDS = 10.0
TOGETHER_SECONDS = 0.05  # for more, once there is a message
JOIN_SECONDS = 60.0  # to be given partitions
_log = logging.getLogger(__name__)
# What only reading takes: a producer would warn of it.
_OF_CONSUMERS = ("auto.", "check.", "fetch.", "group.", "heartbeat.", "isolation.", "max.poll.", "session.")
_OURS = ("group.id", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof")


class KafkaSource:
    """Reads the partitions that the group gives it; offsets are committed after the events are in the database."""

    def __init__(
        self, consumer: Consumer, producer: Producer, topic: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._consumer, self._producer, self._topic, self._clock = consumer, producer, topic, clock
        self._held: list[Message] = []
        self._assigned: set[int] = set()
        self._ended: set[int] = set()
        self._joins_until = clock() + JOIN_SECONDS
        consumer.subscribe([topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke)

    @property
    def is_at_end(self) -> bool:
        """Return whether each of its partitions has been read to its end. Raises SourceAway where it has none."""
        if not self._assigned and self._clock() > self._joins_until:
            raise SourceAway(f"Kafka gave no partition of the topic {self._topic} to this consumer")
        return bool(self._assigned) and self._ended >= self._assigned

    def read(self, most: int, seconds: float) -> Sequence[Entry]:
        """Return the next messages of all partitions. Raises SourceAway, StreamError."""
        try:
            if not self._held:
                self._held += self._consumer.consume(1, seconds)
            if 0 < len(self._held) < most:
                self._held += self._consumer.consume(most - len(self._held), TOGETHER_SECONDS)
        except KafkaException as error:
            raise _raised(error.args[0], self._topic) from error
        found, self._held = self._held[:most], self._held[most:]
        messages = [one for one in found if one.error() is None]
        self._ended -= {_partition(one) for one in messages}
        errors = [error for error in (self._error(one) for one in found) if error is not None]
        if errors and not messages:
            raise _raised(errors[0], self._topic)
        return [_entry(one) for one in messages]

    def acknowledge(self, entries: Sequence[Entry], refused: Sequence[Refusal]) -> None:
        """Send the refused ones to the topic TOPIC.refused, and commit the offsets.

        Offsets that are not committed, as another consumer has the partition by now or no broker answers, do no harm:
        their events come again and are known.
        """
        if refused:
            self._keep(refused)
        last: dict[int, int] = {}
        for message in (one.original for one in entries):
            last[_partition(message)] = max(message.offset(), last.get(_partition(message), 0))
        offsets = [TopicPartition(self._topic, partition, offset + 1) for partition, offset in last.items()]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            _log.warning("offsets not committed: events may come again", extra={"reason": error.args[0].str()})

    def hold(self) -> None:
        """Ask for a message, as a member that asks for none loses its partitions; it is kept for the next `read`."""
        message = self._consumer.poll(0)
        if message is not None:
            self._held.append(message)

    def close(self) -> None:
        """Leave the group: its partitions go to the others at once."""
        self._consumer.close()

    def _error(self, message: Message) -> KafkaError | None:
        """Return what is wrong with the stream by a message that is none; its end is nothing wrong."""
        error = message.error()
        if error is None:
            return None
        if error.code() == KafkaError._PARTITION_EOF:
            self._ended.add(_partition(message))
            return None
        _log.warning("Kafka reports an error", extra={"reason": error.str()})
        return error

    def _keep(self, refused: Sequence[Refusal]) -> None:
        lost: list[str] = []

        def sent(error: KafkaError | None, _: Message, number: str) -> None:
            if error is not None:
                lost.append(number)

        for entry, reason in refused:
            message = entry.original
            headers = [("refused_entry", entry.id.encode()), ("refused_because", reason.encode())]
            try:
                self._producer.produce(
                    self._topic + REFUSED,
                    message.value(),
                    message.key(),
                    headers=[*(message.headers() or ()), *headers],
                    on_delivery=partial(sent, number=entry.id),
                )
            except (BufferError, KafkaException):
                lost.append(entry.id)
        self._producer.flush(SEND_SECONDS)
        for number in lost:
            _log.warning("refused event kept in its topic alone", extra={"entry": number})

    def _on_assign(self, _: object, partitions: Sequence[TopicPartition]) -> None:
        self._assigned |= {one.partition for one in partitions}

    def _on_revoke(self, _: object, partitions: Sequence[TopicPartition]) -> None:
        gone = {one.partition for one in partitions}
        self._assigned -= gone
        self._ended -= gone
        self._joins_until = self._clock() + JOIN_SECONDS


def kafka_source(servers: str, topic: str, group: str, settings: Mapping[str, str]) -> KafkaSource:
    """Return a source that has asked nothing yet. Raises StreamError for settings that librdkafka does not take."""
    for name in _OURS:
        if name in settings:
            raise StreamError(f"{name} is not to be set for Kafka: leave it out of the file")
    common: dict[str, Any] = {"bootstrap.servers": servers, "error_cb": _on_error, **settings}
    own = {"group.id": group, "enable.auto.commit": False, "enable.partition.eof": True}
    try:
        consumer = Consumer({"auto.offset.reset": "earliest", **common, **own}, logger=_log)
        sends = {name: value for name, value in common.items() if not name.startswith(_OF_CONSUMERS)}
        producer = Producer({**sends, "message.timeout.ms": int(SEND_SECONDS * 1000)}, logger=_log)
    except KafkaException as error:
        raise StreamError(f"Kafka cannot be read with these settings ({error.args[0].str()})") from error
    return KafkaSource(consumer, producer, topic)


def _on_error(error: KafkaError) -> None:
    _log.warning("Kafka does not answer", extra={"reason": error.str()})


def _entry(message: Message) -> Entry:
    number = f"{message.topic()}[{message.partition()}]@{message.offset()}"
    content = message.value()
    if content is None:
        return Entry(number, b"", message, "the message is empty")
    return Entry(number, content, message)


def _partition(message: Message) -> int:
    found = message.partition()
    return -1 if found is None else found


def _raised(error: KafkaError, topic: str) -> SourceAway | StreamError:
    message = f"Kafka cannot be asked for the topic {topic} ({error.str()})"
    return StreamError(message) if error.fatal() else SourceAway(message)
