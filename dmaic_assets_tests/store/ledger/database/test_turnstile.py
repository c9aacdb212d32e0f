import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.store.ledger.database import turnstile
from dmaic_assets.store.ledger.database.turnstile import Turnstile
from dmaic_assets_tests.store.places import read_only

_fork = multiprocessing.get_context("fork")


class Guest:
    """A process that queues when told to, says when it is in, and leaves when told to."""

    def __init__(self, path: Path) -> None:
        self._here, there = _fork.Pipe()
        self.process = _fork.Process(target=_attend, args=(path, there), daemon=True)
        self.process.start()
        there.close()

    def queue(self) -> "Guest":
        self._here.send("queue")
        time.sleep(0.05)
        return self

    def is_in(self, *, within_s: float = 0.0) -> bool:
        return self._here.poll(within_s)

    def leave(self) -> None:
        self._here.recv()
        self._here.send("leave")

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGSTOP)


def _attend(path: Path, orders: Connection) -> None:
    orders.recv()
    with Turnstile(path).turn(30):
        orders.send("in")
        orders.recv()
    time.sleep(30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite.lock"


@pytest.fixture
def guests(path: Path) -> "list[Guest]":
    found = [Guest(path).queue() for _ in range(4)]
    yield found
    for guest in found:
        guest.kill()


def test_turns_are_taken_in_the_order_of_arrival(guests: list[Guest]) -> None:
    for at, guest in enumerate(guests):
        assert guest.is_in(within_s=10)
        assert not any(other.is_in() for other in guests[at + 1 :])
        guest.leave()


def test_who_leaves_and_comes_back_waits_behind_those_who_stayed(path: Path) -> None:
    mine = Turnstile(path)
    with mine.turn(10):
        waiting = Guest(path).queue()

    # Without a queue, who runs already is always faster than who has to be woken.
    with pytest.raises(StoreError), mine.turn(0.05):
        pytest.fail("overtook the one who waited")

    assert waiting.is_in(within_s=10)
    waiting.kill()


def test_a_killed_holder_lets_the_next_one_in(guests: list[Guest]) -> None:
    assert guests[0].is_in(within_s=10)
    guests[0].kill()

    assert guests[1].is_in(within_s=10)


def test_a_killed_waiter_holds_nobody_up(guests: list[Guest]) -> None:
    guests[1].kill()
    guests[2].kill()
    assert guests[0].is_in(within_s=10)
    guests[0].leave()

    assert guests[3].is_in(within_s=10)


def test_a_holder_that_hangs_is_named(path: Path, guests: list[Guest]) -> None:
    assert guests[0].is_in(within_s=10)
    guests[0].stop()

    with pytest.raises(StoreError) as refusal, Turnstile(path).turn(0.2):
        pytest.fail("came in although somebody else was in")

    assert f"process {guests[0].process.pid}" in str(refusal.value)
    assert refusal.value.subject == str(path.with_suffix(""))


def test_threads_of_one_process_take_turns_too(path: Path) -> None:
    mine = Turnstile(path)
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with mine.turn(10):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


def test_a_thread_that_waits_too_long_is_refused(path: Path) -> None:
    mine = Turnstile(path)
    refused: list[StoreError] = []

    def wait() -> None:
        try:
            with mine.turn(0.05):
                pytest.fail("came in")
        except StoreError as error:
            refused.append(error)

    with mine.turn(1):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()

    assert "another thread" in str(refused[0])


def test_a_child_forked_inside_a_turn_does_not_keep_it(path: Path) -> None:
    mine = Turnstile(path)
    with mine.turn(1):
        child = _fork.Process(target=time.sleep, args=(30,))
        child.start()

    try:
        with Turnstile(path).turn(1):
            pass
    finally:
        child.kill()
        child.join()


def test_without_such_locks_nobody_is_held_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "fcntl", None)

    with Turnstile(path).turn(1), Turnstile(path).turn(1):
        pass


def test_a_folder_that_cannot_be_written_holds_nobody_up(path: Path) -> None:
    with read_only(path.parent), Turnstile(path).turn(1):
        pass


@pytest.mark.parametrize("size", [7, 12, 64])
def test_a_damaged_queue_file_is_put_right(path: Path, size: int) -> None:
    path.write_bytes(b"\xff" * size)

    for _ in range(3):
        with Turnstile(path).turn(1):
            pass
