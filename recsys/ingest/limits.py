"""What the reading of one file may take, so that a small file cannot use up the machine."""

from dataclasses import dataclass

_MEMORY_AT_LEAST_MB = 600  # of a process with Arrow and calamine, before it has read anything
_BYTES_PER_CELL = 160  # of calamine's two forms of a cell, and of the texts of 50,000 rows


@dataclass(frozen=True)
class Limits:
    """Bounds for spreadsheets, which are unpacked and read as a whole, for archives and for queries of databases.

    cells        of a sheet, from its first filled row and column to its last, blank ones counted
    unpacked_mb  megabytes of all that is packed in a spreadsheet, and of the files that are unpacked of an archive
    seconds      for reading a spreadsheet, unpacking an archive, and for a query
    """

    cells: int = 20_000_000
    unpacked_mb: int = 2_000
    seconds: int = 600

    @property
    def memory_mb(self) -> int:
        """Megabytes of memory that reading that many cells may need."""
        return _MEMORY_AT_LEAST_MB + self.cells * _BYTES_PER_CELL // 1_000_000
