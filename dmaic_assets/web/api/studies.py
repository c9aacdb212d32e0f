"""Routes of the API about what analyses came to: findings, uncertainty, contracts and hints.

What belongs here: the newest outcome of each. Nothing is studied for a request; `run_id` tells of
which run an outcome is.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.analysis.finding import WEIGHTS
from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.analysis.values.entropy import EntropyValue, TableUncertainty
from dmaic_assets.errors import did_you_mean
from dmaic_assets.model import Json
from dmaic_assets.reports.views.entropy import read_entropy
from dmaic_assets.settings.entropy import USE_CASES, UseCase
from dmaic_assets.store.artifacts import find_json, newest_outputs
from dmaic_assets.store.codec import to_json
from dmaic_assets.web.api.envelope import (
    PAGE,
    Cursor,
    Limit,
    NotThereError,
    Told,
    of_list,
)
from dmaic_assets.web.api.reading import Reader, add_get
from dmaic_assets.work.run.platform import Platform

_STUDY = "Study the accepted rows: POST /api/v1/analyses, or dmaic analyze."
Name = Annotated[str, Path(max_length=300)]
OneTable = Annotated[str | None, Query(max_length=80, description="Only this table.")]
Weight = Annotated[str, Query(pattern=f"^({'|'.join(WEIGHTS)})$", description="At least this.")]
OneAnalysis = Annotated[str | None, Query(max_length=80, description="Only of this analysis.")]


class StudyRoutes:
    """Answers them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def add_to(self, router: APIRouter) -> None:
        """Adds the routes."""
        add_get(router, "/findings", self.findings, list[dict[str, Any]])
        add_get(router, "/entropy", self.entropy, dict[str, Any])
        add_get(router, "/entropy/table/{table}", self.table, dict[str, Any])
        add_get(router, "/entropy/column/{table}/{column}", self.column, dict[str, Any])
        add_get(router, "/entropy/contracts", self.contracts, list[dict[str, Any]])
        add_get(router, "/entropy/contracts/{name}/evaluate", self.evaluate, list[dict[str, Any]])
        add_get(router, "/entropy/resolution-hints", self.hints, list[dict[str, Any]])

    def findings(
        self,
        request: Request,
        table: OneTable = None,
        analysis: OneAnalysis = None,
        weight: Weight = "info",
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """What analyses found, the gravest first."""

        def told(platform: Platform) -> Told:
            wanted = WEIGHTS[WEIGHTS.index(weight) :]
            found = [
                f
                for f in _findings(platform, analysis)
                if f["weight"] in wanted and table in (None, f["table"])
            ]
            found.sort(key=lambda f: -WEIGHTS.index(str(f["weight"])))
            return of_list(found, limit, cursor)

        return self._reader.answer(request, told)

    def entropy(self, request: Request) -> Response:
        """How sure one can be: of each table and of all together; 0 is sure, 1 is a guess."""

        def told(platform: Platform) -> Told:
            run_id, value = _known(platform)
            tables = {name: _short(table) for name, table in value.tables.items()}
            document: dict[str, object] = {"run_id": run_id, "score": value.score}
            document |= {"readiness": value.readiness, "tables": tables, "silent": value.silent}
            return Told(document)

        return self._reader.answer(request, told)

    def table(self, request: Request, table: Name) -> Response:
        """One table: layers, columns, risks, what it may be used for, and what would help."""

        def told(platform: Platform) -> Told:
            run_id, value = _known(platform)
            found = to_json(_table(value, table))
            return Told({"run_id": run_id, "table": table, **cast("dict[str, Json]", found)})

        return self._reader.answer(request, told)

    def column(self, request: Request, table: Name, column: Name) -> Response:
        """One column: its layers, and what each detector says of it."""

        def told(platform: Platform) -> Told:
            run_id, value = _known(platform)
            columns = _table(value, table).columns
            if column not in columns:
                near = did_you_mean(column, list(columns))
                raise NotThereError(
                    f"column {column}", f"is not in {table}{near}", f"/api/v1/entropy/table/{table}"
                )
            found = cast("dict[str, Json]", to_json(columns[column]))
            return Told({"run_id": run_id, "table": table, "column": column, **found})

        return self._reader.answer(request, told)

    def contracts(self, request: Request) -> Response:
        """The contracts: what each use asks at most of every layer, and how tables keep them."""

        def told(platform: Platform) -> Told:
            _, value = _known(platform)
            return Told([_contract(platform, use, value) for use in USE_CASES])

        return self._reader.answer(request, told)

    def evaluate(self, request: Request, name: Name, table: OneTable = None) -> Response:
        """How each table, or one, keeps a contract, and the way to keeping it."""

        def told(platform: Platform) -> Told:
            _, value = _known(platform)
            if name not in USE_CASES:
                near = did_you_mean(name, USE_CASES)
                hint = f"Contracts: {', '.join(USE_CASES)}."
                raise NotThereError(f"contract {name}", f"is not known{near}", hint)
            tables = _asked(value, table)
            verdicts = [
                {"table": each, "score": found.score, **cast("dict[str, Json]", to_json(verdict))}
                for each, found in tables.items()
                for verdict in found.contracts
                if verdict.use == name
            ]
            return Told(verdicts)

        return self._reader.answer(request, told)

    def hints(
        self,
        request: Request,
        table: OneTable = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """What would make tables surer, what helps most for its effort first."""

        def told(platform: Platform) -> Told:
            _, value = _known(platform)
            tables = _asked(value, table)
            found = [
                (step.priority, {"table": each, **cast("dict[str, Json]", to_json(step))})
                for each, known in tables.items()
                for step in known.resolutions
            ]
            found.sort(key=lambda pair: -pair[0])
            return of_list([document for _, document in found], limit, cursor)

        return self._reader.answer(request, told)


def _known(platform: Platform) -> tuple[str, EntropyValue]:
    """The newest outcome of the analysis of uncertainty, and the run that it is of.

    Raises:
        NotThereError: Nobody asked for it yet.
    """
    view = read_entropy(platform)
    if view.run_id is None or view.value is None:
        raise NotThereError("uncertainty", "was not studied yet", _STUDY)
    return view.run_id, view.value


def _asked(value: EntropyValue, name: str | None) -> Mapping[str, TableUncertainty]:
    """The table of that name, or all where none is asked for."""
    return value.tables if name is None else {name: _table(value, name)}


def _table(value: EntropyValue, name: str) -> TableUncertainty:
    if name not in value.tables:
        near = did_you_mean(name, list(value.tables))
        raise NotThereError(f"table {name}", f"was not studied{near}", "/api/v1/entropy")
    return value.tables[name]


def _short(table: TableUncertainty) -> dict[str, object]:
    return {
        "score": table.score,
        "readiness": table.readiness,
        "layers": table.layers,
        "behaviour": table.behaviour,
        "columns": {name: column.score for name, column in table.columns.items()},
        "contracts": {verdict.use: verdict.light for verdict in table.contracts},
    }


def _contract(platform: Platform, use: UseCase, value: EntropyValue) -> dict[str, object]:
    limits = platform.settings.entropy.contracts.of(use).model_dump(mode="json")
    lights = {
        name: next(v.light for v in table.contracts if v.use == use)
        for name, table in value.tables.items()
    }
    return {"name": use, "limits": limits, "tables": lights}


def _findings(platform: Platform, analysis: str | None) -> Iterator[dict[str, object]]:
    for entry in ANALYSES:
        if analysis not in (None, entry.name):
            continue
        for run_id, ref in newest_outputs(platform.ledger, entry.name).values():
            told = find_json(platform.paths.artifacts, ref)
            found = told.get("findings") if isinstance(told, dict) else None
            for finding in found if isinstance(found, list) else ():
                if isinstance(finding, dict):
                    yield {"analysis": entry.name, "run_id": run_id, **finding}
