"""Seeds for maps in tests, and batches of operations that make a map grow, shrink and collide."""

from collections.abc import Callable, Iterator

import numpy as np

GET, PUT, DELETE = range(3)


def seeds_from(rng: np.random.Generator) -> Callable[[], np.ndarray]:
    """Draws the four words of a map's seeds."""
    return lambda: np.append(
        rng.integers(1, 2**63, 2, dtype=np.uint64) | np.uint64(1), [0, 0]
    ).astype(np.uint64)


def colliding() -> np.ndarray:
    """Seeds under which every key hashes to 0: all searches begin at one place."""
    return np.zeros(4, np.uint64)


def batches(
    rng: np.random.Generator, rounds: int, span: int
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Draws operations: what to do, keys of a span with repetitions, and values."""
    for _ in range(rounds):
        count = int(rng.integers(1, 200))
        keys = rng.integers(0, span, count).astype(np.uint64)
        if rng.random() < 0.2:
            keys = ~keys
        yield (
            int(rng.choice([GET, PUT, PUT, DELETE])),
            keys,
            rng.integers(0, 2**40, count).astype(np.uint64),
        )


def follow(held, model: dict[int, int], batch: tuple[int, np.ndarray, np.ndarray]) -> None:
    """Does a batch on a map and on a dictionary; what both say must be equal."""
    what, keys, values = batch
    listed = keys.tolist()
    if what == PUT:
        told = held.put(keys, values).tolist()
        expected = []
        for key, value in zip(listed, values.tolist(), strict=True):
            expected.append(key not in model)
            model[key] = value
    elif what == DELETE:
        told = held.delete(keys).tolist()
        expected = [model.pop(key, None) is not None for key in listed]
    else:
        values, told = held.get(keys)
        told = told.tolist()
        expected = [key in model for key in listed]
        assert values.tolist() == [model.get(key, 0) for key in listed]
    assert told == expected
    assert len(held) == len(model)
