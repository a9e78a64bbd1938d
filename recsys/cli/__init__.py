"""python -m recsys: one module for each group of commands.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 130 interrupted.
"""

import sys

import typer

from recsys.cli.build import build
from recsys.cli.console import err
from recsys.cli.evaluate import evaluate
from recsys.cli.imports import app as imports
from recsys.cli.sample import sample
from recsys.cli.show import app as show
from recsys.cli.versions import check, rollback, versions
from recsys.errors import RecsysError

app = typer.Typer(
    help="Raw orders to versioned recommendations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(lambda: None)  # without it Typer drops the name of an only command
app.command()(sample)
app.add_typer(imports, name="import")
app.command()(build)
app.command()(evaluate)
app.add_typer(show, name="show")
app.command()(check)
app.command()(versions)
app.command()(rollback)


def main() -> None:
    """Run the command line; a RecsysError is printed as one message, without a traceback."""
    try:
        app()
    except RecsysError as error:
        err.print("Error:", str(error), style="bold red", highlight=False, markup=False)
        sys.exit(1)
