"""Texts, nulls and units that ask for a look, in sentences.

What belongs here: words and weights of what `texts`, `holes` and `units` find.
"""

from collections.abc import Iterator

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.values.statistical_quality import (
    Hole,
    Misfits,
    MissingWords,
    StatisticalQualityValue,
    UnitMix,
)
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

# Columns of a hole that are named in its sentence.
_NAMED = 3


def doubts_of(table: str, value: StatisticalQualityValue) -> Iterator[Finding]:
    """Tells what asks for a look."""
    for name, misfits in value.misfits.items():
        yield _of_misfits(table, name, misfits)
    for name, words in value.missing_words.items():
        yield _of_words(table, name, words)
    for hole in value.holes:
        yield _of_hole(table, hole)
    for mix in value.mixes:
        yield _of_mix(table, mix)


def _of_misfits(table: str, name: str, found: Misfits) -> Finding:
    share = found.count / found.values
    shown = ", ".join(f"'{text}'" for text in found.examples)
    such = f", such as {shown}" if shown else ""
    if not found.count:
        count = plural(found.held, "value")
        was = "was" if found.held == 1 else "were"
        text = f"{count} of {table}.{name} {was} no {found.type}{such}, and held in quarantine."
        evidence: dict[str, Json] = {"held": found.held}
        rows = float(found.held)
        return Finding(table, (name,), "held_misfits", rows, "rows", text, "info", evidence)
    more = f"; {found.held:,} more are held in quarantine" if found.held else ""
    text = (
        f"{found.count:,} of {found.values:,} values of {table}.{name} ({percent(share)}) are no "
        f"{found.type}, which all others are{such}{more}."
    )
    return Finding(table, (name,), "misfit_share", share, "1", text, "medium")


def _of_words(table: str, name: str, found: MissingWords) -> Finding:
    kept = sum(found.kept.values())
    count = "1 row counts as a value" if kept == 1 else f"{kept:,} rows count as values"
    every: dict[str, Json] = dict(found.kept)
    every |= {text or "nothing": rows for text, rows in found.nulls.items()}
    spelt = ", ".join(f"{text or 'nothing'} ({rows:,})" for text, rows in every.items())
    ways = f"in {len(every):,} ways: " if len(every) > 1 else ""
    many = f"a missing value is spelt {ways}{spelt}"
    among = f"; {count}" if kept else ""
    text = f"{table}.{name}: {many}{among}."
    return Finding(table, (name,), "missing_words", float(kept), "rows", text, "low", every)


def _of_hole(table: str, hole: Hole) -> Finding:
    names = ", ".join(hole.columns[:_NAMED])
    more = len(hole.columns) - _NAMED
    others = f" and {plural(more, 'other column')}" if more > 0 else ""
    are = "have" if len(hole.columns) > 1 else "has"
    most = "up to " if len(hole.columns) > 1 else ""
    text = f"{names}{others} of {table} {are} no value in {most}{plural(hole.nulls, 'row')}"
    text += f" ({percent(hole.share)}), {_where(hole)}."
    evidence: dict[str, Json] = {"by": hole.by, "start": hole.start, "end": hole.end}
    return Finding(table, hole.columns, "null_share", hole.share, "1", text, "low", evidence)


def _where(hole: Hole) -> str:
    if hole.by:
        return f"nearly all of them where {hole.by} is {hole.value} ({percent(hole.within)} there)"
    if hole.end - hole.start < 1:
        return f"nearly all of them {percent(hole.start)} to {percent(hole.end)} through the rows"
    return "and no other column tells in which"


def _of_mix(table: str, mix: UnitMix) -> Finding:
    share = mix.values / mix.known
    those = f"where {mix.by} is {mix.value}, " if mix.by else ""
    text = (
        f"{mix.values:,} of {mix.known:,} values of {table}.{mix.column} ({percent(share)}) are "
        f"like the others but for the factor {mix.factor:,.6g}: {those}probably in another unit."
    )
    columns = (mix.column, mix.by) if mix.by else (mix.column,)
    evidence: dict[str, Json] = {"factor": mix.factor}
    return Finding(table, columns, "mixed_units", share, "1", text, "medium", evidence)
