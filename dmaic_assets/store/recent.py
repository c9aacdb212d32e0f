"""What was read lately and will be read again: values of known size, the longest unused let go.

What belongs here: keeping. A value must be what its key says for ever, as the content of a hash
or of a memo key is, so that nothing has to be looked at again.
"""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class Recent(Generic[ValueT]):
    """Keeps values under keys, up to a total size; several threads may use one."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._values: OrderedDict[str, tuple[ValueT, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> ValueT | None:
        """The value kept under a key, None when there is none any more."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def keep(self, key: str, value: ValueT, size_bytes: int) -> None:
        """Keeps a value; those that were not asked for the longest go when room is short."""
        with self._lock:
            self._keep(key, value, size_bytes)

    def keep_first(self, key: str, value: ValueT, size_bytes: int) -> ValueT:
        """Keeps a value where none is kept, and gives the one that is: the same to all threads."""
        with self._lock:
            if key in self._values:
                return self._values[key][0]
            self._keep(key, value, size_bytes)
            return value

    def _keep(self, key: str, value: ValueT, size_bytes: int) -> None:
        _, before = self._values.pop(key, (None, 0))
        self._values[key] = (value, size_bytes)
        self._held += size_bytes - before
        while self._held > self._most:
            _, (_, freed) = self._values.popitem(last=False)
            self._held -= freed
