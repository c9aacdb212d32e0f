"""Single instructions that NumPy does not have: long products, group matches, prefetches, cycles.

Each stands as LLVM code for compiled kernels and as plain Python beside it for interpreted ones.
The vector code is no extension of one processor: LLVM lowers it to what the machine has.
"""

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from dmaic_assets.hashmaps.kernels.jit import is_interpreted

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Match = Callable[[Bytes, np.int64, np.uint8], np.uint32]

# Bytes that one match compares: a vector register of every 64-bit machine (SSE2, NEON).
GROUP = 16
_I8, _I16, _I32, _I64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_I128 = ir.IntType(128)
_VECTOR = ir.VectorType(_I8, GROUP)


def _group(context: Any, builder: Any, array_type: Any, array: Any, at: Any) -> Any:
    """Loads the sixteen bytes that begin at an index, aligned or not."""
    start = builder.gep(context.make_array(array_type)(context, builder, array).data, [at])
    loaded = builder.load(builder.bitcast(start, _VECTOR.as_pointer()))
    loaded.align = 1
    return loaded


def _bits(builder: Any, flags: Any) -> Any:
    return builder.zext(builder.bitcast(flags, _I16), _I32)


@intrinsic
def _mum_compiled(_context: Any, a: Any, b: Any) -> Any:
    def code(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        product = builder.mul(builder.zext(args[0], _I128), builder.zext(args[1], _I128))
        high = builder.trunc(builder.lshr(product, ir.Constant(_I128, 64)), _I64)
        return builder.xor(builder.trunc(product, _I64), high)

    return types.uint64(types.uint64, types.uint64), code


@intrinsic
def _match_compiled(_context: Any, array: Any, at: Any, byte: Any) -> Any:
    def code(target: Any, builder: Any, signature: Any, args: Any) -> Any:
        nothing = ir.Constant(_VECTOR, ir.Undefined)
        first = builder.insert_element(nothing, args[2], ir.Constant(_I32, 0))
        lanes = ir.Constant(ir.VectorType(_I32, GROUP), [0] * GROUP)
        wanted = builder.shuffle_vector(first, nothing, lanes)
        group = _group(target, builder, signature.args[0], args[0], args[1])
        return _bits(builder, builder.icmp_unsigned("==", group, wanted))

    return types.uint32(array, types.int64, types.uint8), code


@intrinsic
def _free_compiled(_context: Any, array: Any, at: Any) -> Any:
    def code(target: Any, builder: Any, signature: Any, args: Any) -> Any:
        group = _group(target, builder, signature.args[0], args[0], args[1])
        zeros = ir.Constant(_VECTOR, [0] * GROUP)
        return _bits(builder, builder.icmp_signed("<", group, zeros))

    return types.uint32(array, types.int64), code


@intrinsic
def _lowest_compiled(_context: Any, bits: Any) -> Any:
    def code(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.zext(builder.cttz(args[0], ir.Constant(ir.IntType(1), 1)), _I64)

    return types.int64(types.uint32), code


@intrinsic
def _prefetch_compiled(_context: Any, array: Any, at: Any) -> Any:
    def code(target: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = target.make_array(signature.args[0])(target, builder, args[0]).data
        start = builder.bitcast(builder.gep(data, [args[1]]), _I8.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [_I8.as_pointer(), _I32, _I32, _I32])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(call, [start, *(ir.Constant(_I32, flag) for flag in (0, 3, 1))])
        return target.get_dummy_value()

    return types.void(array, types.int64), code


@intrinsic
def _cycles_compiled(_context: Any) -> Any:
    def code(_target: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        kind = ir.FunctionType(_I64, [])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter")
        return builder.call(call, [])

    return types.int64(), code


def _mum(a: np.uint64, b: np.uint64) -> np.uint64:
    product = int(a) * int(b)
    return np.uint64((product ^ (product >> 64)) & 0xFFFF_FFFF_FFFF_FFFF)


def _match(array: Bytes, at: np.int64, byte: np.uint8) -> np.uint32:
    return np.uint32(sum(1 << i for i in range(GROUP) if array[at + i] == byte))


def _free(array: Bytes, at: np.int64) -> np.uint32:
    return np.uint32(sum(1 << i for i in range(GROUP) if array[at + i] >= 0x80))


def _lowest(bits: np.uint32) -> np.int64:
    return np.int64((int(bits) & -int(bits)).bit_length() - 1)


def _prefetch(_array: Any, _at: np.int64) -> None:
    return None


def _cycles() -> np.int64:
    return np.int64(perf_counter_ns())


def _either(compiled: object, plain: object) -> Any:
    return plain if is_interpreted() else compiled


# Low and high half of a 64 x 64 bit product, xor-ed: the mixing step of wyhash and its kin.
mum = cast("Callable[[np.uint64, np.uint64], np.uint64]", _either(_mum_compiled, _mum))
# Which of sixteen bytes are equal to one: bit i for byte i.
match = cast("Match", _either(_match_compiled, _match))
# Which of sixteen bytes have their high bit set.
match_free = cast("Callable[[Bytes, np.int64], np.uint32]", _either(_free_compiled, _free))
# The position of the lowest bit that is set; bits must not be 0.
lowest = cast("Callable[[np.uint32], np.int64]", _either(_lowest_compiled, _lowest))
# Asks the memory for the cache line of an element; says nothing of whether it exists.
prefetch = cast("Callable[[Any, np.int64], None]", _either(_prefetch_compiled, _prefetch))
# The processor's time stamp; nanoseconds where kernels are interpreted.
cycles = cast("Callable[[], np.int64]", _either(_cycles_compiled, _cycles))
