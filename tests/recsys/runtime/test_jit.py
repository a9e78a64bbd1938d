import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from recsys.runtime.jit import compiled, compiled_fast_math

ROOT = Path(__file__).parents[3]
DOUBLING = """
from recsys.runtime.jit import compiled

@compiled
def double(number):
    return 2 * number

print(double(21), sum(double.stats.cache_hits.values()))
"""
HALVING = """
from recsys.runtime.jit import compiled

@compiled
def half(number):
    return number / 2
"""


@pytest.mark.slow
def test_compiled_code_is_cached_for_the_next_process(tmp_path: Path) -> None:
    script = tmp_path / "doubling.py"
    script.write_text(DOUBLING, encoding="utf-8")

    def run() -> str:
        env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, script], env=env, check=True, capture_output=True, text=True).stdout

    assert [run(), run()] == ["42 0\n", "42 1\n"]


def test_code_that_cannot_be_cached_is_compiled() -> None:
    # A function without a source file has no cache folder, like one in a read-only install without a home.
    names: dict[str, object] = {}
    exec("def triple(number):\n    return 3 * number", names)  # noqa: S102 - see above
    triple = names["triple"]
    assert compiled(triple)(5) == 15
    assert compiled_fast_math(triple)(5.0) == 15.0


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """A script in a folder where no code can be kept, not even by root: a file is in the place of `__pycache__`."""
    folder = tmp_path / "installed"
    folder.mkdir()
    (folder / "__pycache__").write_text("")
    script = folder / "half.py"
    script.write_text(HALVING, encoding="utf-8")
    return script


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; the home folder is `home` beside it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(config, "CACHE_DIR", "")
    return folder


@pytest.mark.parametrize("cache_home", [None, "", "cache", "./numba"])
def test_read_only_install_keeps_its_code_in_the_users_cache_folder(
    work: Path, read_only: Path, cache_home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cache_home is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", cache_home)
    half = runpy.run_path(str(read_only))["half"]
    assert half(5.0) == 2.5
    assert Path(half.stats.cache_path).is_relative_to(work.parent / "home" / ".cache" / "numba")
    assert list(Path(half.stats.cache_path).glob("*.nbc"))
    assert list(work.iterdir()) == []
    assert os.environ.get("XDG_CACHE_HOME") == cache_home


def test_an_absolute_cache_folder_is_taken(work: Path, read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(work.parent / "cache"))
    half = runpy.run_path(str(read_only))["half"]
    assert Path(half.stats.cache_path).is_relative_to(work.parent / "cache" / "numba")
    assert not (work.parent / "home").exists()


def test_no_code_is_kept_where_even_the_home_folder_is_relative(
    work: Path, read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "home")
    half = runpy.run_path(str(read_only))["half"]
    assert half(5.0) == 2.5
    assert half.stats.cache_path is None
    assert list(work.iterdir()) == []
