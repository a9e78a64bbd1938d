"""`python -m recsys build` and `show`: what they print, and their exit codes. Day 0 is 1 January 2026."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recsys.artifacts.reader import Reader
from recsys.cli import main
from recsys.cli.build import EventUse, events_text
from recsys.options import EVENT_USES
from recsys.schema.build_report import Difference, EventsTest
from tests.recsys.dataset.test_events import write_events
from tests.support.artifacts import publish_small, small_rows

CleanFolder = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]

LINES = [
    *((f"c{n}", number, "abcd", 2, 3.5) for n in range(4) for number in (0, 7, 14)),
    *(("c4", number, "abc", 2, 3.5) for number in (3, 9)),
]
CUSTOMERS = {
    "c4": {"name": "Café [Mitte]", "segment": "cafe", "region": "North", "phone": "01632 960123"},
    "c0": {"name": "Hotel Rossi"},
    "z": {},
}
PRODUCTS = {"a": {"name": "Oil"}, "d": {"name": "Salt", "category": "Food > Salt", "unit_price": 4.25}, "w": {}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that calls the command line and returns exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "160")

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recsys", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return called


@pytest.fixture
def data(clean_folder: CleanFolder) -> Path:
    return clean_folder(LINES, customers=CUSTOMERS, products=PRODUCTS)


@pytest.fixture
def artifacts(data: Path, run: Run) -> Path:
    folder = data.parent / "artifacts"
    assert run("build", "--data", data, "--artifacts", folder)[0] == 0
    return folder


def test_the_days_that_bounds_of_segments_stand_are_an_option_of_the_build(data: Path, run: Run) -> None:
    folder = data.parent / "artifacts"
    assert run("build", "--data", data, "--artifacts", folder, "--bounds-days", 30)[0] == 0
    reader = Reader(folder)
    assert reader.current().manifest.facts.options["bounds_days"] == 30
    reader.close()


def test_whether_opens_and_clicks_are_used_is_an_option_of_the_build(data: Path, run: Run) -> None:
    write_events(data, [("c4", "d", 3, "view")])
    folder = data.parent / "artifacts"
    code, out, _ = run("build", "--data", data, "--artifacts", folder, "--events", "always")
    assert code == 0
    assert "Opens and clicks, recall@10 with less without: not tested, " in out
    reader = Reader(folder)
    assert reader.current().manifest.facts.options["events"] == "always"
    reader.close()
    code, out, _ = run("build", "--data", data, "--artifacts", folder, "--events", "never")
    assert code == 0
    assert "Opens and clicks" not in out


def test_every_use_of_events_can_be_asked_for() -> None:
    assert tuple(EventUse) == EVENT_USES


def test_what_opens_and_clicks_change_is_one_line() -> None:
    of = {"recall@10": Difference(difference=0.0315, low=0.0199, high=0.0431, n=725)}
    assert events_text(EventsTest(used=True, paired={"new": of})) == "new +0.032 (0.020 to 0.043): used"
    assert events_text(EventsTest(why_not="no orders")) == "not tested, no orders: not used"


def test_build_prints_rows_seconds_and_the_version(data: Path, run: Run) -> None:
    code, out, _ = run("build", "--data", data, "--artifacts", data.parent / "artifacts")
    assert code == 0
    assert re.search(r"^customers +6 rows$", out, re.MULTILINE)
    assert re.search(r"^Making the lists +\d+\.\d s$", out, re.MULTILINE)
    assert re.search(r"^held back: not available, replaced, low priority, out of season +0 rows$", out, re.MULTILINE)
    version = (data.parent / "artifacts" / "CURRENT").read_text().strip()
    assert f"{version}: 54 order lines, 6 customers, 5 products, 2026-01-01 to 2026-01-15" in out


def test_build_if_changed_does_nothing_the_second_time(data: Path, artifacts: Path, run: Run) -> None:
    version = (artifacts / "CURRENT").read_text().strip()
    code, out, _ = run("build", "--data", data, "--artifacts", artifacts, "--if-changed")
    assert (code, out) == (0, f"Nothing to do: {version} was built from the same data and options.\n")
    assert (artifacts / "CURRENT").read_text().strip() == version


def test_build_if_changed_builds_where_something_changed(data: Path, artifacts: Path, run: Run) -> None:
    version = (artifacts / "CURRENT").read_text().strip()
    code, out, _ = run("build", "--data", data, "--artifacts", artifacts, "--if-changed", "--as-of", "2026-01-12")
    assert code == 0
    assert "2026-01-01 to 2026-01-12" in out
    assert (artifacts / "CURRENT").read_text().strip() != version


def test_build_keeps_as_many_versions_as_asked_for(data: Path, artifacts: Path, run: Run) -> None:
    assert run("build", "--data", data, "--artifacts", artifacts, "--keep", 1)[0] == 0
    assert len([path for path in artifacts.iterdir() if path.is_dir()]) == 1


def test_build_for_every_user_of_the_machine(data: Path, run: Run) -> None:
    artifacts = data.parent / "open"
    assert run("build", "--data", data, "--artifacts", artifacts, "--world-readable")[0] == 0
    version = artifacts / (artifacts / "CURRENT").read_text().strip()
    assert (version / "customers.parquet").stat().st_mode & 0o777 == 0o644


def test_if_changed_says_so_at_once_and_imports_no_model(data: Path, artifacts: Path) -> None:
    code = (
        "import sys\n"
        "sys.argv = ['recsys', 'build', '--data', sys.argv[1], '--artifacts', sys.argv[2], '--if-changed']\n"
        "from recsys.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print([name for name in ('scipy', 'sklearn', 'mlxtend') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, data, artifacts], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Nothing to do: ")
    assert done.stdout.endswith("[]\n")


@pytest.mark.slow
def test_a_build_with_kept_machine_code_ends_without_a_complaint(tmp_path: Path) -> None:
    sample = ("sample", "--out", tmp_path / "clean", "--until", "2026-10-30", "--customers", 150, "--products", 150)
    build = ("build", "--data", tmp_path / "clean", "--artifacts", tmp_path / "artifacts")
    for arguments in (sample, build, build):  # the second build finds what the first one compiled
        done = subprocess.run(
            [sys.executable, "-m", "recsys", *map(str, arguments)], capture_output=True, text=True, check=True
        )
    assert "leaked" not in done.stderr


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (("--as-of", "2025-01-01"), 1, "no order up to 2025-01-01"),
        (("--as-of", "1.1.2025"), 2, "does not match the format"),
        (("--min-support", "0"), 2, "min_support is 0.0; it must be above 0 and at most 1"),
        (("--keep", "0"), 2, "Invalid value for '--keep'"),
        (("--color", "red"), 2, "No such option: --color"),
    ],
)
def test_a_users_mistake_is_one_message_without_a_traceback(
    data: Path, run: Run, more: tuple[str, str], code: int, message: str
) -> None:
    ended, _, err = run("build", "--data", data, "--artifacts", data.parent / "artifacts", *more)
    assert ended == code
    assert message in " ".join(err.split())
    assert "Traceback" not in err


def test_missing_data_are_named_with_the_remedy(tmp_path: Path, run: Run) -> None:
    code, _, err = run("build", "--data", tmp_path / "nothing", "--artifacts", tmp_path / "artifacts")
    assert code == 1
    assert "make it with `python -m recsys import` or `sample`" in err


def test_show_customer_prints_what_the_rep_sees(artifacts: Path, run: Run) -> None:
    code, out, _ = run("show", "customer", "c4", "--artifacts", artifacts)
    assert code == 0
    assert out.startswith("Café [Mitte] c4\ncafe, North, 01632 960123\n")
    assert re.search(r"^order days +2 *$", out, re.MULTILINE)
    assert re.search(r"^1 +Oil +2 +3\.50 +7\.00 +- +- +Bought twice, last on 10 Jan 2026\.", out, re.MULTILINE)
    assert re.search(r"^1 +Salt +2 +4\.25 +8\.50 +- +- +4 of 5 customers have bought it\.", out, re.MULTILINE)
    assert re.search(r"^1 +Hotel Rossi \(c0\) +3 +4", out, re.MULTILINE)


def test_show_customer_without_orders_names_the_empty_lists(artifacts: Path, run: Run) -> None:
    _, out, _ = run("show", "customer", "z", "--artifacts", artifacts)
    assert "Usual products: none" in out
    assert "Similar customers: none" in out
    assert "of 5 customers have bought it." in out


def test_show_product_prints_facts_neighbours_and_buyers(artifacts: Path, run: Run) -> None:
    code, out, _ = run("show", "product", "d", "--artifacts", artifacts)
    assert code == 0
    assert out.startswith("Salt d\nFood > Salt\n")
    assert re.search(r"^list price +4\.25", out, re.MULTILINE)
    assert re.search(r"^1 +Oil \(a\) +4 +12 +1\.0$", out, re.MULTILINE)
    assert re.search(r"^Hotel Rossi \(c0\) +3 +6 +15 Jan 2026$", out, re.MULTILINE)


def test_show_product_names_its_bundles_and_its_successor(clean_folder: CleanFolder, run: Run) -> None:
    folder = clean_folder([("A", number, "xy") for number in range(30)], products={"x": {"replaced_by": "y"}})
    artifacts = folder.parent / "artifacts"
    run("build", "--data", folder, "--artifacts", artifacts)
    _, out, _ = run("show", "product", "x", "--artifacts", artifacts)
    assert re.search(r"^1 +P x, P y +30 +30 +1\.0$", out, re.MULTILINE)
    assert re.search(r"^replaced by +P y \(y\)", out, re.MULTILINE)


def test_show_product_that_nobody_buys(artifacts: Path, run: Run) -> None:
    _, out, _ = run("show", "product", "w", "--artifacts", artifacts)
    assert "Who buys it most often: none" in out
    assert re.search(r"^last sold +-", out, re.MULTILINE)


@pytest.mark.parametrize(("what", "key", "nearest"), [("customer", "c44", "c4"), ("product", "dd", "d")])
def test_an_unknown_id_is_a_mistake_that_names_the_nearest(
    artifacts: Path, run: Run, what: str, key: str, nearest: str
) -> None:
    code, _, err = run("show", what, key, "--artifacts", artifacts)
    assert code == 1
    assert err.startswith(f"Error: there is no {what} '{key}'; the nearest ids are {nearest}, ")


def test_show_without_a_version_says_how_to_build_one(tmp_path: Path, run: Run) -> None:
    code, _, err = run("show", "customer", "c4", "--artifacts", tmp_path)
    assert code == 1
    assert "python -m recsys build" in err


@pytest.mark.parametrize(
    ("customer", "message"),
    [
        ("NEW1", "No orders yet: these are best sellers."),
        ("SCHOOL1", "Nothing is pitched to a customer whose status is blocked."),
    ],
)
def test_show_customer_says_why_the_lists_are_as_they_are(
    tmp_path: Path, run: Run, customer: str, message: str
) -> None:
    publish_small(tmp_path / "artifacts")
    code, shown, _ = run("show", "customer", customer, "--artifacts", tmp_path / "artifacts")
    assert code == 0
    assert message in shown


def test_show_customer_has_chances_in_words_and_their_calibration(tmp_path: Path, run: Run) -> None:
    rows = [
        row | ({"chance": 0.125, "expected": 1.0} if row["value"] == 8.0 else {})
        for row in (each | {"value": each.get("value")} for each in small_rows()["recommendations"])
    ]
    calibration = {"n": 2500, "ece": 0.0123, "new": {"why_not": "7 of 40 suggestions were bought"}}
    publish_small(tmp_path / "artifacts", changed={"recommendations": rows}, evaluation={"calibration": calibration})
    _, out, _ = run("show", "customer", "CAFE1", "--artifacts", tmp_path / "artifacts")
    assert re.search(r"^1 +Rye bread +2 +4\.00 +8\.00 +1 in 8 +1\.00 +A similar", out, re.MULTILINE)
    assert "what was bought of 2,500 such suggestions within four weeks; on average 1.2 percentage points off" in out
    assert "No chances of products never bought: 7 of 40 suggestions were bought." in out
    assert "Bought in these weeks of last year and not since" in out
