"""python -m tests.fuzz [N] [FIRST] [PROCESSES]: imports N (2,000) inputs made by chance, PROCESSES (2) at once.

Prints what became of them; exit code 1 if one ended as none may.
"""

import sys

from tests.fuzz.runner import run, table


def main() -> None:
    """Say which ended in a traceback, an abort or a hang, took too much memory or left something behind."""
    given = [int(argument) for argument in sys.argv[1:]]
    n, first, workers = (*given, *(2_000, 0, 2)[len(given) :])
    ended = run(range(first, first + n), workers)
    sys.stdout.write(f"{table(ended)}\n")
    bad = [each for each in ended if each.is_bad]
    for each in bad:
        sys.stdout.write(f"\n{each.number} ({each.kind}): {each.outcome}, {each.peak_mb:,} MB\n{each.message}\n")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
