"""What tests sample, tried to the end: ten million operations in migration, every bit of a file.

Both take minutes, and so no test run has them: `make hashmaps-exhaustive`.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from dmaic_assets.errors import DmaicError
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS
from dmaic_assets.hashmaps.snapshot.read import check, open_snapshot
from dmaic_assets.hashmaps.snapshot.write import save
from dmaic_assets_tests.hashmaps.seeds import batches, follow, seeds_from

INLINE = (SWISS, ROBIN_HOOD, LINEAR)
KINDS = (*INLINE, CHAINING)
# Bytes of the snapshot whose bits are flipped one after the other.
SNAPSHOT_BYTES = 64 * 1024
# Keys and values of 16 bytes that, with header and digests, come to about so many.
_ENTRIES = 2000


def operations(count: int, seed: int) -> int:
    """Does operations on maps, each batch with a migration, beside a dictionary; says how many."""
    rng = np.random.default_rng(seed)
    done = 0
    while done < count:
        held, model = DenseMap(seeds_from(rng), int(rng.choice(INLINE))), {}
        kinds = INLINE if (is_inline := bool(rng.random() < 0.5)) else KINDS
        if is_inline:
            held.make_inline(held.kind)
        for batch in batches(rng, 2000, int(rng.integers(50, 20_000))):
            if not held.is_migrating:
                held.pace = int(rng.integers(1, 17))
                held.migrate_to(int(rng.choice(kinds)))
            follow(held, model, batch)
            done += batch[1].size
    return done


def flips(most: int) -> tuple[int, int]:
    """Flips every bit of a snapshot, one at a time; gives how many there were, and were found."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.snapshot"
        held = HashMap(seeds_from(rng), "int64")
        held.upsert(rng.integers(0, 2**62, _ENTRIES))
        save(held, path)
        whole = path.read_bytes()
        bits = min(8 * len(whole), most)
        found = 0
        with path.open("r+b", buffering=0) as file:
            for bit in range(bits):
                place, flag = bit // 8, 1 << bit % 8
                file.seek(place)
                file.write(bytes([whole[place] ^ flag]))
                found += _is_refused(path)
                file.seek(place)
                file.write(whole[place : place + 1])
    print(f"snapshot of {len(whole):,} bytes")
    return bits, found


def _is_refused(path: Path) -> bool:
    try:
        return not check(open_snapshot(path)).is_whole
    except DmaicError:
        return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000_000)
    parser.add_argument("--bits", type=int, default=8 * 2 * SNAPSHOT_BYTES)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    done = operations(args.operations, args.seed)
    print(f"{done:,} operations in migration, each as a dictionary does it")
    bits, found = flips(args.bits)
    print(f"{found:,} of {bits:,} flipped bits found")
    if found < bits:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
