"""Rows set apart are evidence: what comes back in file after file belongs to the source.

What belongs here: which kinds of rows that were set apart are admitted, and which are only
proposed, and why. A rule never learns from rows that it sets apart itself; so those admitted are
put back among the rows that history is made of, and every learner sees the files as they arrived.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import polars as pl

from dmaic_assets.history.apart import ApartKind, Form, Key, apart_of
from dmaic_assets.history.facts import FileFacts, sample_of
from dmaic_assets.model import ColumnType, Json, RuleSet
from dmaic_assets.phenomena.typo.rule import slips_among
from dmaic_assets.rules.admission import admit_command
from dmaic_assets.store.codec import to_json
from dmaic_assets.table.text_table import column
from dmaic_assets.table.types.null_tokens import is_placeholder

NOTE = "rows set apart come again:"
# Files that bring the same before it is a habit: as many as are held alike before it is said.
LEAST_FILES = 3
# Files for what damage looks like too: slips of a known value, missing values, unread texts.
DOUBTED_FILES = 6
# Of the rows with a value, at most this share may have other faults beside it.
MOST_ODD = 0.2
# A file that brings more than so many times the rows of the median one is an accident.
MOST_UNEVEN = 10
# A column turns into another type for what at least this share of the files bring since the first.
LEAST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One kind of rows that several files had set apart.

    `rules` set them apart. `files` of the `since` files from the first one on brought them, `rows`
    of `of_rows` in these. `is_always`: the first file of history is among them. `is_fresh`: one of
    the newest ones too. `refusal` says why they stay apart, and is empty when they are admitted.
    """

    columns: tuple[str, ...]
    form: Form
    texts: tuple[str | None, ...]
    rules: tuple[str, ...]
    files: int
    since: int
    rows: int
    of_rows: int
    is_always: bool
    is_fresh: bool
    refusal: str = ""

    @property
    def key(self) -> Key:
        """What the kinds of a file are compared by."""
        return (self.columns, self.form, self.texts)

    @property
    def shown(self) -> str:
        """Says what the rows have, in words."""
        names, texts = " and ".join(self.columns), [t or "no value" for t in self.texts]
        if self.form in ("above", "below"):
            return f"{names} just {self.form} the known numbers"
        what = {"unread": "texts like ", "shape": "values of the shape "}.get(self.form, "")
        return f"{names}: {what}{', '.join(texts)}"

    @property
    def sentence(self) -> str:
        """Says what came again, how often, and what becomes of it."""
        share = self.rows / max(1, self.of_rows)
        often = f"in {self.files} files, {self.rows:,} rows ({share:.1%} of theirs)"
        end = f"still set apart: {self.refusal}" if self.refusal else "known from now on"
        return f"{NOTE} {self.shown}, {often}; {end}"


@dataclass(frozen=True, slots=True)
class Back:
    """What facts of a file are taken with: kinds put back, and columns of another type."""

    kinds: frozenset[Key] = frozenset()
    types: tuple[ColumnType, ...] = ()

    def document(self) -> Json:
        """Builds the JSON form, the same for the same."""
        kinds = [to_json(kind) for kind in sorted(self.kinds, key=str)]
        return {"kinds": kinds, "types": [to_json(t) for t in self.types]}


Measure: TypeAlias = Callable[[int, Back], FileFacts | None]
"""Takes the facts of the file at a place of history anew; None where its rows are gone."""


def recurring(facts: Sequence[FileFacts]) -> tuple[Recurrence, ...]:
    """Finds what at least `LEAST_FILES` files of a history had set apart, admitted or not.

    Args:
        facts: The files in arrival order, each with what was set apart from it.
    """
    seen: defaultdict[Key, list[tuple[int, ApartKind]]] = defaultdict(list)
    for place, file in enumerate(facts):
        for kind in apart_of(file):
            seen[kind.key].append((place, kind))
    often = {key: found for key, found in seen.items() if len(found) >= LEAST_FILES}
    return tuple(_judged(key, found, facts) for key, found in often.items())


def as_arrived(
    facts: Sequence[FileFacts], measure: Measure, *, admits: bool = True
) -> list[FileFacts]:
    """Gives facts with the rows that are admitted among them again.

    Args:
        facts: Of the accepted rows of each file, in arrival order.
        measure: Takes facts anew.
        admits: Whether anything may be admitted without a word of people.
    """
    admitted = [r for r in recurring(facts) if not r.refusal] if admits else []
    if not admitted:
        return [*facts]
    unread: defaultdict[str, list[Recurrence]] = defaultdict(list)
    for recurrence in admitted:
        if recurrence.form == "unread":
            unread[recurrence.columns[0]].append(recurrence)
    keys = {r.key for r in admitted}
    found: list[FileFacts] = []
    for place, file in enumerate(facts):
        kinds = frozenset(kind.key for kind in apart_of(file)) & keys
        types = tuple(
            wider
            for t in file.types
            if t.column in unread and (wider := _reading(t, unread[t.column])) != t
        )
        anew = measure(place, Back(kinds, types)) if kinds or types else None
        found.append(anew or file)
    return found


