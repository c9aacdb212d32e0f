"""A sequence of operations on keys."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray, KeyKind, texts_of

Op = Literal["get", "put", "del"]
# The numbers of the operations, as kernels have them.
OPS: tuple[Op, ...] = ("get", "put", "del")


@dataclass(frozen=True, slots=True)
class Workload:
    """Operations in their order: what is done (a number of OPS), with which key and value.

    Keys are int64 or strings; the values of what is no put are 0. `told` says in a few words where
    the workload comes from.
    """

    ops: npt.NDArray[np.uint8]
    keys: ArrowArray
    values: npt.NDArray[np.float64]
    told: str

    def __len__(self) -> int:
        return int(self.ops.size)

    @property
    def key(self) -> KeyKind:
        """The type of the keys."""
        return "int64" if pa.types.is_int64(self.keys.type) else "string"

    @property
    def digest(self) -> str:
        """The SHA-256 of operations, keys and values: the data version of a benchmark."""
        hashed = hashlib.sha256(self.ops.tobytes())
        hashed.update(self.values.tobytes())
        if self.key == "int64":
            hashed.update(self.keys.to_numpy().tobytes())
        else:
            offsets, data = texts_of(self.keys, "string")
            hashed.update(np.diff(offsets).tobytes())
            hashed.update(data[offsets[0] : offsets[-1]].tobytes())
        return hashed.hexdigest()

    def share_of(self, op: Op) -> float:
        """The share of an operation among all; 0 without any."""
        return float((self.ops == OPS.index(op)).mean()) if len(self) else 0.0

    def first(self, count: int) -> "Workload":
        """The first operations, all of them where there are fewer."""
        parts = self.ops[:count], self.keys.slice(0, count), self.values[:count]
        return Workload(*parts, self.told)
