"""Hashes are those that were published, and the same whether compiled or interpreted."""

import numpy as np
import pytest

from dmaic_assets.hashmaps.kernels.mixing import SIPHASH, mixed, siphash

MASK = 2**64 - 1


def reference_siphash_1_3(key: bytes, message: bytes) -> int:
    """SipHash-1-3 for any message, written from the paper: one round a word, three at the end."""
    k0, k1 = (int.from_bytes(key[i : i + 8], "little") for i in (0, 8))
    v = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]

    def left(x, n):
        return ((x << n) | (x >> (64 - n))) & MASK

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[1] = left(v[1], 13) ^ v[0]
            v[0] = left(v[0], 32)
            v[2] = (v[2] + v[3]) & MASK
            v[3] = left(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & MASK
            v[3] = left(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & MASK
            v[1] = left(v[1], 17) ^ v[2]
            v[2] = left(v[2], 32)

    padded = message + bytes(-(len(message) + 1) % 8) + bytes([len(message) % 256])
    for i in range(0, len(padded), 8):
        word = int.from_bytes(padded[i : i + 8], "little")
        v[3] ^= word
        rounds(1)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(3)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def test_the_reference_gives_the_published_hash_of_nothing():
    # First line of the vectors for 1-3 rounds that come with the reference implementation.
    assert (
        reference_siphash_1_3(bytes(range(16)), b"").to_bytes(8, "little").hex()
        == "dcc40f055801acab"
    )


@pytest.mark.parametrize("message", [bytes(range(8)), bytes(8), b"\xff" * 8, b"key-0042"])
def test_siphash_of_a_word(message):
    key = bytes(range(16))
    seeds = np.frombuffer(key + (1).to_bytes(8, "little"), np.uint64)
    word = np.frombuffer(message, np.uint64)[0]
    with np.errstate(over="ignore"):
        assert int(siphash(word, seeds)) == reference_siphash_1_3(key, message)
        assert seeds[2] == SIPHASH
        assert mixed(word, seeds) == siphash(word, seeds)


def test_seeds_change_every_hash():
    words = np.arange(1000, dtype=np.uint64)
    one, two = (np.array([seed, seed + 2, 0, 0], np.uint64) for seed in (2**40 + 1, 2**41 + 1))
    assert not {int(mixed(word, one)) for word in words} & {int(mixed(word, two)) for word in words}
