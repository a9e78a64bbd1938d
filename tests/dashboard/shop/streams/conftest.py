from collections.abc import Iterator

import pytest
from confluent_kafka import Producer
from redis import Redis

from tests.support import redis
from tests.support.redis import MISSING, RedisServer


@pytest.fixture(scope="session")
def server() -> Iterator[RedisServer]:
    """Yield a Redis server for all tests of this folder."""
    if not redis.is_installed():
        pytest.skip(MISSING)
    with redis.started() as one:
        yield one


@pytest.fixture
def client(server: RedisServer) -> Iterator[Redis]:
    """Yield a client of a server that has nothing."""
    with server.client() as one:
        one.flushall()
        yield one


@pytest.fixture(scope="session")
def cluster() -> Producer:
    """Return a producer that has a cluster of its own: librdkafka's, on the loopback interface."""
    return Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock", "log_level": 0})


@pytest.fixture(scope="session")
def servers(cluster: Producer) -> str:
    """Return the cluster's addresses."""
    return ",".join(f"{one.host}:{one.port}" for one in cluster.list_topics(timeout=30).brokers.values())
