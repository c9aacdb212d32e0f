"""Inferring the column types of a table, with the evidence for each.

What belongs here: which patterns of which columns are measured, in which order, in as few
readings of the table as possible. What does not: measuring (`type_evidence`), deciding
(`type_resolution`, `native_types`) and casting (`typing_cast`).

Names of columns are never used. Of each column the likeliest pattern and its rivals are measured
first; when it reads every value nothing later in the order of preference can win and the rest is
left out. Only other columns are read a second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import polars as pl

from dmaic_assets.model import ColumnType
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.notation.value_parsers import Recipe
from dmaic_assets.table.read.native_types import (
    as_text,
    keep_native,
    needs_reading,
    readable_expectation,
)
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.column_nulls import TokenSet, looks_like_value
from dmaic_assets.table.types.evidence import Evidence, Plan
from dmaic_assets.table.types.measured import Measured
from dmaic_assets.table.types.measuring_plan import Work, first_plan, mixture_plan, second_plan
from dmaic_assets.table.types.number_style import Surroundings, styles_of
from dmaic_assets.table.types.overrides import parse_overrides
from dmaic_assets.table.types.resolution import Continuation, Question, decide


@dataclass(frozen=True, slots=True)
class Inferred:
    """The types of a table's columns, in their order, and what measuring them has cast already.

    `casts` has, by column, the recipe and the values of all rows.
    """

    types: tuple[ColumnType, ...]
    casts: Mapping[str, tuple[Recipe, pl.Series]] = field(default_factory=dict)


NOTHING_KNOWN: Mapping[str, Continuation] = MappingProxyType({})


def infer_columns(
    table: SourceTable,
    *,
    overrides: Mapping[str, str],
    expected: Sequence[ColumnType] = (),
    options: ReadOptions,
    null_tokens: Sequence[str],
    goes_on: Mapping[str, Continuation] = NOTHING_KNOWN,
) -> Inferred:
    """Gives every column of a table its type: override > expected > best candidate > text.

    Shares are of all values that are neither null nor a null token; no value is left out.

    Args:
        table: The table as read; text columns for CSV and TSV, typed ones otherwise.
        overrides: What a person says of columns: "integer", "date:%d/%m/%Y", "quantity:kg", ...
            Those of columns that the table lacks are checked and otherwise ignored.
        expected: The types of the source's history; each is kept while at least half of the
            values can be read under it, so that the others become violations.
        options: Day or month first and the decimal mark where both fit; null tokens of the
            source's own.
        null_tokens: The configured spellings of "no value".
        goes_on: Where the last time of a column's values lies when the file goes on from history;
            it tells the reading of dates that could be day first as well as month first.

    Returns:
        One type per column, in the table's order, with the columns of a text table in memory that
        were cast on the way and can be taken as they are (`apply_types`).

    Raises:
        SettingsError: An override is no type, pattern or format.
    """
    return infer_measured(
        Measured(table, tokens_of(options, null_tokens)),
        overrides=overrides,
        expected=expected,
        options=options,
        goes_on=goes_on,
    )


def tokens_of(options: ReadOptions, null_tokens: Sequence[str]) -> TokenSet:
    """The spellings of "no value" of a source: its own, or else the configured ones."""
    explicit = options.null_tokens
    return TokenSet(tuple(null_tokens) if explicit is None else explicit, explicit or ())


def infer_measured(
    measured: Measured,
    *,
    overrides: Mapping[str, str],
    expected: Sequence[ColumnType] = (),
    options: ReadOptions,
    goes_on: Mapping[str, Continuation] = NOTHING_KNOWN,
) -> Inferred:
    """Gives the columns of a table their types as `infer_columns` does, measuring what is new.

    Args:
        measured: The table with what was measured of it, under its null tokens; is added to.
        overrides: As `infer_columns`.
        expected: As `infer_columns`.
        options: As `infer_columns`; null tokens are those of `measured`.
        goes_on: As `infer_columns`.

    Raises:
        SettingsError: An override is no type, pattern or format.
    """
    table = measured.table
    settled = parse_overrides(table.file.source, overrides)
    history = {t.column: t for t in expected if t.confidence > 0}
    schema = table.lazy.collect_schema()
    questions = {
        c: Question(
            c,
            settled.get(c),
            readable_expectation(schema[c], history.get(c)),
            options.day_first,
            goes_on=goes_on.get(c),
        )
        for c in table.columns
        if table.is_text or needs_reading(schema[c], settled.get(c), history.get(c))
    }
    # Of a single column the dialect's delimiter is the usual one: nothing in the text tells it.
    delimiter = table.dialect.delimiter if table.dialect and len(table.columns) > 1 else None
    named = frozenset(c for c, override in settled.items() if len(override.recipes) == 1)
    around = Surroundings(options.decimal_mark, delimiter, tuple(history.values()), named)
    found = _infer_texts(measured, _text_view(table, tuple(questions), schema), questions, around)
    types = tuple(
        found.get(c) or keep_native(c, schema[c], settled.get(c), history.get(c))
        for c in table.columns
    )
    return Inferred(types, measured.ready(types))


def _text_view(table: SourceTable, columns: Sequence[str], schema: pl.Schema) -> SourceTable:
    if table.is_text:
        return table
    lazy = table.lazy.select(as_text(c, schema[c]) for c in columns)
    return replace(table, lazy=lazy, columns=tuple(columns), is_text=True)


def _infer_texts(
    measured: Measured, view: SourceTable, questions: Mapping[str, Question], around: Surroundings
) -> Mapping[str, ColumnType]:
    if not questions:
        return {}
    samples = measured.sample(view, tuple(questions))
    works = {
        name: Work(question, samples[name], Evidence(is_empty=not len(samples[name])))
        for name, question in questions.items()
    }
    evidence = {name: work.evidence for name, work in works.items()}
    for plan_of in (first_plan, second_plan, mixture_plan):
        plan: dict[str, Sequence[Recipe]] = {}
        for name, work in works.items():
            recipes = plan_of(work)
            if recipes is not None:
                plan[name] = recipes
        measured.measure(view, plan, evidence)
    types = {name: decide(w.question, w.evidence, w.sample) for name, w in works.items()}
    for name, style in styles_of(types, samples, around).items():
        question = replace(questions[name], style=style)
        types[name] = decide(question, evidence[name], samples[name])
    late: Plan = {
        name: ()
        for name, column_type in types.items()
        if column_type.type == "text" and evidence[name].text_tokens is None
    }
    measured.measure(view, late, evidence)
    return {name: _with_text_tokens(types[name], works[name]) for name in types}


def _with_text_tokens(column_type: ColumnType, work: Work) -> ColumnType:
    """Adds the tokens that count in a text column, and says which look like values of it."""
    if column_type.type != "text" or not work.evidence.text_tokens:
        return column_type
    seen = sorted(work.evidence.text_tokens)
    values = [token for token in seen if looks_like_value(token, work.sample)]
    nulls = {token for token in seen if token not in values}
    reason = column_type.reason
    if values:
        reason += f"; {', '.join(values)} looks like the other values and is kept as one"
    taken = tuple(sorted({*column_type.null_tokens, *nulls}))
    return replace(column_type, null_tokens=taken, reason=reason)
