"""An import session, and files written by hand."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from recsys.ingest.sources.session import ImportSession, import_session
from recsys.runtime.progress import Silent

TODAY = date(2025, 6, 30)
WriteFile = Callable[..., Path]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[ImportSession]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with import_session(scratch, TODAY, Silent()) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Write a file of lines below a folder and return its path: `write("a.csv", "x,y", "1,2")`."""

    def write_lines(name: str, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes("".join(line + end for line in lines).encode(encoding))
        return path

    return write_lines
