"""python -m dashboard: backup and restore; exit codes 0, 1 for the user's mistake, 2 for wrong usage."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.settings import load_settings, mistakes_end_the_start
from dashboard.state.backup import backup, restore
from recsys.visible_text import visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> None:
    """Run the command line; a mistake is one line on stderr, without a traceback."""
    asked = _parser().parse_args(arguments)
    with mistakes_end_the_start():
        folder = load_settings(environ).state
        if asked.command == "backup":
            done = f"{_files(backup(folder, asked.file, datetime.now(UTC)))} of {folder} saved in {asked.file}"
        else:
            done = f"{_files(restore(asked.file, folder, force=asked.force))} put into {folder}; start the app again"
    sys.stdout.write(visible(f"{done}\n"))


def _files(n: int) -> str:
    return "1 file" if n == 1 else f"{n} files"


class _Parser(argparse.ArgumentParser):
    """A parser whose usage and errors write out the control characters of what was typed."""

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        super()._print_message(visible(message), file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m dashboard", description="The app's own state, in the folder that REPERTOIRE_STATE names."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("backup", help="write the state folder into one file (tar.gz, mode 0600)")
    saving.add_argument("file", type=Path)
    loading = commands.add_parser("restore", help="put a backup in the place of the state folder")
    loading.add_argument("file", type=Path)
    loading.add_argument("--force", action="store_true", help="replace a state folder that is not empty")
    return parser
