"""For all tests: the real data that REPERTOIRE_REAL_DATA names, PostgreSQL, their order, Hypothesis without a clock."""

import atexit
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

from tests.support.postgres import MISSING, Server, is_installed, started
from tests.support.processes import make_real_artifacts
from tests.support.shared import made_once

ROOT = Path(__file__).parent.parent
COVERED_WHOLE = ROOT / "tests" / "recsys" / "artifacts"

# The size of whose terminal? Worker processes are given one, which would overrule the widths that tests set.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

# How fast an example is depends on what else the machine does: no test fails for it.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.pluginmanager.hasplugin("randomly"):
        # Files with long tests first, so that all cores are busy to the end.
        with_slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in with_slow)
    if os.environ.get("REPERTOIRE_REAL_DATA"):
        return
    skip = pytest.mark.skip(reason="REPERTOIRE_REAL_DATA is not set")
    for item in items:
        if item.get_closest_marker("realdata"):
            item.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Leave tests that are slow or drive a browser out of what coverage counts: it slows plain Python 3.5 times.

    What only these run is run by other processes, or by a faster test as well; but those of the package that has to be
    covered whole count.
    """
    counting: list[Coverage] = []
    is_slow = item.get_closest_marker("slow") or item.get_closest_marker("browser")
    if is_slow and COVERED_WHOLE not in item.path.parents:
        while counted := Coverage.current():  # a worker process of pytest-xdist has two, one on top of the other
            counted.stop()
            counting.append(counted)
    try:
        return (yield)
    finally:
        for counted in reversed(counting):
            counted.start()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        # The first to be registered is the last to be called.
        atexit.register(_end_without_teardown)


def _end_without_teardown() -> None:
    """End a worker process of pytest-xdist when it has reported all and cleaned up, modules left as they are.

    Taking them apart tests nothing; DuckDB's binding would print each object that a test's module still holds, forty
    lines after the result.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def pytest_unconfigure() -> None:
    """Take Hypothesis's function out of gc.callbacks.

    The interpreter keeps that list longer than any module, and by it what the function reaches: DuckDB's binding then
    reports at the end all that it was not given back.
    """
    gc.callbacks[:] = [each for each in gc.callbacks if not each.__module__.startswith("hypothesis.")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = {kind: len(terminalreporter.stats.get(kind, [])) for kind in ("passed", "skipped", "failed", "error")}
    chosen = terminalreporter._session.testscollected if terminalreporter._session else 0
    shown = ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number or kind == "passed")
    terminalreporter.write_line(f"{chosen:,} tests were to run: {shown}")
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if "REPERTOIRE_REAL_DATA" in str(report.longrepr)
    ]
    if any(
        "PostgreSQL is not installed" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ):
        terminalreporter.write_line("tests on PostgreSQL skipped: it is not installed")
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests on real data skipped: REPERTOIRE_REAL_DATA is not set")


_LOGGERS = [logging.getLogger(name) for name in ("dashboard", "recsys", "dash")]
_LOGGERS_AT_FIRST = [(one, [*one.handlers], one.propagate, one.level) for one in _LOGGERS]


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """An app sends what is logged to stdout; the next test is not to see that in what its command prints.

    Also where the app is a fixture of a whole module, which is made before this one: they are as they were at first.
    """
    yield
    for one, handlers, propagate, level in _LOGGERS_AT_FIRST:
        one.handlers, one.propagate, one.level = [*handlers], propagate, level


@pytest.fixture(autouse=True)
def ctrl_c_interrupts() -> Iterator[None]:
    """Ctrl-C interrupts a test and its children, also where the shell that started the run has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder with the real orders."""
    folder = (ROOT / os.environ["REPERTOIRE_REAL_DATA"]).resolve()
    assert folder.is_dir(), f"REPERTOIRE_REAL_DATA names {folder}, which is no folder"
    return folder


@pytest.fixture(scope="session")
def online_retail(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with `clean/` and `artifacts/` of a year of a real wholesaler; nobody changes it."""
    return made_once(tmp_path_factory, "online-retail", lambda folder: make_real_artifacts(folder, real_data))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Yield a PostgreSQL server for all tests of this process."""
    if not is_installed():
        pytest.skip(MISSING)
    with started() as server:
        yield server
