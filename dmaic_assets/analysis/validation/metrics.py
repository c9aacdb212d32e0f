"""Works metrics out step by step: numbers out of tables, constants, conditions and formulas.

What belongs here: steps, their order, and the refusal of cycles. What a table's own measures are,
`measures` says.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmaic_assets.analysis.validation.compile import Reader
from dmaic_assets.analysis.validation.database import Database
from dmaic_assets.analysis.validation.expression import Wording, columns_of
from dmaic_assets.analysis.values.validation import Band, MetricResult, StepResult
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.validation import STEP_KINDS, Extract, Measure, MetricGraph, Step
from dmaic_assets.store.warehouse.layout import quote_name

# A measure of a table: None where it has nothing to measure.
MeasureOf = Callable[[str, Measure], float | None]


class _AbsentError(Exception):
    """A table that a metric reads is not there."""


def work_metrics(
    metrics: Sequence[MetricGraph], database: Database, measure: MeasureOf
) -> tuple[MetricResult, ...]:
    """Works on metrics, each once; one that cannot be worked says so and stops no other.

    Args:
        metrics: Their graphs.
        database: The tables.
        measure: Gives the measures that every table has.
    """
    work = _Work({graph.name: graph for graph in metrics}, database, measure)
    return tuple(work.result(graph) for graph in metrics)


def band_of(value: float | None, good: float | None, fair: float | None) -> Band | None:
    """The band of a value between two bounds; whether more is better follows from these."""
    if value is None or good is None or fair is None:
        return None
    sign = 1.0 if good >= fair else -1.0
    if sign * value >= sign * good:
        return "good"
    return "fair" if sign * value >= sign * fair else "poor"


@dataclass
class _Work:
    """Metrics on their way: what each step came to, by metric and step, in order."""

    graphs: Mapping[str, MetricGraph]
    database: Database
    measure: MeasureOf
    values: dict[tuple[str, str], float | None] = field(default_factory=dict)

    def result(self, graph: MetricGraph) -> MetricResult:
        import duckdb

        found = MetricResult(
            graph.name, graph.unit, "skipped", assumptions=graph.assumptions, file=graph.file
        )
        try:
            value = self._value(graph, graph.steps[-1].name, ())
        except _AbsentError as absent:
            return replace(found, text=str(absent))
        except BadInputError as error:
            return replace(found, status="error", text=f"{error}. {error.fix}")
        except duckdb.Error as error:
            told = str(error).partition("\n")[0]
            where = graph.file or "analyses.validation"
            text = f"{where}: key {graph.name}: {told}. Correct its steps."
            return replace(found, status="error", text=text)
        kinds = {step.name: _kind(step) for step in graph.steps}
        steps = tuple(
            StepResult(step, kinds[step], told)
            for (metric, step), told in self.values.items()
            if metric == graph.name
        )
        band = band_of(value, graph.good, graph.fair)
        if value is None:
            return replace(found, steps=steps, text="there is nothing to measure")
        status = "failed" if band == "poor" else "passed"
        return replace(found, status=status, value=value, band=band, steps=steps)

    def _value(self, graph: MetricGraph, name: str, path: tuple[str, ...]) -> float | None:
        """The value of a step, after all that it reads.

        Raises:
            BadInputError: It reads itself in the end, or something that is not there.
        """
        place = f"{graph.name}.{name}"
        if place in path:
            circle = " -> ".join((*path[path.index(place) :], place))
            fix = "Take one of them out of a formula."
            raise Wording(graph.file, place).refusal(f"{circle} is a cycle", fix)
        known = (graph.name, name)
        if known not in self.values:
            value = self._made(graph, _step_of(graph, name), (*path, place))
            self.values[known] = value if value is None or math.isfinite(value) else None
        return self.values[known]

    def _made(self, graph: MetricGraph, step: Step, path: tuple[str, ...]) -> float | None:
        if step.constant is not None:
            return step.constant
        if step.extract is not None:
            return self._extracted(graph, step.name, step.extract)
        if step.composite is not None:
            read = {n: (g, g.steps[-1].name) for n, g in self.graphs.items()}
            return self._formula(graph, (f"{step.name}.composite", step.composite), read, path)
        read = {s.name: (graph, s.name) for s in graph.steps}
        key = "formula" if step.formula is not None else "predicate"
        text = step.formula or step.predicate or ""
        return self._formula(graph, (f"{step.name}.{key}", text), read, path)

    def _extracted(self, graph: MetricGraph, step: str, said: Extract) -> float | None:
        if said.table not in self.database.tables:
            raise _AbsentError(f"there is no table {said.table}")
        if said.measure is not None:
            return self.measure(said.table, said.measure)
        reader = Reader(self.database, graph.name, graph.file, {said.table: set()})
        reader.expression(said.table, f"{step}.value", said.value or "")
        where = reader.where(said.table, f"{step}.where", said.where)
        sql = (
            f"SELECT CAST(({said.value}\n) AS DOUBLE) AS found FROM {quote_name(said.table)}{where}"
        )
        rows = self.database.rows(sql, reader.used)
        if len(rows) != 1:
            fix = "Write an aggregate, such as: sum(total)."
            raise Wording(graph.file, f"{graph.name}.{step}.value").refusal("is no aggregate", fix)
        return rows[0]["found"]

    def _formula(
        self,
        graph: MetricGraph,
        said: tuple[str, str],
        read: Mapping[str, tuple[MetricGraph, str]],
        path: tuple[str, ...],
    ) -> float | None:
        """Arithmetic over named numbers; nothing where one of them is none, or by division by 0."""
        key, text = said
        connection = self.database.connection
        names = sorted(
            columns_of(connection, text, read, Wording(graph.file, f"{graph.name}.{key}"))
        )
        values = [self._value(*read[name], path) for name in names]
        if None in values:
            return None
        listed = ", ".join(f"CAST(? AS DOUBLE) AS {quote_name(name)}" for name in names)
        sql = f"SELECT CAST(({text}\n) AS DOUBLE) FROM (SELECT {listed or '1 AS one'})"
        return (connection.execute(sql, values).fetchone() or (None,))[0]


def _step_of(graph: MetricGraph, name: str) -> Step:
    found = [step for step in graph.steps if step.name == name]
    if len(found) > 1:
        wording = Wording(graph.file, f"{graph.name}.{name}")
        raise wording.refusal("is there twice", "Rename one of the steps.")
    return found[0]


def _kind(step: Step) -> str:
    return next(kind for kind in STEP_KINDS if getattr(step, kind) is not None)
