import os
import subprocess
import sys
from pathlib import Path

from recsys.runtime.jit import compiled, compiled_fast_math

DOUBLING = """
from recsys.runtime.jit import compiled

@compiled
def double(number):
    return 2 * number

print(double(21), sum(double.stats.cache_hits.values()))
"""


def test_compiled_code_is_cached_for_the_next_process(tmp_path: Path) -> None:
    script = tmp_path / "doubling.py"
    script.write_text(DOUBLING, encoding="utf-8")

    def run() -> str:
        env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": os.getcwd()}
        return subprocess.run([sys.executable, script], env=env, check=True, capture_output=True, text=True).stdout

    assert [run(), run()] == ["42 0\n", "42 1\n"]


def test_code_that_cannot_be_cached_is_compiled() -> None:
    # A function without a source file has no cache folder, like one in a read-only install without a home.
    names: dict[str, object] = {}
    exec("def triple(number):\n    return 3 * number", names)  # noqa: S102 - see above
    triple = names["triple"]
    assert compiled(triple)(5) == 15
    assert compiled_fast_math(triple)(5.0) == 15.0


def test_read_only_install_caches_in_the_users_cache_folder(tmp_path: Path) -> None:
    # A file where the folder beside the source would be: even root cannot write there.
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed" / "__pycache__").write_text("")
    script = tmp_path / "installed" / "doubling.py"
    script.write_text(DOUBLING, encoding="utf-8")
    elsewhere = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
    env = {name: value for name, value in os.environ.items() if name not in elsewhere}
    env |= {"HOME": str(tmp_path / "home"), "PYTHONPATH": os.getcwd()}

    def run() -> str:
        return subprocess.run([sys.executable, script], env=env, check=True, capture_output=True, text=True).stdout

    assert [run(), run()] == ["42 0\n", "42 1\n"]
    assert list((tmp_path / "home").rglob("*.nbc"))
