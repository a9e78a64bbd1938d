"""A process that imports the inputs whose numbers it is told, one after the other, and says what became of each.

For every second one of a kind a map is proposed first.
"""

import json
import resource
import sys
import traceback
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from recsys.errors import RecsysError
from recsys.ingest.clean import clean
from recsys.ingest.limits import Limits
from recsys.ingest.propose.proposing import propose
from recsys.ingest.sources import OwnTables
from tests.fuzz.inputs import KINDS, make_input, write_input

MEMORY = 4_000_000_000  # bytes; far above what is allowed, so that the machine is safe from what is not
LIMITS = Limits(unpacked_mb=25)  # bombs need not be larger to be seen
TODAY = date(2025, 12, 31)


def imported(number: int) -> tuple[str, str]:
    """Return `imported`, `refused`, `traceback` or `half-written`, and the message."""
    with TemporaryDirectory() as name:
        folder, out = Path(name) / "files", Path(name) / "out" / "clean"
        folder.mkdir()
        out.parent.mkdir()
        made = make_input(number)
        map_file = write_input(made, folder)
        _say("made")
        try:
            if number // len(KINDS) % 2 == 0:
                with suppress(RecsysError):
                    propose([str(folder / made.given)], limits=LIMITS)
            clean(OwnTables(folder / made.given, map_file), out, today=TODAY, limits=LIMITS)
            return "imported", ""
        except RecsysError as error:
            left = [str(path.relative_to(out.parent)) for path in out.parent.rglob("*") if path.is_file()]
            return ("half-written", f"{left}") if left or out.exists() else ("refused", str(error))
        except BaseException:  # noqa: BLE001 - this is what is looked for
            return "traceback", traceback.format_exc()


def _peak_mb() -> int:
    """Return the most memory that this process had since it was last asked, and that any child had."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    Path("/proc/self/clear_refs").write_text("5")
    own = int(status["VmHWM"].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def main() -> None:
    """Read numbers from stdin, a line each; write a JSON line when an input is made, and one when it is imported."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        outcome, message = imported(int(line))
        _say({"outcome": outcome, "message": message, "peak_mb": _peak_mb()})


def _say(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
