"""The options of the command, apart from what it needs, so that others do not wait for that."""

import argparse
from datetime import date
from pathlib import Path


def add_digest(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="of another day than today")
    parser.add_argument("--person", metavar="EMAIL", help="to one person alone")
    parser.add_argument("--rep", metavar="NAME", help="of one rep's customers, where nobody signs in; with --file")
    parser.add_argument("--file", type=Path, metavar="DIR", help="write NUMBER-DAY.html and .txt, and send nothing")
    parser.add_argument("--again", action="store_true", help="also to whom it was sent already")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write one such as 2026-11-17") from None
