"""Writes rows of the database into a Parquet file, for the build that reads it: whole, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.activity.errors import ActivityError
from dashboard.state.errors import StateError
from dashboard.state.scratch import scratch

KIND = "export"


def write_parquet(file: Path, schema: pa.Schema, parts: Iterable[Sequence[Mapping[str, object]]]) -> int:
    """Write rows, part by part, and return how many; only the process's own account may read the file.

    The file is written in a folder beside its place and put there at the end: who reads it has the old one or the new
    one, and the next one removes what a killed process left.
    Raises ActivityError for a file that cannot be written; what `parts` raises leaves the old one.
    """
    n_rows = 0
    try:
        with scratch(file.parent, KIND) as folder:
            part = folder / file.name
            with pq.ParquetWriter(part, schema, compression="zstd") as writer:
                for rows in parts:
                    writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                    n_rows += len(rows)
            part.chmod(0o600)  # it says who did or said what
            part.replace(file)
    except StateError as error:
        raise ActivityError(f"{file} cannot be written: {error}") from error
    except OSError as error:
        raise ActivityError(f"{file} cannot be written ({error.strerror or error}); name another place") from error
    return n_rows
