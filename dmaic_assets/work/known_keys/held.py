"""States of keys that a process keeps in memory, so that it adds each file to them once.

What belongs here: one state for each folder of states, lent to one thread at a time.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    # It loads Polars and NumPy, which a process that asks for no keys has no need of.
    from dmaic_assets.work.known_keys.state import KeyState

# Keys that a process keeps in all: some 1.5 GB as a map.
MOST_KEYS = 20_000_000
AnswerT = TypeVar("AnswerT")


class HeldStates:
    """States by folder; those that were not asked for the longest go when there are too many keys.

    A map is changed in place, so a state is with one caller at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[Path, threading.Lock] = {}
        self._states: OrderedDict[Path, KeyState] = OrderedDict()

    def ask(
        self, folder: Path, work: "Callable[[KeyState | None], tuple[KeyState, AnswerT]]"
    ) -> AnswerT:
        """Lends the state of a folder and keeps what comes back.

        Args:
            folder: Where the states lie on disk.
            work: Takes the state, None when there is none, and gives back the state to keep with
                the answer. If it fails nothing is kept.
        """
        with self._lock:
            lock = self._locks.setdefault(folder, threading.Lock())
        with lock:
            with self._lock:
                state = self._states.pop(folder, None)
            state, answer = work(state)
            if state.is_whole:
                self._keep(folder, state)
            return answer

    def _keep(self, folder: Path, state: "KeyState") -> None:
        with self._lock:
            self._states[folder] = state
            while sum(len(s.keys) for s in self._states.values()) > MOST_KEYS:
                self._states.popitem(last=False)
