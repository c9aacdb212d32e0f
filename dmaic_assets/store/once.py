"""Values of an object that are worked out when first asked for, without a lock.

What belongs here: the descriptor. `functools.cached_property` holds one lock for all objects of a
class (Python 3.11), so that threads that work on different files would wait for each other.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

ValueT = TypeVar("ValueT")


class once(Generic[ValueT]):  # noqa: N801 - a decorator, named as `property` is
    """Makes a method a value that is worked out once per object and kept with it.

    Threads that ask one object at the same time may each work the value out; all are given the
    same one. So working it out must change nothing elsewhere: what writes or draws chance does
    not belong here. An error is not kept. The object needs a `__dict__`.
    """

    def __init__(self, work_out: Callable[[Any], ValueT]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> ValueT: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Self | ValueT:
        if instance is None:
            return self
        # No data descriptor: from now on Python finds the value before it looks here.
        kept: dict[str, ValueT] = instance.__dict__
        if self._name in kept:
            return kept[self._name]
        return kept.setdefault(self._name, self._work_out(instance))
