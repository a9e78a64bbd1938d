"""Writes rows of the database into a Parquet file, for the build that reads it: whole, or not at all."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.activity.errors import ActivityError


def write_parquet(file: Path, schema: pa.Schema, parts: Iterable[Sequence[Mapping[str, object]]]) -> int:
    """Write rows, part by part, and return how many; only the process's own account may read the file.

    The file is written beside its place and put there at the end: who reads it has the old one or the new one.
    Raises ActivityError for a file that cannot be written; what `parts` raises leaves the old one.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    n_rows = 0
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in parts:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                n_rows += len(rows)
        part.chmod(0o600)  # it says who did or said what
        part.replace(file)
    except OSError as error:
        raise ActivityError(f"{file} cannot be written ({error.strerror or error}); name another place") from error
    finally:
        part.unlink(missing_ok=True)
    return n_rows
