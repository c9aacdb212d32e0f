"""Seeded hashing: where a key begins its search depends on a secret of its map.

Two maps never share a seed: the items of one, in its slot order, inserted into another with the
same seed pile up in one end of it (quadratic cost, known from several standard libraries).
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import Words, mum

# The golden ratio as a 64-bit fraction: an odd number without pattern in its bits.
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
# The two ways of mixing: two rounds of long products, or SipHash-1-3 against chosen keys.
MIX, SIPHASH = 0, 1
# Initial words of SipHash ("somepseudorandomlygeneratedbytes", Aumasson and Bernstein 2012).
_SIP0 = np.uint64(0x736F_6D65_7073_6575)
_SIP1 = np.uint64(0x646F_7261_6E64_6F6D)
_SIP2 = np.uint64(0x6C79_6765_6E65_7261)
_SIP3 = np.uint64(0x7465_6462_7974_6573)
# The last word of a message of eight bytes: its length in the top byte.
_SIP_LENGTH = np.uint64(8 << 56)
# What SipHash xors into its third word before it finishes.
_SIP_END = np.uint64(0xFF)


@kernel
def _left(word: np.uint64, bits: int) -> np.uint64:
    """Rotates to the left."""
    return (word << np.uint64(bits)) | (word >> np.uint64(64 - bits))


@kernel
def _round(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One round of SipHash; rotations as published."""
    a, c = a + b, c + d
    b, d = _left(b, 13) ^ a, _left(d, 16) ^ c
    a, c = _left(a, 32) + d, c + b
    b, d = _left(b, 17) ^ c, _left(d, 21) ^ a
    return a, b, _left(c, 32), d


@kernel
def siphash(key: np.uint64, seeds: Words) -> np.uint64:
    """SipHash-1-3 of the eight little-endian bytes of a key."""
    a, b = seeds[0] ^ _SIP0, seeds[1] ^ _SIP1
    c, d = seeds[0] ^ _SIP2, seeds[1] ^ _SIP3 ^ key
    a, b, c, d = _round(a, b, c, d)
    a = a ^ key
    d = d ^ _SIP_LENGTH
    a, b, c, d = _round(a, b, c, d)
    a, c = a ^ _SIP_LENGTH, c ^ _SIP_END
    for _ in range(3):
        a, b, c, d = _round(a, b, c, d)
    return a ^ b ^ c ^ d


@kernel
def mixed(key: np.uint64, seeds: Words) -> np.uint64:
    """The hash of a key under the seeds of a map: first and second secret word, way of mixing."""
    if seeds[2] == np.uint64(SIPHASH):
        return siphash(key, seeds)
    return mum(mum(key ^ seeds[0], seeds[1]) ^ seeds[1], _GOLDEN)


@kernel
def mix_column(keys: Words, start: int, stop: int, seeds: Words, hashes: Words) -> None:
    """Hashes the keys between two positions; the first hash stands at 0.

    What a loop over tables does besides hashing is then free of the way of mixing.
    """
    if seeds[2] == np.uint64(SIPHASH):
        for i in range(start, stop):
            hashes[i - start] = siphash(keys[i], seeds)
    else:
        one, two = seeds[0], seeds[1]
        for i in range(start, stop):
            hashes[i - start] = mum(mum(keys[i] ^ one, two) ^ two, _GOLDEN)
