"""How much memory this process has, and has had."""

import os
import pathlib
import resource

MEGABYTE = 2**20


def peak():
    """The most that was resident so far, in MB."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes * 1024 / MEGABYTE


def resident():
    """What is resident now, in MB."""
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
