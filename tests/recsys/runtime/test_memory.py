import ctypes
from types import SimpleNamespace

import pytest

from recsys.runtime.memory import give_back


def test_freed_memory_is_given_back_where_the_c_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=given.append))
    give_back()
    assert given == [0]
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    give_back()
    assert given == [0]


def test_this_machines_c_library_takes_it() -> None:
    give_back()
