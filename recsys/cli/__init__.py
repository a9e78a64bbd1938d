"""python -m recsys: one module for each group of commands.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 130 interrupted.
"""

import io
import sys

import typer

from recsys.cli.build import build
from recsys.cli.console import err
from recsys.cli.evaluate import evaluate
from recsys.cli.imports import app as imports
from recsys.cli.sample import sample
from recsys.cli.segments import segments
from recsys.cli.show import app as show
from recsys.cli.versions import check, prune, rollback, versions
from recsys.errors import RecsysError

app = typer.Typer(
    help="Raw orders to versioned recommendations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's panels cut the names of options in a narrow terminal
)
app.callback()(lambda: None)  # without it Typer drops the name of an only command
app.command()(sample)
app.add_typer(imports, name="import")
app.command()(build)
app.command()(evaluate)
app.add_typer(show, name="show")
app.command()(segments)
app.command()(check)
app.command()(versions)
app.command()(rollback)
app.command()(prune)


def main() -> None:
    """Run the command line; a mistake is printed as one message, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an output that knows ASCII alone is no reason to fail
    try:
        ended = app(standalone_mode=False)
    except RecsysError as error:
        err.print(f"Error: {error}", style="bold red")
        sys.exit(1)
    except typer.TyperException as error:
        sys.exit(_wrong_usage(error))
    sys.exit(ended if isinstance(ended, int) else 0)


def _wrong_usage(error: typer.TyperException) -> int:
    """Print what is wrong with the arguments, and where help is; return the exit code."""
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if context is None or message == context.get_help():
        err.print(message or "Aborted.")
    else:
        err.print(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n\nError: {message}")
    return int(getattr(error, "exit_code", 1))
