"""Freed memory returned to the operating system."""

import ctypes


def release_freed_memory() -> None:
    """Return freed memory to the operating system if the C library can (glibc: malloc_trim).

    glibc keeps freed small blocks. After reading a version of 20 million lines from its Parquet files, a process
    had 212 MB of its own, and 50 MB after this call.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
