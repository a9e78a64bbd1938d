"""Digests as files, for its owner alone: to look at before mail is sent, or for another way to send it."""

import os
import re
import tempfile
from pathlib import Path

from dashboard.digest.content import Digest
from dashboard.digest.html_part import html_part
from dashboard.digest.text_part import text_part
from recsys.errors import RecsysError


class CannotWrite(RecsysError):
    """A folder that cannot be made or written."""


def write_files(folder: Path, name: str, digest: Digest, unsubscribe_at: str) -> tuple[Path, Path]:
    """Write NAME-DAY.html and .txt, in the place of those before, mode 0600; return where they are."""
    contents = {".html": html_part(digest, unsubscribe_at), ".txt": text_part(digest, unsubscribe_at)}
    start = folder / f"{file_name(name)}-{digest.day.isoformat()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page, text = (_write(Path(f"{start}{ending}"), content) for ending, content in contents.items())
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written ({error.strerror}); name another folder with --file") from error
    return page, text


def file_name(name: str) -> str:
    """Return a name as a part of a file's: letters, digits and hyphens."""
    return re.sub(r"\W+", "-", name)[:60].strip("-") or "nobody"


def _write(path: Path, content: str) -> Path:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".digest-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
