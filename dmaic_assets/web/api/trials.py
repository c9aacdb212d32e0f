"""Routes of the API about hash maps: plays by their ticks, and the laboratory of key columns.

What belongs here: finding files of ticks and outcomes. What ticks say as tables,
`hashmaps.metrics.history` knows, for the trial's own server as well.
"""

from collections.abc import Callable, Sequence
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.hashmaps.metrics.endpoints import KEPT
from dmaic_assets.hashmaps.metrics.history import (
    compared,
    events_of,
    heatmap_of,
    history_csv,
    history_of,
    latency_histogram,
    probe_histogram,
)
from dmaic_assets.hashmaps.metrics.tick_file import newest_ticks
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.artifacts import find_json, newest_outputs
from dmaic_assets.web.api.envelope import NotThereError, Told, body_of, json_response
from dmaic_assets.web.api.reading import Reader, add_get
from dmaic_assets.web.api.sources import Source
from dmaic_assets.work.assets.names import (
    HASHMAP_COMPARISON,
    HASHMAP_DNA,
    HASHMAP_TRIALS,
    HASHMAP_WORKLOAD,
)
from dmaic_assets.work.run.platform import Platform

_ENDING = ".ndjson"
_WRITE_ONE = "dmaic hashmap run-csv FILE --ticks data/hashmaps/plays/NAME.ndjson"
Play = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="Name of a play.")
]
OtherPlay = Annotated[
    str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="A second play.")
]
Last = Annotated[int, Query(ge=1, le=KEPT, description="The newest so many ticks.")]
_LABORATORY = (HASHMAP_WORKLOAD, HASHMAP_DNA, HASHMAP_TRIALS, HASHMAP_COMPARISON)


class TrialRoutes:
    """Answers them. Plays are files that change while they are written, so nothing is kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def add_to(self, router: APIRouter) -> None:
        """Adds the routes."""
        plays = "/hashmaps/plays"
        add_get(router, plays, self.plays, list[str])
        add_get(router, f"{plays}/{{play}}/ticks", self.ticks, list[dict[str, Any]])
        add_get(router, f"{plays}/{{play}}/history", self.history, list[dict[str, Any]])
        add_get(router, f"{plays}/{{play}}/history.csv", self.history_csv)
        add_get(router, f"{plays}/{{play}}/histogram/latency", self.latency, list[dict[str, Any]])
        add_get(router, f"{plays}/{{play}}/histogram/probe", self.probes, list[dict[str, Any]])
        add_get(router, f"{plays}/{{play}}/heatmap", self.heatmap, dict[str, Any])
        add_get(router, f"{plays}/{{play}}/events", self.events, list[dict[str, Any]])
        add_get(router, f"{plays}/{{play}}/compare", self.compare, list[dict[str, Any]])
        add_get(router, "/hashmaps/sources/{source}", self.laboratory, dict[str, Any])

    def plays(self, request: Request) -> Response:
        """Names of the plays whose ticks lie in data/hashmaps/plays/."""
        return json_response(request, body_of(Told(sorted(play_files(self._paths)))))

    def ticks(self, request: Request, play: Play, last: Last = KEPT) -> Response:
        """The newest ticks of a play, the newest last."""
        return self._told(request, play, last, list)

    def history(self, request: Request, play: Play, last: Last = KEPT) -> Response:
        """The figures of a play over time."""
        return self._told(request, play, last, history_of)

    def history_csv(self, play: Play, last: Last = KEPT) -> Response:
        """The same as CSV."""
        text = history_csv(self._ticks(play, last))
        name = f'attachment; filename="{play}.csv"'
        headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
        return Response(text, 200, headers, "text/csv; charset=utf-8")

    def latency(self, request: Request, play: Play) -> Response:
        """How long operations took: counts by bucket, at the end of the play."""
        return self._told(request, play, 1, lambda ticks: latency_histogram(ticks[-1]))

    def probes(self, request: Request, play: Play) -> Response:
        """How many places searches look at, at the end of the play."""
        return self._told(request, play, 1, lambda ticks: probe_histogram(ticks[-1]))

    def heatmap(self, request: Request, play: Play, last: Last = KEPT) -> Response:
        """Latencies over time."""
        return self._told(request, play, last, heatmap_of)

    def events(self, request: Request, play: Play, last: Last = KEPT) -> Response:
        """What the controller did, and pauses, in the newest ticks."""
        return self._told(request, play, last, events_of)

    def compare(self, request: Request, play: Play, other: OtherPlay) -> Response:
        """The ends of two plays side by side."""
        first, second = self._ticks(play, 1), self._ticks(other, 1)
        return json_response(request, body_of(Told(compared(first[-1], second[-1]))))

    def laboratory(self, request: Request, source: Source) -> Response:
        """The newest trials of the key column of a source: workload, DNA, trials, winners."""

        def told(platform: Platform) -> Told:
            document: dict[str, object] = {}
            for asset in _LABORATORY:
                output = newest_outputs(platform.ledger, asset).get(source)
                if output is not None:
                    value = find_json(platform.paths.artifacts, output[1])
                    document[asset.removeprefix("hashmap_")] = value
                    document["run_id"] = output[0]
            if not document:
                fix = f"dmaic hashmap trials {source}"
                raise NotThereError(f"source {source}", "has no trials yet", fix)
            return Told(document)

        return self._reader.answer(request, told)

    @property
    def _paths(self) -> Paths:
        return self._reader.platform.paths

    def _told(
        self, request: Request, play: str, last: int, form: Callable[[Sequence[Any]], object]
    ) -> Response:
        return json_response(request, body_of(Told(form(self._ticks(play, last)))))

    def _ticks(self, play: str, last: int) -> list[dict[str, Any]]:
        path = play_files(self._paths).get(play)
        if path is None:
            raise NotThereError(f"play {play}", "is not known", _WRITE_ONE)
        found = newest_ticks(path, last)
        if not found:
            raise NotThereError(f"play {play}", "has no tick yet", "Ask again while it plays.")
        return found


def play_files(paths: Paths) -> dict[str, File]:
    """The files of ticks of a project, by name."""
    folder = paths.data / "hashmaps" / "plays"
    return {path.stem: path for path in folder.glob(f"*{_ENDING}") if path.is_file()}
