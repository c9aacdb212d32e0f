"""How a function becomes a kernel.

numba caches functions of a module only, so nothing here makes kernels from closures. With
NUMBA_DISABLE_JIT=1 every kernel is the plain function: slow, and open to a debugger, a coverage
tool or a test that changes it.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import config, njit

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def is_interpreted() -> bool:
    """Tells whether kernels run as plain Python in this process."""
    return bool(getattr(config, "DISABLE_JIT"))  # noqa: B009 - set while numba loads


def kernel(function: FunctionT) -> FunctionT:
    """Compiles a function at its first call; the result is cached beside the module.

    Kernels allocate nothing, and so go without numba's counts of references: with them a search
    of 6 ns takes 60.
    """
    compiled = cast("Callable[..., Any]", njit)(cache=True, nogil=True, _nrt=False)(function)
    return cast("FunctionT", compiled)


def inlined(function: FunctionT) -> FunctionT:
    """Compiles a function into each kernel that calls it, with all its arguments.

    Handing arrays over costs: an operation of 11 ns took 140 where it was called. A call with a
    constant leaves only what belongs to it in the caller: a loop is written once for all kinds of
    tables and each kind gets its own, which takes half the time of one that asks at every key.
    """
    compiled = cast("Callable[..., Any]", njit)(
        cache=True, nogil=True, _nrt=False, forceinline=True
    )(function)
    return cast("FunctionT", compiled)
