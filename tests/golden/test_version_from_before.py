"""A version that an earlier release published is read and served as it was.

`version/` was built by the release before the packages were put into chapters (a made-up wholesaler: `sample
--customers 40 --products 120 --seed 7 --until 2026-10-30`, `build --min-support 0.05`); `shown.json` holds what its
`python -m recsys show` printed then. Neither is ever written again: a change that alters what is shown of an old
version gets a new pair beside this one. Only words may differ, where a release says the same numbers better
(`REWORDED`), and the blanks between them: how tables are laid out is the terminal's.
"""

import json
import shutil
from pathlib import Path

import pytest

from recsys.artifacts.reader import Reader
from tests.support.processes import recsys
from tests.support.screens import Caller, make_app

HERE = Path(__file__).parent
SHOWN: dict[str, list[str]] = json.loads((HERE / "shown.json").read_text(encoding="utf-8"))
# What a sentence said then, and what it says now.
REWORDED = {
    "l, 3.2 times chance.": "l: bought together 3.2 times as often as chance would have it.",
    "2 of the 20 most similar customers buy it": "2 similar customers buy it",
}


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(HERE / "version", tmp_path_factory.mktemp("golden") / "artifacts")


@pytest.mark.parametrize("asked", SHOWN)
def test_an_old_version_is_shown_as_the_release_that_built_it_showed_it(artifacts: Path, asked: str) -> None:
    done = recsys("show", *asked.split(), "--artifacts", str(artifacts), columns=160)
    wanted = " ".join(" ".join(SHOWN[asked]).split())
    for old, new in REWORDED.items():
        wanted = wanted.replace(old, new)
    shown = done.stdout.split()
    assert (done.returncode, shown) == (0, wanted.split())


def test_an_old_version_is_whole_and_sound_to_the_newest_release(artifacts: Path) -> None:
    done = recsys("check", "--artifacts", str(artifacts))
    assert done.returncode == 0, done.stderr


def test_an_old_version_is_served(artifacts: Path, tmp_path: Path) -> None:
    reader = Reader(artifacts)
    customer = reader.current().rows("customers", "01166")[0]
    lines = reader.current().rows("recommendations", "01166")
    caller = Caller(make_app(tmp_path, artifacts))
    for path in ("/", "/bundles", "/model", "/products/01001"):
        assert caller.page(path).status_code == 200
    page = caller.page("/customers/01166").get_data(as_text=True)
    assert json.dumps(customer["name"])[1:-1] in page
    assert page.count('"type":"reason"') == len(lines) > 0
