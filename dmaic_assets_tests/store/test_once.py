import threading
from dataclasses import dataclass

import pytest

from dmaic_assets.store.once import once


class Slow:
    def __init__(self, gate: threading.Barrier | None = None) -> None:
        self.gate = gate
        self.calls = 0

    @once
    def value(self) -> object:
        """A value."""
        self.calls += 1
        if self.gate is not None:
            self.gate.wait(10)
        return object()


def both(first: Slow, second: Slow) -> list[object]:
    found: list[object] = []
    threads = [threading.Thread(target=lambda s=s: found.append(s.value)) for s in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def test_a_value_is_worked_out_once() -> None:
    slow = Slow()

    assert slow.value is slow.value
    assert slow.calls == 1
    assert Slow.value.__doc__ == "A value."


def test_threads_with_different_objects_do_not_wait_for_each_other() -> None:
    # Both are inside at once, or the barrier breaks.
    gate = threading.Barrier(2)

    assert len(set(both(Slow(gate), Slow(gate)))) == 2


def test_threads_that_ask_one_object_at_once_are_given_one_value() -> None:
    shared = Slow(threading.Barrier(2))

    assert both(shared, shared) == [shared.value] * 2


def test_an_error_is_not_kept() -> None:
    tries: list[int] = []

    class Refuses:
        @once
        def value(self) -> int:
            tries.append(1)
            if len(tries) == 1:
                raise ValueError("not yet")
            return 7

    refuses = Refuses()
    with pytest.raises(ValueError, match="not yet"):
        _ = refuses.value

    assert refuses.value == 7


def test_a_frozen_dataclass_keeps_its_value_and_stays_what_it_is() -> None:
    @dataclass(frozen=True)
    class Point:
        x: int

        @once
        def double(self) -> int:
            return 2 * self.x

    point = Point(2)
    assert point.double == 4
    assert (point, hash(point)) == (Point(2), hash(Point(2)))
