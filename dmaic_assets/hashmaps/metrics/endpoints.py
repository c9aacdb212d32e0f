"""What a running trial answers over HTTP, without any server: a path in, a document out.

`/metrics` is the last tick as Prometheus text, `/ticks` the last ticks as JSON (`?last=N`, the
newest last), `/healthz` whether the play goes on. `/history`, `/history.csv`, `/heatmap`, `/events`
and the two histograms are tables of the same ticks. All of it is made of the ticks that the file
gets, so that it says the same.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dmaic_assets.hashmaps.metrics.history import Tick as TickRead
from dmaic_assets.hashmaps.metrics.history import (
    events_of,
    heatmap_of,
    history_csv,
    history_of,
    latency_histogram,
    probe_histogram,
)
from dmaic_assets.hashmaps.metrics.prometheus import prometheus_text
from dmaic_assets.hashmaps.metrics.tick import SCHEMA, Tick

# Ticks that are kept for readers: six minutes of one a second, about 1 MB of JSON.
KEPT = 360
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
_TABLES: Mapping[str, Callable[[Sequence[TickRead]], object]] = {
    "/history": history_of,
    "/histogram/latency": lambda ticks: latency_histogram(ticks[-1]),
    "/histogram/probe": lambda ticks: probe_histogram(ticks[-1]),
    "/heatmap": heatmap_of,
    "/events": events_of,
}
PATHS = ("/metrics", "/ticks", "/healthz", "/history.csv", *_TABLES)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of HTTP, the type of what is sent, and that."""

    status: int
    kind: str
    body: bytes


@dataclass
class Published:
    """The last ticks of a trial; written by the play, read by others at any time."""

    name: str
    total: int
    _ticks: deque[dict[str, Any]] = field(init=False)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._ticks = deque(maxlen=KEPT)

    def add(self, tick: Tick) -> None:
        """Lets readers see a tick, as its line of JSON has it."""
        read = json.loads(tick.line())
        with self._lock:
            self._ticks.append(read)

    def ticks(self, last: int = KEPT) -> list[dict[str, Any]]:
        """The newest ticks, the newest last."""
        with self._lock:
            return list(self._ticks)[-last:] if last > 0 else []


def answer(published: Published, target: str) -> Answer:
    """Answers a request for a path with a query."""
    asked = urlsplit(target)
    if asked.path == "/healthz":
        return _health(published)
    if asked.path not in PATHS:
        return refusal(404, f"paths: {', '.join(PATHS)}")
    last = parse_qs(asked.query).get("last", [str(KEPT)])[-1]
    if not last.isdecimal() or not 1 <= int(last) <= KEPT:
        return refusal(400, f"last is a whole number from 1 to {KEPT}")
    return _told(published, asked.path, published.ticks(int(last)))


def _told(published: Published, path: str, ticks: list[dict[str, Any]]) -> Answer:
    head = {"schema": SCHEMA, "map": published.name}
    if path == "/ticks":
        return _json(200, {**head, "ticks": ticks})
    if not ticks:
        return refusal(503, "no tick yet")
    if path == "/metrics":
        return Answer(200, PROMETHEUS, prometheus_text(ticks[-1], published.name).encode())
    if path == "/history.csv":
        return Answer(200, CSV, history_csv(ticks).encode())
    return _json(200, {**head, path.rpartition("/")[2]: _TABLES[path](ticks)})


def _health(published: Published) -> Answer:
    last = published.ticks(1)
    done = int(last[0]["ops"]) if last else 0
    state = "complete" if done >= published.total else "playing"
    return _json(200, {"status": state, "ops": done, "total": published.total})


def refusal(status: int, why: str) -> Answer:
    """An answer that gives nothing but the reason."""
    return _json(status, {"error": why})


def _json(status: int, told: Mapping[str, object]) -> Answer:
    return Answer(status, JSON, json.dumps(told, allow_nan=False).encode())


def is_loopback(host: str) -> bool:
    """Tells whether a name or address is this machine alone; a port behind it is left out."""
    bare = urlsplit(f"//{host}").hostname or ""
    if bare == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def refused(token: str | None, headers: Mapping[str, str]) -> Answer | None:
    """Says why a request gets no answer; None when it may have one.

    With a token it must come as `Authorization: Bearer TOKEN`. Without one the request must be
    for this machine by name: a page of the web that leads its own name here gets nothing.
    """
    if token is not None:
        given = headers.get("Authorization", "").removeprefix("Bearer ")
        return None if compare_digest(given.encode(), token.encode()) else refusal(401, "token")
    return None if is_loopback(headers.get("Host", "")) else refusal(403, "ask for localhost")
