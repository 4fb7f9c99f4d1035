"""How many threads numpy's products may take: one.

The products of a search are small. BLAS would still start threads for most of them, which wait for
each other for many times as long as the product takes, and longest on a busy machine.
"""

from __future__ import annotations

from functools import cache

import numpy as np  # noqa: F401  # its BLAS must be loaded to be limited
from threadpoolctl import threadpool_limits

__all__ = ["one_blas_thread"]


@cache
def one_blas_thread() -> None:
    """Keep BLAS on the calling thread, in this process from now on."""
    threadpool_limits(limits=1, user_api="blas")
