"""The maps of C++ that ours are measured against, built here and only here.

Debian has them: libabsl-dev, libboost1.81-dev (or later), robin-map-dev. What is not installed, or
all of them without a compiler, is left out with a line that says so.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

SOURCE = Path(__file__).with_name("reference.cpp")
# Map by the macro that chooses it in the source.
MAPS = {
    "absl::flat_hash_map": "ABSL",
    "boost::unordered_flat_map": "BOOST",
    "tsl::robin_map": "TSL",
}
# What an installation of each has for the linker, beside its headers.
LINKED = {"ABSL": ("-labsl_raw_hash_set", "-labsl_hash", "-labsl_city", "-labsl_low_level_hash")}
Words = npt.NDArray[np.uint64]


@dataclass
class ReferenceMap:
    """One map of C++, with the methods of an `InlineMap` as far as they are measured."""

    library: ctypes.CDLL
    name: str
    held: ctypes.c_void_p = field(init=False)

    def __post_init__(self) -> None:
        self.held = ctypes.c_void_p(self.library.map_new())

    def put(self, keys: Words, values: Words) -> npt.NDArray[np.bool_]:
        is_new = np.empty(keys.size, np.bool_)
        self.library.map_put(self.held, *_at(keys, values, is_new), ctypes.c_int64(keys.size))
        return is_new

    def get(self, keys: Words) -> tuple[Words, npt.NDArray[np.bool_]]:
        values, found = np.zeros(keys.size, np.uint64), np.empty(keys.size, np.bool_)
        self.library.map_get(self.held, *_at(keys, values, found), ctypes.c_int64(keys.size))
        return values, found

    def delete(self, keys: Words) -> npt.NDArray[np.bool_]:
        found = np.empty(keys.size, np.bool_)
        self.library.map_delete(self.held, *_at(keys, found), ctypes.c_int64(keys.size))
        return found

    def mixed(
        self, ops: npt.NDArray[np.uint8], keys: Words, values: Words
    ) -> npt.NDArray[np.bool_]:
        found = np.empty(keys.size, np.bool_)
        at = _at(ops, keys, values, found)
        self.library.map_mixed(self.held, *at, ctypes.c_int64(keys.size))
        return found

    @property
    def bytes(self) -> float:
        return float(self.library.map_bytes(self.held))

    def close(self) -> None:
        """Gives the memory back."""
        self.library.map_free(self.held)


def _at(*arrays: npt.NDArray[np.generic]) -> Iterator[ctypes.c_void_p]:
    return (ctypes.c_void_p(array.ctypes.data) for array in arrays)


def build(folder: Path) -> dict[str, ctypes.CDLL]:
    """Compiles what the machine has the sources of; says what it leaves out."""
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        print("no C++ compiler: the reference is left out")
        return {}
    made: dict[str, ctypes.CDLL] = {}
    for name, macro in MAPS.items():
        output = folder / f"lib{macro.lower()}.so"
        flags = ["-std=c++17", "-O3", "-march=native", "-shared", "-fPIC", f"-D{macro}"]
        command = [compiler, *flags, str(SOURCE), "-o", str(output), *LINKED.get(macro, ())]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            said = next((line for line in ran.stderr.splitlines() if "error" in line), "")
            print(f"{name} is left out: {said.strip()}")
            continue
        library = ctypes.CDLL(str(output))
        library.map_new.restype = ctypes.c_void_p
        library.map_bytes.restype = ctypes.c_double
        made[name] = library
    return made
