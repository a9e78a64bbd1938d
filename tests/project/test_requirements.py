"""What ships is pinned, and holds nothing of the tests'."""

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
# selenium 4.2, which dash[testing] pins, needs the old line of urllib3; only the tests' environment has it.
MAY_DIFFER = {"urllib3"}


def pins(name: str) -> dict[str, str]:
    """Return the version of each package of a list; each has to have its hashes."""
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in found if not re.search(r"( +--hash=sha256:[0-9a-f]{64})+$", line)] == []
    entries = [line.partition(" --hash")[0].strip() for line in found]
    unpinned = [entry for entry in entries if not re.fullmatch(r"[a-z0-9_.-]+(\[[a-z]+\])?==[^ ;]+( ;.*)?", entry)]
    assert unpinned == []
    return dict(re.split(r"(?:\[.*\])?==", entry, maxsplit=1) for entry in entries)


def direct(group: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] if group == "dependencies" else project["optional-dependencies"][group]
    return [re.split(r"[\[<>=]", name)[0] for name in wanted]


def test_every_dependency_that_ships_is_pinned_exactly() -> None:
    assert set(direct("dependencies")) <= set(pins("requirements.txt"))


def test_nothing_of_the_tests_ships() -> None:
    shipped = set(pins("requirements.txt"))
    assert shipped & {*direct("dev"), "selenium", "pytest", "playwright"} == {"dash"}  # dash[testing] is dash


def test_the_optional_extra_is_added_to_what_ships() -> None:
    ours, theirs = pins("requirements.txt"), pins("requirements-kafka.txt")
    assert {name: version for name, version in theirs.items() if name not in direct("kafka")} == ours
    assert pins("requirements-dev.txt")["confluent-kafka"] == theirs["confluent-kafka"]


def test_tests_run_with_the_versions_that_ship() -> None:
    ours, theirs = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: theirs.get(name) for name in ours if name not in MAY_DIFFER} == {
        name: version for name, version in ours.items() if name not in MAY_DIFFER
    }


def test_each_package_names_why_each_of_its_dependencies_is_there() -> None:
    pages = [(ROOT / package / "README.md").read_text(encoding="utf-8") for package in ("recsys", "dashboard")]
    rows = re.findall(r"^\| ([a-z0-9, -]+) \|.+\|$", "\n".join(pages), re.MULTILINE)
    explained = {name for row in rows for name in row.split(", ")}
    assert [name for name in [*direct("dependencies"), *direct("kafka")] if name not in explained] == []


def test_what_is_under_lgpl_is_named() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\S+) .*LGPL", page, re.MULTILINE) == ["psycopg", "psycopg-binary"]


def test_every_package_that_ships_is_in_the_list_of_licences() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^\| (\S+) ", page, re.MULTILINE)}
    assert set(pins("requirements-kafka.txt")) <= listed


def test_nothing_that_ships_is_under_gpl_or_agpl() -> None:
    def licence(name: str) -> str:
        package = metadata(name)
        classifiers = [line for line in package.get_all("Classifier", []) if line.startswith("License")]
        short = (package.get("License") or "").partition("\n")[0]  # some put the whole text there
        return " ".join([package.get("License-Expression") or "", short, *classifiers])

    licences = {name: licence(name) for name in pins("requirements-kafka.txt")}
    assert [name for name, text in licences.items() if re.search(r"\bA?GPL|GNU (Affero )?General", text)] == []
