"""The state folder: what the app itself keeps, outside the code and the artifacts; its secret key and a cache."""

import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from dashboard.state.errors import StateError
from dashboard.state.scratch import leftovers

KEY_FILE = "secret_key"
CACHE = "cache"  # folder in it for what can be made again: no part of a backup
LOOKUP = "lookup"  # and in that for look-up forms, where the folder of artifacts may not be written
KEY_BYTES = 32
OLD = "old"  # in the folder of a restore: what was there before


def prepare_state(folder: Path) -> None:
    """Make the folder, for its owner alone, where there is none. Raises StateError if it cannot be written.

    Where a restore was killed between two steps the folder that was there before comes back.
    """
    try:
        if not folder.exists():
            _bring_back(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StateError(
            f"the state folder {folder} cannot be written ({error.strerror}); "
            f"mend that or name another one in REPERTOIRE_STATE"
        ) from error


def restoring(folder: Path) -> str:
    """Return the kind of the folders that a restore works in, beside the state folder."""
    return f"restore-{folder.name}"


def _bring_back(folder: Path) -> None:
    for leftover in leftovers(folder.parent, restoring(folder)):
        if (leftover / OLD).is_dir() and not folder.exists():
            (leftover / OLD).rename(folder)


def secret_key(folder: Path) -> str:
    """Return the key that signs cookies: the same one for every process that uses the folder.

    It is made once, whoever comes first. Raises StateError for a key file that others than its owner may read,
    or that is none.
    """
    path = folder / KEY_FILE
    if not path.exists():
        _make_key(path)
    return _read_key(path)


def _make_key(path: Path) -> None:
    """Write the key under another name and link it: of several processes one wins, and none sees half a key."""
    try:
        _link_new_key(path)
    except OSError as error:
        raise StateError(f"{path} cannot be made ({error.strerror}); mend that, then start again") from error


def _link_new_key(path: Path) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()


def _read_key(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or mode & 0o077:
            raise StateError(
                f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); whoever reads it can forge cookies: "
                f"remove it, a new one is made at the next start"
            )
        key = path.read_text(encoding="ascii")
    except OSError as error:
        raise StateError(f"{path} cannot be read ({error.strerror}); make it readable for this user") from error
    except UnicodeDecodeError:
        key = ""
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", key):
        raise StateError(f"{path} holds no key; remove it, a new one is made at the next start")
    return key
