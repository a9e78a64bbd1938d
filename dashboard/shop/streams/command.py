"""python -m dashboard consume-events: saves the shop's events that come by a stream, until it is told to end."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
from dashboard.shop.streams.consumer import Consumer
from dashboard.shop.streams.known_products import KnownProducts
from dashboard.shop.streams.redis_source import RedisSource, redis_client
from dashboard.shop.streams.source import Source, StreamError
from dashboard.state.folder import prepare_state
from recsys.artifacts.reader import Reader


def consume_events(settings: Settings, asked: argparse.Namespace) -> str:
    """Consume and return what became of the events. Raises StreamError for what cannot be consumed."""
    source = _source(asked)
    prepare_state(settings.state)
    database = open_database(settings)
    reader = Reader(settings.artifacts, poll_seconds=settings.poll_seconds)
    try:
        database.prepare_if_available()
        with _ended_by_signal() as stop:
            consumer = Consumer(source, database, KnownProducts(reader, settings.poll_seconds), stop)
            return consumer.run(once=asked.once).words
    finally:
        source.close()
        reader.close()
        database.close()


def _source(asked: argparse.Namespace) -> Source:
    if asked.redis:
        _check(asked, "--redis", needs="stream", not_with=("topic", "kafka_settings"))
        password = _read(asked.password_file).rstrip("\r\n") if asked.password_file else None
        return RedisSource(redis_client(asked.redis, password), asked.stream, asked.group, asked.consumer)
    from dashboard.shop.streams.kafka_source import kafka_source  # noqa: PLC0415 - an optional extra

    _check(asked, "--kafka", needs="topic", not_with=("stream", "password_file"))
    settings = _settings_in(asked.kafka_settings) if asked.kafka_settings else {}
    return kafka_source(asked.kafka, asked.topic, asked.group, settings)


def _check(asked: argparse.Namespace, way: str, *, needs: str, not_with: tuple[str, ...]) -> None:
    if getattr(asked, needs) is None:
        raise StreamError(f"{way} needs --{needs} NAME")
    for name in not_with:
        if getattr(asked, name) is not None:
            raise StreamError(f"--{name.replace('_', '-')} does not go with {way}; leave it out")


def _settings_in(file: Path) -> dict[str, str]:
    """Return the settings in a file: lines `name=value`; empty ones and those that begin with # say nothing."""
    found = {}
    for number, line in enumerate(_read(file).splitlines(), 1):
        name, is_setting, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith("#"):
            continue
        if not is_setting:
            raise StreamError(f"line {number} of {file} is no setting; write name=value")
        found[name] = value
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StreamError(f"{file} cannot be read ({error})") from error


@contextmanager
def _ended_by_signal() -> Iterator[Event]:
    """Yield an event that SIGTERM and SIGINT set; a second one of them ends at once."""
    stop = Event()
    before: dict[int, Any] = {}

    def end(received: int, _: object) -> None:
        stop.set()
        signal.signal(received, before[received])

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, end)
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
