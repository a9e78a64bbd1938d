"""The options of the command, apart from what it needs, so that others do not wait for that."""

import argparse
import socket
from pathlib import Path


def add_consume_events(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--redis", metavar="URL", help="such as redis://host:6379/0; with --stream")
    where.add_argument("--kafka", metavar="HOST:PORT,...", help="its bootstrap servers; with --topic")
    parser.add_argument("--stream", type=_name, metavar="NAME", help="of Redis; each entry has an event in `event`")
    parser.add_argument("--topic", type=_name, metavar="NAME", help="of Kafka; each message is an event")
    parser.add_argument("--group", type=_name, required=True, metavar="NAME", help="whose consumers share the events")
    parser.add_argument(
        "--consumer",
        type=_name,
        default=socket.gethostname(),
        metavar="NAME",
        help="of this one in the group of Redis, another one for each process (the name of this machine)",
    )
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="with the password of Redis")
    parser.add_argument(
        "--kafka-settings", type=Path, metavar="FILE", help="lines such as security.protocol=SASL_SSL, for Kafka"
    )
    parser.add_argument("--once", action="store_true", help="end when there is no more, or a server is away")


def _name(text: str) -> str:
    if not text or not text.isprintable() or len(text) > 200:
        raise argparse.ArgumentTypeError(f"{text[:50]!r} is no name; it must have 1 to 200 letters that can be printed")
    return text
