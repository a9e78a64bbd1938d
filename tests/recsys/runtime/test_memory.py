import ctypes
from types import SimpleNamespace

import pytest

from recsys.runtime.memory import release_freed_memory


def test_freed_memory_is_returned_if_the_c_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    trims: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=trims.append))
    release_freed_memory()
    assert trims == [0]
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    release_freed_memory()
    assert trims == [0]


def test_release_runs_with_this_machines_c_library() -> None:
    release_freed_memory()
