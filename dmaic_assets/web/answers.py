"""Answers that are kept until the project changes: pages and documents made once for everybody.

What belongs here: the bounded cache and ETags. What is answered, routes know.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection

from starlette.requests import Request

# Bytes of answers that are kept, and how many: the pages of a hundred sources, and some to spare.
_MOST_BYTES = 64 * 1024 * 1024
_MOST_ANSWERS = 2_000
# Answers that may be made at the same time without waiting for each other by chance.
_LOCKS = 32


class AnswerCache:
    """Keeps what was made, under what was asked, for as long as the state is the same."""

    def __init__(self, most_bytes: int = _MOST_BYTES, most_answers: int = _MOST_ANSWERS) -> None:
        self._most_bytes = most_bytes
        self._most_answers = most_answers
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(_LOCKS)]

    def get(self, asked: str, state: str, make: Callable[[], bytes]) -> bytes:
        """Gives what is kept for `asked`, or makes it; many who ask at once make it once.

        Args:
            asked: Everything that the answer depends on besides the state.
            state: Read before the answer is made, so that a change meanwhile makes it anew.
            make: Makes the answer.
        """
        with self._making[hash(asked) % _LOCKS]:
            with self._lock:
                known = self._kept.get(asked)
                if known is not None and known[0] == state:
                    self._kept.move_to_end(asked)
                    return known[1]
            made = make()
            self._keep(asked, state, made)
            return made

    @property
    def size_bytes(self) -> int:
        """How much is kept."""
        return self._bytes

    def _keep(self, asked: str, state: str, made: bytes) -> None:
        with self._lock:
            before = self._kept.pop(asked, None)
            self._bytes -= len(before[1]) if before else 0
            self._kept[asked] = (state, made)
            self._bytes += len(made)
            while self._bytes > self._most_bytes or len(self._kept) > self._most_answers:
                _, (_, gone) = self._kept.popitem(last=False)
                self._bytes -= len(gone)


def asked_of(request: Request, known: Collection[str]) -> str:
    """What a request asks for: its path, and what it says of known parameters, in their order.

    Others change no answer, and whoever invents them makes no place for answers scarce.

    Args:
        request: What was asked.
        known: The names that the answer depends on.
    """
    query = sorted(item for item in request.query_params.multi_items() if item[0] in known)
    return f"{request.url.path}?{query!r}" if query else request.url.path


def matches(request: Request, tag: str) -> bool:
    """Whether the client has the document of this ETag."""
    told = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in told.split(","))
