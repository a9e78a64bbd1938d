"""A stream of a real Redis."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from dashboard.shop.streams.redis_source import RedisSource, redis_client
from dashboard.shop.streams.source import Refusal, SourceAway, StreamError
from tests.support.redis import RedisServer
from tests.support.waiting import until

pytestmark = pytest.mark.redis


@pytest.fixture
def source(server: RedisServer, client: Redis) -> RedisSource:
    return made(server)


def made(server: RedisServer, consumer: str = "one", claim_after_seconds: float = 60.0) -> RedisSource:
    client = redis_client(server.url)
    return RedisSource(client, "shop", "g", consumer, claim_after_seconds=claim_after_seconds)


def add(client: Redis, *events: str) -> None:
    for each in events:
        client.xadd("shop", {"event": each})


def read(source: RedisSource, most: int = 500) -> list[str]:
    return [one.content.decode() for one in source.read(most, 0)]


def n_pending(client: Redis) -> int:
    return int(client.xpending("shop", "g")["pending"])


def test_a_new_group_reads_the_stream_from_its_beginning_in_order(source: RedisSource, client: Redis) -> None:
    add(client, "a", "b", "c")
    assert read(source, 2) == ["a", "b"]
    assert not source.is_at_end
    assert read(source, 2) == ["c"]
    assert read(source) == []
    assert source.is_at_end


def test_a_group_of_before_goes_on_where_it_was(server: RedisServer, source: RedisSource, client: Redis) -> None:
    add(client, "a", "b")
    source.acknowledge(source.read(1, 0), [])
    assert read(made(server, "two")) == ["b"]


def test_a_stream_that_is_not_there_yet_is_waited_for(source: RedisSource, client: Redis) -> None:
    assert read(source) == []
    add(client, "a")
    assert read(source) == ["a"]


def test_what_was_not_acknowledged_comes_again_to_the_same_consumer_first(
    server: RedisServer, source: RedisSource, client: Redis
) -> None:
    add(client, "a", "b", "c")
    source.acknowledge(source.read(1, 0), [])
    assert read(source, 1) == ["b"]  # and then it is killed
    again = made(server)
    assert read(again) == ["b"]
    assert read(again) == ["b"]  # until it is acknowledged
    again.acknowledge(again.read(500, 0), [])
    assert read(again) == ["c"]


def test_what_a_dead_consumer_left_is_taken_over_and_not_before_its_time(
    server: RedisServer, source: RedisSource, client: Redis
) -> None:
    add(client, "a", "b", "c")
    assert read(source) == ["a", "b", "c"]
    assert read(made(server, "two", claim_after_seconds=60.0)) == []
    other = made(server, "two", claim_after_seconds=0.0)
    for event in ("a", "b", "c"):  # one after the other
        (entry,) = other.read(1, 0)
        assert entry.content.decode() == event
        other.acknowledge([entry], [])
    assert n_pending(client) == 0


def test_a_refused_entry_is_kept_aside_with_the_reason_and_all_its_fields(source: RedisSource, client: Redis) -> None:
    client.xadd("shop", {"event": "bad", "trace": "t1"})
    client.xadd("shop", {"what": "else"})
    bad, other = source.read(500, 0)
    source.acknowledge([bad, other], [Refusal(bad, "kind is missing"), Refusal(other, other.wrong)])
    assert n_pending(client) == 0
    (_, first), (_, second) = client.xrange("shop:refused")
    assert first == {
        b"event": b"bad",
        b"trace": b"t1",
        b"refused_entry": bad.id.encode(),
        b"refused_because": b"kind is missing",
    }
    assert second[b"refused_because"] == b"the entry has no field event"
    assert second[b"what"] == b"else"


def test_an_entry_that_was_cut_off_the_stream_is_said_and_done_with(
    server: RedisServer, source: RedisSource, client: Redis
) -> None:
    add(client, "a", "b")
    source.read(500, 0)
    client.xtrim("shop", maxlen=1, approximate=False)
    again = made(server)
    cut, kept = again.read(500, 0)
    assert (cut.wrong, kept.wrong) == ("the stream was cut before it was read", "")
    again.acknowledge([cut, kept], [Refusal(cut, cut.wrong)])
    assert n_pending(client) == 0


def test_a_server_that_is_gone_and_comes_back_empty_is_read_again(
    server: RedisServer, source: RedisSource, client: Redis
) -> None:
    add(client, "a")
    (entry,) = source.read(500, 0)
    server.stop()
    with pytest.raises(SourceAway, match="cannot be asked for the stream shop"):
        source.acknowledge([entry], [])
    server.start()
    with server.client() as fresh:
        add(fresh, "b")
    with pytest.raises(SourceAway, match="NOGROUP"):
        source.read(500, 0)
    assert read(source) == ["b"]


def test_what_was_given_to_a_connection_that_broke_is_asked_for_again(source: RedisSource, client: Redis) -> None:
    assert read(source) == []
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(source.read, 500, 4.0)
        assert until(lambda: client.info("clients")["blocked_clients"] == 1)
        client.client_kill_filter(skipme=True)
        with pytest.raises(SourceAway):
            reading.result()
    add(client, "a")
    client.xreadgroup("g", "one", {"shop": ">"})  # as the server has given it away, and the answer did not arrive
    assert read(source) == ["a"]


def test_an_error_of_the_server_does_not_show_what_is_in_an_entry(source: RedisSource, client: Redis) -> None:
    add(client, "secret")
    (entry,) = source.read(500, 0)
    client.set("shop:refused", "x")
    with pytest.raises(StreamError, match="WRONGTYPE") as error:
        source.acknowledge([entry], [Refusal(entry, "kind is missing")])
    assert "secret" not in str(error.value)


def test_what_is_no_stream_is_refused(source: RedisSource, client: Redis) -> None:
    client.set("shop", "x")
    with pytest.raises(StreamError, match="WRONGTYPE"):
        source.read(500, 0)


def test_a_wrong_password_ends_it_and_is_not_shown(server: RedisServer, client: Redis) -> None:
    client.acl_setuser("shop", enabled=True, passwords=["+right"], commands=["+@all"], keys=["*"])
    address = f"redis://shop@127.0.0.1:{server.port}/0"
    refused = RedisSource(redis_client(address, "wrong-one"), "shop", "g", "one")
    with pytest.raises(StreamError, match="invalid username-password") as error:
        refused.read(500, 0)
    assert "wrong-one" not in str(error.value)
    assert read(RedisSource(redis_client(address, "right"), "shop", "g", "one")) == []


def test_a_url_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(StreamError, match="it must be like redis://host:6379/0") as error:
        redis_client("http://user:secret@host")
    assert "secret" not in str(error.value)
