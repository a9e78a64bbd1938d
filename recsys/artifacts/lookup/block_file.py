"""A table's file of blocks: pages of keys, and an index of the pages at its end.

    page    a directory (_DIRECTORY: how many keys; of each the end of its block, its rows and its CRC-32; the keys),
            then the blocks of these keys
    index   JSON: the layouts, and of each page its first key, place, directory's length and CRC-32, and layout

A look-up searches the index in memory, reads a directory of some 3 KB and the block, and compares their sums: a byte
that was changed is noticed before it is shown. It reads by position and not through a mapping, which leaves the file
in the page cache of all processes just so, and a file that was cut ends in an error instead of the process.
"""

import json
import os
import struct
import weakref
import zlib
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from recsys.artifacts.lookup.decode import BETWEEN, Layout, Row

COUNT = struct.Struct("=I")


class Damaged(Exception):
    """A file that is not what was written."""


class BlockFile:
    """One table's blocks, open for reading; any number of threads may."""

    def __init__(self, path: Path, entry: Mapping[str, Any]) -> None:
        """entry     what `block_writer` returned: the file's size, and the index's place and CRC-32

        Raises OSError if there is no such file, Damaged if it is shorter or longer.
        """
        self._path = path
        self._entry = entry
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._handle).atexit = False
        if os.fstat(self._handle).st_size != entry["bytes"]:
            raise Damaged(f"{path} has not the {entry['bytes']:,} bytes that were written")

    def find(self, key: str) -> list[Row]:
        """Return the rows of a key, in their order; none for an unknown key. Raises Damaged."""
        index = self._index
        page = bisect_right(index["firsts"], key) - 1
        if page < 0:
            return []
        at, length = index["places"][page], index["lengths"][page]
        directory = self._read(at, length, index["sums"][page])
        n_keys = COUNT.unpack_from(directory)[0]
        table = struct.unpack_from(f"={3 * n_keys}I", directory, COUNT.size)
        keys = directory[COUNT.size + 12 * n_keys :].decode().split(BETWEEN)
        if key not in keys:
            return []
        place = keys.index(key)
        first = table[place - 1] if place else 0
        block = self._read(at + length + first, table[place] - first, table[2 * n_keys + place])
        layout: Layout = self._layouts[index["layouts"][page]]
        return layout.rows(key, table[n_keys + place], block)

    @cached_property
    def _index(self) -> dict[str, Any]:
        at, length, total = self._entry["index"]
        index: dict[str, Any] = json.loads(self._read(at, length, total))
        return index

    @cached_property
    def _layouts(self) -> list[Layout]:
        return [Layout(columns) for columns in self._index["columns"]]

    def _read(self, at: int, length: int, total: int) -> bytes:
        try:
            found = os.pread(self._handle, length, at)
        except OSError as error:
            raise Damaged(f"{self._path} cannot be read ({error})") from error
        if zlib.crc32(found) != total:
            raise Damaged(f"{self._path} was changed or damaged at byte {at:,}")
        return found
