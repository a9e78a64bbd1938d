"""python -m tests.fuzz [N] [FIRST] [PROCESSES]: imports N (2,000) inputs made by chance, PROCESSES (2) at once.

Prints what became of them; exit code 1 if one ended as none may.
"""

import sys

from tests.fuzz.runner import Ended, run, table


def main() -> None:
    """Say which ended in a traceback, an abort or a hang, took too much memory or left something behind."""
    given = [int(argument) for argument in sys.argv[1:]]
    n, first, workers = (*given, *(2_000, 0, 2)[len(given) :])
    ended = run(range(first, first + n), workers, _tell)
    sys.stdout.write(f"{table(ended)}\n")
    bad = any(each.is_bad for each in ended)
    sys.exit(1 if bad else 0)


def _tell(ended: Ended) -> None:
    """Print at once what must not be."""
    if ended.is_bad:
        how = f"{ended.outcome}, {ended.seconds:.0f} s, {ended.peak_mb:,} MB"
        sys.stdout.write(f"{ended.number} ({ended.kind}): {how}\n{ended.message}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
