"""What keeps the memory of a load small and flat, without paying for it in page faults.

A load makes and drops arrays in two threads. By default glibc gives each thread heaps of its own,
and Arrow keeps a pool beside them: a hundred megabytes that nobody uses. Here all share one heap,
which keeps what a batch has freed for the next one: giving that back to the system and asking for
it again costs as much processor time as all the decoding. Only whole columns are given back.

Arrow imports pandas with the first array it makes, wherever that is installed: 35 MB and a third of
a second for something that no load uses.
"""

import ctypes
import sys

import pyarrow as pa

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# What a batch needs is smaller and reused at once; whole columns of a slice are larger and rare.
_LARGE_BLOCK = 5 * 1024 * 1024 // 2
_KEPT_FREE = 64 * 1024 * 1024


def settle() -> None:
    """Settle the allocators of this process and keep pandas out of it, unless it is there already.

    In this process Arrow cannot convert to pandas afterwards.
    """
    _share_one_heap()
    _keep_pandas_out()


class _NoPandas:
    """An importer that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


def _keep_pandas_out() -> None:
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.scalar(None)  # Arrow looks for it once
    finally:
        sys.meta_path.remove(_NoPandas)


def _share_one_heap() -> None:
    """Does nothing more where the C library is not glibc."""
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_ARENA_MAX, 1)
    mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
    mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE)
