"""python -m dashboard: people, tokens, backup, restore, forget, what goes in and out, digest, database.

Exit codes: 0, 1 the user's mistake, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.people_commands import add_people, people
from dashboard.access.token_commands import add_tokens, tokens_command
from dashboard.activity.database.connect import Database, open_database
from dashboard.activity.database.copy import LIVE_FILES, copy_file, dump_command
from dashboard.activity.database.target import Target, target
from dashboard.activity.errors import ActivityError
from dashboard.digest.options import add_digest
from dashboard.forget import forget
from dashboard.settings import Settings, load_settings, mistakes_end_the_start
from dashboard.shop.streams.options import add_consume_events
from dashboard.state.backup import BACKUP, backup, restore
from dashboard.state.scratch import scratch
from recsys.visible_text import visible

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


# Returns what was done, and the exit code.
Command = Callable[[Settings, argparse.Namespace], tuple[str, int]]


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> None:
    """Run the command line; a mistake is one line on stderr, without a traceback."""
    asked = _parser().parse_args(arguments)
    with mistakes_end_the_start():
        done, code = _COMMANDS[asked.command](load_settings(environ), asked)
    sys.stdout.write(visible(f"{done}\n"))
    if code:
        sys.exit(code)


def _back_up(settings: Settings, file: Path) -> str:
    folder, database = settings.state, target(settings)
    with scratch(file.parent, BACKUP) as staging:  # beside the backup: what is in it is as secret
        copies = _copies(database, staging)
        n_files = backup(folder, file, datetime.now(UTC), live=LIVE_FILES, copies=copies)
    done = f"{_count(n_files, 'file')} of {folder} saved in {file}"
    if database.file is None:
        done += f"\nThe database is not in it. PostgreSQL saves it with: {dump_command(database)}"
    return done


def _export_outcomes(settings: Settings, file: Path) -> str:
    from dashboard.activity.export import export_outcomes  # noqa: PLC0415 - pyarrow takes 100 ms, no other command needs it

    return f"{_count(export_outcomes(open_database(settings), file), 'outcome')} in {file}"


def _import_events(settings: Settings, asked: argparse.Namespace) -> tuple[str, int]:
    from dashboard.campaigns.commands import import_file  # noqa: PLC0415 - it reads the data, as a digest does

    return import_file(settings, asked.file, asked.campaign)


def _export_events(settings: Settings, asked: argparse.Namespace) -> str:
    from dashboard.campaigns.commands import export_file  # noqa: PLC0415 - pyarrow, as above

    return export_file(settings, asked.file, asked.data)


def _consume_events(settings: Settings, asked: argparse.Namespace) -> str:
    from dashboard.shop.streams.command import consume_events  # noqa: PLC0415 - redis takes 100 ms, as above
    from dashboard.web.request_log import set_up_logging  # noqa: PLC0415 - Flask

    set_up_logging(settings.log_level)
    return consume_events(settings, asked)


def _digest(settings: Settings, asked: argparse.Namespace) -> tuple[str, int]:
    """Return what became of the digests, and 1 where one failed: each failure is a line on stderr."""
    from dashboard.digest.command import digest  # noqa: PLC0415 - it reads the data, which no other command does

    report = digest(settings, asked)
    sys.stderr.write(visible("".join(f"Error: {failure}\n" for failure in report.failures)))
    return report.words, int(bool(report.failures))


def _copies(database: Target, staging: Path) -> dict[str, Path]:
    """Return a copy of the database's file by its name in the backup; nothing where there is no file."""
    if database.file is None or not database.file.exists():
        return {}
    copy = staging / database.file.name
    copy_file(database.file, copy)
    return {copy.name: copy}


def _database(database: Database, asked: argparse.Namespace) -> str:
    if asked.action == "downgrade":
        return _downgrade(database, asked.revision, is_confirmed=asked.lose_data)
    if asked.action == "upgrade":
        database.prepare()
    found, newest = database.schema()
    return f"{database.target.kind} {database.target.name} has the schema {found}, the newest is {newest}"


