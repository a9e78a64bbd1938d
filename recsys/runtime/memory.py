"""Freed memory returned to the operating system."""

import ctypes
import sys


def release_freed_memory() -> None:
    """Return freed memory to the operating system if the C library can (glibc: malloc_trim).

    glibc keeps freed small blocks. After reading a version of 20 million lines from its Parquet files, a process
    had 212 MB of its own, and 50 MB after this call. pyarrow's pool keeps blocks of its own, where it is loaded.
    """
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        pyarrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
