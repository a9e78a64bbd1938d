"""The audit as a suite: `scripts/soak`."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.runner import run as run_imports
from tests.soak import callbacks, campaigns, connections, full_disk, kills, shop_events, shop_posts, swaps
from tests.soak.result import Result
from tests.support.artifacts import publish_small
from tests.support.gunicorn import running
from tests.support.processes import ROOT, make_artifacts, status_of
from tests.support.screens import make_app
from tests.support.waiting import until

PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- table of scripts/soak -->", "<!-- end of the table -->"
HEADS = ("What", "Tries", "Failures", "Measured")


@dataclass(frozen=True)
class Sizes:
    """How much of each is done."""

    connections: int = 500
    seconds: float = 30.0
    callbacks: int = 10_000
    imports: int = 2_000
    kills: int = 100
    swaps: int = 100
    disks: int = 12
    campaigns: int = 100
    databases: tuple[str, ...] = shop_events.DATABASES


WHOLE = Sizes()
SHARE = Sizes(100, 2.0, 250, 0, 1, 4, 1, 10, shop_events.DATABASES[:1])


def parts(folder: Path, sizes: Sizes) -> Iterator[list[Result]]:
    """Yield the results of one part after the other."""
    yield _callbacks(folder / "callbacks", sizes.callbacks)
    make_artifacts(folder / "served")
    yield campaigns.run(folder / "served" / "artifacts", sizes.campaigns)
    with _served(folder / "served") as (address, pids):
        yield connections.run(address, sizes.connections, sizes.seconds)
        yield swaps.run(folder / "served" / "artifacts", address, sizes.swaps, pids, 0.5)
    if sizes.imports:
        yield [_imports(sizes.imports)]
    yield kills.run(folder / "kills", sizes.kills)
    yield shop_events.run(folder / "events", sizes.kills)
    yield shop_posts.run(folder / "posts", sizes.kills, sizes.databases)
    yield full_disk.run(folder / "disks", sizes.disks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts, print the table, write it into the page if asked; return 1 where something failed."""
    asked = _parser().parse_args(arguments)
    started, found = time.monotonic(), list[Result]()
    with tempfile.TemporaryDirectory(prefix="repertoire-soak.") as folder:
        for results in parts(Path(folder), SHARE if asked.share else WHOLE):
            found += results
            sys.stdout.writelines(f"{_line(one)}\n" for one in results)
            sys.stdout.writelines(f"    {failure}\n" for one in results for failure in one.failures[:20])
            sys.stdout.flush()
    minutes = (time.monotonic() - started) / 60
    sys.stdout.write(f"{sum(len(one.failures) for one in found)} failures, {minutes:.0f} minutes\n")
    if asked.write:
        _write(found, minutes)
    return int(any(one.failures for one in found))


def page_with(text: str, results: Sequence[Result], said: str) -> str:
    """Return the page with the table between its marks. Raises ValueError for a page without them."""
    if BEGIN not in text or END not in text:
        raise ValueError(f"{PAGE} lacks the lines {BEGIN} and {END}")
    rows = [f"| {one.what} | {one.tries:,} | {len(one.failures)} | {one.measured or '-'} |" for one in results]
    table = "\n".join((f"| {' | '.join(HEADS)} |", "|---|---:|---:|---|", *rows))
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{said}\n\n{table}\n{END}{rest.partition(END)[2]}"


# ---- parts ----


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--share", action="store_true", help="the small part that scripts/test runs too")
    parser.add_argument("--write", action="store_true", help="put the table into docs/security.md")
    return parser


def _line(one: Result) -> str:
    return f"{one.what:<60} {one.tries:>7,} tries {len(one.failures):>4} failures  {one.measured}"


def _write(results: Sequence[Result], minutes: float) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = f"`scripts/soak --write` on {datetime.now(UTC):%Y-%m-%d}, {commit.stdout.strip()}, {minutes:.0f} minutes:"
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), results, said), encoding="utf-8")


def _callbacks(folder: Path, n: int) -> list[Result]:
    publish_small(folder / "artifacts")
    return callbacks.run(make_app(folder, folder / "artifacts", log_level="warning"), n)


def _imports(n: int) -> Result:
    ended = run_imports(range(n), workers=2)
    longest, most = max(one.seconds for one in ended), max(one.peak_mb for one in ended)
    failures = tuple(f"{one.number} ({one.kind}): {one.outcome}: {one.message}" for one in ended if one.is_bad)
    return Result("imports: files made by chance", n, failures, f"longest {longest:.1f} s, most {most:,} MB")


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Serve the folder's artifacts with two processes; yields the address and their numbers."""
    with running(folder, REPERTOIRE_POLL_SECONDS="0.3") as app:
        assert until(lambda: status_of(f"{app.address}/healthz") == 200), app.err.read_text()
        children = Path(f"/proc/{app.process.pid}/task/{app.process.pid}/children")
        assert until(lambda: len(children.read_text().split()) == 2)
        yield app.address, [int(pid) for pid in children.read_text().split()]


if __name__ == "__main__":
    sys.exit(main())