def _downgrade(database: Database, to: str, *, is_confirmed: bool) -> str:
    lost = ", ".join(f"{loss.table} ({_count(loss.n_rows, 'row')})" for loss in database.losses(to))
    if not is_confirmed:
        raise ActivityError(
            f"going back to {to} removes these tables with all that they hold: {lost}; "
            f"make a backup, stop the app, and add --lose-data to do it"
        )
    database.downgrade(to)
    return f"{database.target.name} has the schema {to}; removed: {lost}"


def _restore(settings: Settings, asked: argparse.Namespace) -> str:
    n_files = restore(asked.file, settings.state, force=asked.force)
    return f"{_count(n_files, 'file')} put into {settings.state}; start the app again"


def _well(do: Callable[[Settings, argparse.Namespace], str]) -> Command:
    """Return a command whose every failure is an error, so that it ends with 0."""
    return lambda settings, asked: (do(settings, asked), 0)


_COMMANDS: Mapping[str, Command] = {
    "backup": _well(lambda settings, asked: _back_up(settings, asked.file)),
    "restore": _well(_restore),
    "people": _well(people),
    "tokens": _well(tokens_command),
    "forget": _well(lambda settings, asked: forget(open_database(settings), settings, asked.who)),
    "export-outcomes": _well(lambda settings, asked: _export_outcomes(settings, asked.file)),
    "import-events": _import_events,
    "export-events": _well(_export_events),
    "consume-events": _well(_consume_events),
    "digest": _digest,
    "database": _well(lambda settings, asked: _database(open_database(settings), asked)),
}


def _count(n: int, noun: str) -> str:
    return f"1 {noun}" if n == 1 else f"{n:,} {noun}s"


class _Parser(argparse.ArgumentParser):
    """A parser whose usage and errors write out the control characters of what was typed."""

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        super()._print_message(visible(message), file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m dashboard",
        description="The app's own state: the folder that REPERTOIRE_STATE names, and the database.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser(
        "backup", help="write the state folder with the SQLite database into one file (tar.gz, mode 0600)"
    )
    saving.add_argument("file", type=Path)
    loading = commands.add_parser("restore", help="put a backup in the place of the state folder")
    loading.add_argument("file", type=Path)
    loading.add_argument("--force", action="store_true", help="replace a state folder that is not empty")
    add_tokens(commands.add_parser("tokens", help="which other systems may ask the API, and for what"))
    add_people(commands.add_parser("people", help="who may sign in, with which roles"))
    forgetting = commands.add_parser(
        "forget", help="erase what the database holds of a person or a customer, and list the versions that name them"
    )
    forgetting.add_argument("who", metavar="CUSTOMER|USER", help="a customer's number, or a person's email address")
    exporting = commands.add_parser(
        "export-outcomes",
        help="write what came of calls into a Parquet file, for: python -m recsys build --outcomes FILE",
    )
    exporting.add_argument("file", type=Path)
    importing = commands.add_parser(
        "import-events", help="read what the mailing tool says of a campaign's mails: CSV or JSON lines"
    )
    importing.add_argument("file", type=Path, help="ours, or as Mailchimp and Brevo export it")
    importing.add_argument(
        "--campaign", type=int, metavar="ID", help="whose mail it was, for a file that has email addresses alone"
    )
    events = commands.add_parser(
        "export-events",
        help="write events of campaigns and of the web shop into a Parquet file, the table `events` of a build",
    )
    events.add_argument("file", type=Path)
    events.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="clean tables that the build will read: events of others are left out. Default: the published version",
    )
    add_consume_events(
        commands.add_parser("consume-events", help="save the web shop's events that come by a stream of Redis or Kafka")
    )
    add_digest(
        commands.add_parser("digest", help="send each rep what is new, whom to call and what was promised, once a day")
    )
    _add_database(commands.add_parser("database", help="the schema of the database; a start brings it up to date"))
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("status", help="say which schema it has")
    actions.add_parser("upgrade", help="bring it up to date")
    back = actions.add_parser("downgrade", help="go back to an older schema, for an older Repertoire")
    back.add_argument("revision", help="as `status` says it; base removes all tables")
    back.add_argument("--lose-data", action="store_true", help="remove what newer tables hold")
