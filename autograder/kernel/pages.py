"""Makes forks cheap: the zygote's memory is gathered into huge pages, so that there is less to copy for each child.

A fork copies an entry for each page, and the zygote has some 60,000 small ones: 5 ms and as much again when the child
ends; a third of that with huge pages. Gathering them takes half a second in all, so it is done bit by bit.
"""

import ctypes
from collections.abc import Iterator

HUGE = 2 << 20
MADV_HUGEPAGE, MADV_COLLAPSE = 14, 25


def gather() -> Iterator[None]:
    """Gathers one huge page at each step. Does nothing on systems (before Linux 6.1, or by their settings) that don't
    offer it."""
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for start, end in _anonymous():
        for address in range(-(-start // HUGE) * HUGE, end - HUGE + 1, HUGE):
            if advise(address, HUGE, MADV_HUGEPAGE) == 0:
                advise(address, HUGE, MADV_COLLAPSE)
            yield


def _anonymous() -> list[tuple[int, int]]:
    """The writable mappings with no file behind them."""
    with open("/proc/self/maps") as file:
        lines = [line.split() for line in file]
    spans = [words[0] for words in lines if words[1].startswith("rw") and words[5:] in ([], ["[heap]"])]
    return [(int(start, 16), int(end, 16)) for start, _, end in (span.partition("-") for span in spans)]
