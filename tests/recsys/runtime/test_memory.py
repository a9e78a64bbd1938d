import ctypes
from pathlib import Path
from types import SimpleNamespace

import pytest

from recsys.runtime import memory
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


def test_available_memory_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert 0 < memory.available_memory() < 1 << 50
    facts = tmp_path / "meminfo"
    monkeypatch.setattr(memory, "_FACTS", facts)
    assert memory.available_memory() == 0
    facts.write_text("MemTotal:  8 kB\nMemAvailable:    3 kB\n", encoding="ascii")
    assert memory.available_memory() == 3072
    facts.write_text("MemTotal:  8 kB\n", encoding="ascii")
    assert memory.available_memory() == 0