def with_admitted(rules: RuleSet, facts: Sequence[FileFacts]) -> RuleSet:
    """Says in a learnt rule set what was admitted: in its notes, and as evidence of its rules."""
    found = recurring(facts)
    if not found:
        return rules
    back = {kind.key for file in facts for kind in apart_of(file) if kind.is_back}
    told = [r if r.key in back or r.refusal else replace(r, refusal=_SWITCHED_OFF) for r in found]
    by_rule: defaultdict[str, list[Json]] = defaultdict(list)
    for recurrence in told:
        for rule in recurrence.rules if not recurrence.refusal else ():
            by_rule[rule].append(f"{recurrence.shown}, in {recurrence.files} files")
    changed = tuple(
        replace(rule, evidence={**rule.evidence, "admitted": by_rule[rule.id]})
        if rule.id in by_rule
        else rule
        for rule in rules.rules
    )
    notes = (f"{r.sentence}{_advice(rules.source, r)}" for r in told if r.is_fresh)
    return replace(rules, rules=changed, notes=(*rules.notes, *notes))


_SWITCHED_OFF = "runs.admit_recurring is off, or the files are gone"


def _advice(source: str, found: Recurrence) -> str:
    """Names the command that accepts a value's rows of all files."""
    texts = [text for text in found.texts if text is not None]
    if found.form != "value" or len(found.columns) != 1 or not texts:
        return ""
    what = "its rows" if found.refusal else "its earlier rows"
    return f"; to accept {what}: {admit_command(source, found.columns[0], texts[0])}"


def _judged(
    key: Key, found: Sequence[tuple[int, ApartKind]], facts: Sequence[FileFacts]
) -> Recurrence:
    first, last = found[0][0], found[-1][0]
    rows = sum(kind.rows for _, kind in found)
    recurrence = Recurrence(
        *key,
        rules=tuple(sorted({rule for _, kind in found for rule in kind.rules})),
        files=len(found),
        since=len(facts) - first,
        rows=rows,
        of_rows=sum(facts[place].rows for place, _ in found),
        is_always=first == 0,
        is_fresh=last >= len(facts) - LEAST_FILES,
    )
    odd = sum(kind.odd for _, kind in found)
    if odd > MOST_ODD * (rows + odd):
        return replace(recurrence, refusal="other columns of these rows are wrong too")
    counts = sorted(kind.rows for _, kind in found)
    if counts[-1] > MOST_UNEVEN * counts[len(counts) // 2]:
        return replace(recurrence, refusal="most of the rows came in one file")
    return replace(recurrence, refusal=_refusal(recurrence, facts))


def _refusal(found: Recurrence, facts: Sequence[FileFacts]) -> str:
    """Why what came again is not the source's own, as far as it shows; "" when it is."""
    texts = [text for text in found.texts if text is not None]
    if found.form == "unread":
        now = next((t for t in facts[-1].types if t.column == found.columns[0]), None)
        return "" if now is None else _refusal_to_read(found, now)
    if found.form == "value" and any(map(is_placeholder, texts)):
        return "it stands for a missing value"
    if len(texts) < len(found.texts):
        return _patience(found, "missing values may be damage")
    known = _known(facts, found.columns[0]) if found.form == "value" and len(texts) == 1 else []
    if set(texts) & set(known):
        return ""
    if slips_among(texts, known, has_edits=False):
        return "it is a known value in other case or spaces"
    return _patience(found, "it is near a known value") if _is_slip(texts, known) else ""


def _refusal_to_read(found: Recurrence, now: ColumnType) -> str:
    """Why a column is not read in another way for texts that its type does not read."""
    token = str(found.texts[0])
    if now.type == "text" or token in now.null_tokens:
        return ""
    if now.decided_by in ("override", "native"):
        return "the type of the column is fixed"
    if now.type not in ("integer", "decimal") and not is_placeholder(token):
        return f"the column would not be a {now.type} any more"
    if found.files < LEAST_SHARE * found.since:
        return f"only {found.files} of {found.since} files have it"
    return "" if found.is_always else _patience(found, "it may be damage")


def _is_slip(texts: Sequence[str], known: Sequence[str]) -> bool:
    """Whether a value is a slip of a known one; digits that differ are no slip of letters."""
    return any(not any(map(str.isdigit, text)) for text in slips_among(texts, known))


def _patience(found: Recurrence, why: str) -> str:
    if found.files >= DOUBTED_FILES:
        return ""
    return f"{why}; {DOUBTED_FILES} files must have it"


def _known(facts: Sequence[FileFacts], name: str) -> list[str]:
    """The texts that accepted rows of the files have in a column."""
    found: set[str] = set()
    for file in facts:
        sample = sample_of(file)
        if sample.schema.get(name) == pl.String:
            found.update(sample.select(column(name).drop_nulls().unique()).to_series().to_list())
    return sorted(found)


def _reading(type_: ColumnType, found: Sequence[Recurrence]) -> ColumnType:
    """The type that reads what a column's own does not: with further tokens, or text."""
    if type_.type == "text":
        return type_
    tokens = [str(r.texts[0]) for r in found]
    if all(is_placeholder(token) for token in tokens):
        taken = tuple(sorted({*type_.null_tokens, *tokens}))
        return replace(type_, null_tokens=taken, reason=f"{type_.reason}; {_said(tokens)} is none")
    said = f"numbers, and texts like {_said(tokens)} in file after file"
    return ColumnType(
        type_.column,
        "text",
        "String",
        "text",
        "fallback",
        1.0,
        said,
        null_tokens=type_.null_tokens,
    )


def _said(texts: Sequence[str]) -> str:
    return ", ".join(sorted(texts)[:3])
