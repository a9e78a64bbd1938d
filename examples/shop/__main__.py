"""python -m examples.shop: serve the shop on this machine."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from waitress import serve

from examples.client import Repertoire
from examples.shop.app import create_shop
from examples.shop.event_queue import EventQueue
from examples.shop.here import Shop

TOKEN_VARIABLE = "REPERTOIRE_TOKEN"  # noqa: S105 - where it is
PORT = 8060
ANSWER_SECONDS = 1.0  # a page waits so long for Repertoire
TAKE_SECONDS = 10.0  # a batch of events
THREADS = 8


class WrongToken(Exception):
    """There is no token, or it is none: the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is ended; then send the last events."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits for a moment is no news
    try:
        token = read_token(asked.token_file, os.environ.get(TOKEN_VARIABLE, ""))
    except WrongToken as error:
        sys.exit(str(error))
    events = EventQueue(Repertoire(asked.url, token, TAKE_SECONDS).events)
    shop = Shop(Repertoire(asked.url, token, ANSWER_SECONDS), events, asked.customer, asked.currency)
    sys.stdout.write(f"The shop is at http://127.0.0.1:{asked.port}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(create_shop(shop), host="127.0.0.1", port=asked.port, threads=THREADS, ident=None)
    finally:
        events.close()


def read_token(file: Path | None, variable: str) -> str:
    """Return the token: the last line of the file, as `tokens add` prints it, or the variable. Raises WrongToken."""
    if file is None:
        text, where = variable, f"the variable {TOKEN_VARIABLE}"
    else:
        where = str(file)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise WrongToken(f"{where} cannot be read: {error}; make it with: {_MAKE}") from None
    token = (text.strip().splitlines() or [""])[-1].strip()
    if not token:
        raise WrongToken(f"{where} has no token; make one with: {_MAKE}, and name the file with --token-file")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise WrongToken(f"the last line of {where} is no token: it has a space or a letter that tokens do not have")
    return token


_MAKE = 'python -m dashboard tokens add "Web shop" --scopes read,events > shop.token'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.shop", description="An example shop on Repertoire's API.")
    parser.add_argument("--url", required=True, type=_address, help="of Repertoire, such as http://127.0.0.1:8050")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help=f"its last line; else {TOKEN_VARIABLE} has it")
    parser.add_argument(
        "--customer", action="append", default=[], metavar="ID", help="who may be chosen, several times; else visitors"
    )
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"of this machine (default {PORT})")
    parser.add_argument("--currency", default="€", metavar="SIGN", help="before amounts (default €)")
    return parser


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is no address; write one such as http://127.0.0.1:8050")
    return text


if __name__ == "__main__":
    main()
