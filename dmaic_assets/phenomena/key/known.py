"""Kinds about keys that other accepted files of the source brought before.

What belongs here: the rules, and the words that a key is compared by. Which keys of a file are
known, `work.known_keys` finds out and hands over as references.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Obstacle,
    Parameter,
    RowKind,
    RuleKind,
)
from dmaic_assets.table.text_table import column

WORDS = ("first", "second")
"""The columns of the words of a key; a whole number has the first alone."""
DELIVERED = "delivered again"
"""The cause of a key that came before: a file that came twice, or a source that updates rows."""


def reference_of(columns: Sequence[str]) -> str:
    """Names the reference with the first word of each key of the file that is known."""
    return f"known:{','.join(columns)}"


def files_reference_of(columns: Sequence[str]) -> str:
    """Names the reference with the file that brought each of these keys first, in their order."""
    return f"known files:{','.join(columns)}"


def key_words(columns: Sequence[str], *, is_whole: bool) -> list[pl.Expr]:
    """Builds the words that tell one key from all others; null where a part is missing.

    A whole number is its own word. Any other key has two hashes of its parts as text, so that two
    of a billion different keys are taken for each other in one of 10^20 cases.
    """
    if is_whole:
        return [column(columns[0]).cast(pl.Int64, strict=False).alias(WORDS[0])]
    texts = [column(name).cast(pl.String) for name in columns]
    is_there = pl.all_horizontal([text.is_not_null() for text in texts])
    parts = texts[0] if len(texts) == 1 else pl.struct(t.alias(str(i)) for i, t in enumerate(texts))
    return [
        pl.when(is_there).then(parts.hash(seed)).alias(word) for seed, word in enumerate(WORDS, 1)
    ]


class KnownKeyKind(RowKind):
    """No key was accepted before, in another file. Rows with a missing part pass."""

    name: ClassVar[str] = "known_key"
    summary: ClassVar[str] = "no key was in another accepted file of the source already"
    arity: ClassVar[tuple[int, int | None]] = (1, None)

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key."""
        return f"{' + '.join(rule.columns)} was in no other accepted file"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or no accepted file before."""
        return super().obstacle(rule, ctx) or _not_there(rule, ctx)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a row whose key another file brought."""
        known = ctx.references[reference_of(rule.columns)]
        return _word(rule, known).is_in(known.implode())

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing fails where no key of the file is known."""
        return pl.lit(len(ctx.references[reference_of(rule.columns)]))

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Rows that came before."""
        return DELIVERED


class KnownShareKind(FileKind):
    """At most a share `max` of the rows has a key that another accepted file brought."""

    name: ClassVar[str] = "known_share"
    summary: ClassVar[str] = "at most a share of rows has a key of another accepted file"
    arity: ClassVar[tuple[int, int | None]] = (1, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter(
            (int, float),
            "greatest share of rows whose key was accepted before, in [0, 1]",
            is_required=True,
            complaint=lambda v: None if 0 <= v <= 1 else f"{v} is not a share in [0, 1]",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key and the share."""
        most = float(str(rule.parameters["max"]))
        named = " + ".join(rule.columns)
        return f"at most {most:.1%} of the rows have a key ({named}) of another accepted file"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or no accepted file before."""
        return super().obstacle(rule, ctx) or _not_there(rule, ctx)

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Rows with a whole key, and those whose key is known."""
        known = ctx.references[reference_of(rule.columns)]
        word = _word(rule, known)
        return (word.count().alias("there"), word.is_in(known.implode()).sum().alias("known"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share; names the file that most of the known keys come from."""
        there, known = int(measured["there"] or 0), int(measured["known"] or 0)
        share = known / there if there else 0.0
        seen = f"{share:.1%} have ({known:,} of {there:,} rows)"
        if share <= float(str(rule.parameters["max"])):
            return FileJudgement(False, seen, measures={"share": share})
        files = ctx.references[files_reference_of(rule.columns)]
        name = str(files.mode().sort()[0])
        cause = f"{DELIVERED} (most of it with file {name})"
        return FileJudgement(True, seen, cause=cause, measures={"share": share})


def _word(rule: Rule, known: pl.Series) -> pl.Expr:
    return key_words(rule.columns, is_whole=known.dtype == pl.Int64)[0]


def _not_there(rule: Rule, ctx: FrameContext) -> Obstacle | None:
    if reference_of(rule.columns) in ctx.references:
        return None
    return Obstacle("reference", None, "no keys of accepted files are at hand")


KNOWN_KINDS: tuple[RuleKind, ...] = (KnownKeyKind(), KnownShareKind())
"""The kinds about keys of other files."""
