"""What a hash map is used for on a platform, and what could make it slow: one figure each."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.hashmaps.asked import Words
from dmaic_assets.cli.hashmap.laboratory import clocks, draw_seeds
from dmaic_assets.cli.hashmap.run_command import SELDOM
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.table import MASK, SWISS
from dmaic_assets.hashmaps.metrics.recorder import Recorder
from dmaic_assets.hashmaps.metrics.watchdog import Limits, Watchdog
from dmaic_assets.hashmaps.snapshot.read import check, load, open_snapshot
from dmaic_assets.hashmaps.snapshot.write import save
from dmaic_assets.hashmaps.trial.play import Player
from dmaic_assets.hashmaps.workload.generate import Recipe, generate

# The 64-bit golden ratio: keys times its inverse follow each other under Fibonacci hashing.
_GOLDEN = 0x9E37_79B9_7F4A_7C15
# Keys of an attack.
_ATTACKERS = 200_000


@dataclass(frozen=True)
class Figure:
    """What was measured, and the limit that it is to keep (at most, or at least)."""

    name: str
    value: float
    unit: str
    goal: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal if self.is_least else self.value <= self.goal


def least_ms(call: Callable[[], object], rounds: int = 3) -> float:
    """The least milliseconds of cpu of this process, all its threads, in some rounds."""
    told: list[float] = []
    for _ in range(rounds):
        began = time.process_time_ns()
        call()
        told.append((time.process_time_ns() - began) / 1e6)
    return min(told)


def delta(keys: Words, others: Words) -> list[Figure]:
    """A hundred thousand rows, half of them known, against a state of all keys."""
    rows = np.concatenate([keys[:50_000], others[:50_000]])
    held = InlineMap(draw_seeds, SWISS)
    held.put(keys, keys)

    def once() -> float:
        spent = least_ms(lambda: held.put(rows, rows), 1)
        held.delete(others[:50_000])
        return spent

    ours = min(once() for _ in range(5))
    state, asked = pl.DataFrame({"k": keys}), pl.DataFrame({"k": rows})
    theirs = least_ms(lambda: asked.join(state, on="k", how="anti"), 2)
    return [
        Figure("100k rows against the state", ours, "ms", 10),
        Figure("the same, Polars anti-join over ours", theirs / ours, "x", 20, is_least=True),
    ]


def _brute_forced(rng: np.random.Generator) -> Words:
    """Keys that one known mixing round sends to the same thousandth of the homes."""
    drawn = rng.integers(0, 2**63, 64 * _ATTACKERS, dtype=np.uint64)
    mixed = drawn * np.uint64(_GOLDEN)
    return drawn[mixed >> np.uint64(58) == 0][:_ATTACKERS]


def attacks() -> list[Figure]:
    """Keys chosen against hash maps, over random ones: the cost of putting them."""
    rng = np.random.default_rng(3)
    steps = np.arange(_ATTACKERS, dtype=np.uint64)
    first = InlineMap(draw_seeds, SWISS)
    first.put(rng.integers(0, 2**63, _ATTACKERS, dtype=np.uint64), steps)
    taken = first.table.control[: first.table.counts[0] + 1] < 0x80
    inverse = np.uint64(pow(_GOLDEN, -1, 1 << 64))
    suite: dict[str, npt.NDArray[np.uint64]] = {
        "sequential": steps,
        "strided": steps << np.uint64(32),
        "inverse": steps * inverse,
        "brute-forced": _brute_forced(rng),
        "slot order": first.table.slots[::2][: taken.size][taken].copy(),
    }
    base = _build_ms(rng.integers(0, 2**63, _ATTACKERS, dtype=np.uint64)) / _ATTACKERS
    return [
        Figure(f"attack: {name} keys over random ones", _build_ms(k) / k.size / base, "x", 1.5)
        for name, k in suite.items()
    ]


def _build_ms(keys: Words) -> float:
    return least_ms(lambda: InlineMap(draw_seeds, SWISS).put(keys, keys), 9)


def instrumentation() -> list[Figure]:
    """A workload played with one operation in sixteen timed, over the same with none."""
    made = generate(Recipe(ops=1_000_000, key_space=500_000, is_whole=True))
    with_stamps, without = Player(clocks()), Player(clocks(), sample=0)
    pairs = [
        (
            with_stamps.play(made, DenseMap(draw_seeds)).cpu_ns,
            without.play(made, DenseMap(draw_seeds)).cpu_ns,
        )
        for _ in range(7)
    ]
    share = min(p[0] for p in pairs) / min(p[1] for p in pairs) - 1
    return [Figure("one operation in seventeen timed", 100 * share, "%", 5), *ticks()]


def ticks() -> list[Figure]:
    """A play that tells ticks over one that tells none: its own time, without that of telling."""
    made = generate(Recipe(ops=1_000_000, key_space=500_000, is_whole=True))
    told: dict[int, list[int]] = {}
    for every in (0, 1024, SELDOM) * 5:
        player, held = Player(clocks(), tick=every or 1), DenseMap(draw_seeds)
        held.make_inline(SWISS)
        if every:
            recorder = Recorder(Watchdog(Limits()), lambda _: None, len(made))
            player.on_tick = recorder.record
        told.setdefault(every, []).append(player.play(made, held).cpu_ns)
    often, seldom = (100 * (min(told[n]) / min(told[0]) - 1) for n in (1024, SELDOM))
    return [
        Figure(f"ticks every {SELDOM:,} operations", seldom, "%", 5),
        Figure("  the same, every 1,024", often, "%", float("inf")),
    ]


def snapshot(keys: Words) -> list[Figure]:
    """A map of all keys saved, mapped again and asked for a hundred keys, and checked."""
    held = HashMap(draw_seeds, "uint64")
    held.upsert(keys)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.snapshot"
        save(held, path)
        usable = min(
            _wall_ms(lambda: load(path, draw_seeds, is_checked=False).get(keys[:100]))
            for _ in range(7)
        )
        mapped, size = open_snapshot(path), path.stat().st_size
        check(mapped)
        wall = min(_wall_ms(lambda: check(mapped)) for _ in range(5))
        cpu = least_ms(lambda: check(mapped))
    return [
        Figure("snapshot mapped and asked", usable, "ms", 5),
        Figure("snapshot checked", size / wall / 1e6, "GB/s", 1.5, is_least=True),
        Figure("  the same, a second of cpu", size / cpu / 1e6, "GB", 0, is_least=True),
    ]


def _wall_ms(call: Callable[[], object]) -> float:
    began = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - began) / 1e6


def migration(keys: Words) -> list[Figure]:
    """All keys under load while a new index is made: latencies of single operations."""
    held = DenseMap(draw_seeds)
    held.make_inline(SWISS)
    held.put(keys, keys)
    held.finish()
    recipe = Recipe(ops=4_000_000, key_space=keys.size, is_whole=True, deletes=0.25, seed=5)
    drawn = generate(recipe)
    chosen = drawn.keys.to_numpy()
    made = type(drawn)(drawn.ops, _arrow(keys[chosen]), drawn.values, drawn.told)
    held.migrate_to(SWISS)
    stretch = (int(held.inline.table.counts[MASK]) + 1) // held.pace if held.inline else 0
    part = type(made)(
        made.ops[:stretch], made.keys.slice(0, stretch), made.values[:stretch], made.told
    )
    played = Player(clocks(), sample=4).play(part, held)
    told = played.latency["all"]
    return [
        Figure("migration under load, p99", told.p99 / 1e3, "us", 1.2),
        Figure("migration under load, p99.9", told.p999 / 1e3, "us", 12),
        Figure("  preemptions meanwhile", played.preemptions, "", float("inf")),
    ]


def _arrow(words: Words) -> "object":
    import pyarrow as pa

    return pa.array(words.view(np.int64))


def compilation() -> list[Figure]:
    """What importing and compiling every kernel costs once, and what it costs from the cache."""
    code = (
        "import time, numpy as np; began = time.process_time()\n"
        "from dmaic_assets.cli.hashmap.laboratory import draw_seeds\n"
        "from dmaic_assets.hashmaps.inline_map import InlineMap\n"
        "from dmaic_assets.hashmaps.dense_map import DenseMap\n"
        "k = np.arange(9, dtype=np.uint64)\n"
        "for held in (InlineMap(draw_seeds), DenseMap(draw_seeds)):\n"
        "    held.put(k, k); held.get(k); held.delete(k)\n"
        "print(time.process_time() - began)"
    )
    told: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            ran = subprocess.run(
                [sys.executable, "-c", code],
                env={"NUMBA_CACHE_DIR": folder, "PATH": "/usr/bin", "PYTHONPATH": "."},
                capture_output=True,
                text=True,
                check=True,
            )
            told.append(float(ran.stdout))
    return [Figure("cold compilation", told[0], "s", 20), Figure("warm start", told[1], "s", 1)]
