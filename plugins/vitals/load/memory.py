"""Allocator settings that keep the memory of a load flat.

A load makes and drops arrays of some megabytes in two threads. By default glibc gives each thread
heaps of its own and learns to keep freed blocks for later, and Arrow keeps a pool beside them:
a hundred megabytes that nobody uses. Freed arrays shall go back to the system instead.
"""

import ctypes

import pyarrow as pa

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BLOCK = 128 * 1024


def give_back_freed_memory() -> None:
    """Settle the allocators of this process; does nothing where the C library is not glibc."""
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_ARENA_MAX, 2)
    mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
