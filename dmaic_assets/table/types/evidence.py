"""Measuring how well patterns fit columns, on every value of the table.

What belongs here: counts per pattern, added up over the parts of a table. What does not: the
choice of patterns to measure (`screening`) and the decision (`type_resolution`).

The counts are exact: a value counts as read when its cast is not null, and only values that are
not read are compared with null tokens and with the pattern's expression.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dmaic_assets.table.notation.number_text import split_quantities
from dmaic_assets.table.notation.value_parsers import Recipe, fast_expression, repair
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.code_proofs import CODE_SIGNS
from dmaic_assets.table.types.column_nulls import TokenSet, text_tokens
from dmaic_assets.table.types.screening import chunks

TRUE_WORDS = "true"
_CODE_PART = "code"
# Unread texts kept as examples per batch.
_MOST_UNREAD = 3
# Characters kept of an unread text.
_SHOWN_CHARACTERS = 40
_WIDTH = "width:"
_CODE_WIDTH = "code width:"


@dataclass(slots=True)
class Tally:
    """Counts of one pattern in one column; `values` excludes nulls and tokens.

    `details` counts units, true words, widths of digit strings, or signs of codes among what is
    not read, as the pattern's proof needs;
    `unread` counts the most frequent of the values that are not read.
    """

    values: int = 0
    parsed: int = 0
    matched: int = 0
    tokens: Counter[str] = field(default_factory=Counter)
    details: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Adds the counts of another part of the same column."""
        self.values += other.values
        self.parsed += other.parsed
        self.matched += other.matched
        self.tokens.update(other.tokens)
        self.details.update(other.details)
        self.unread.update(other.unread)

    @property
    def parse_share(self) -> float:
        """The share of values that the pattern's parser reads; 0 without values."""
        return self.parsed / self.values if self.values else 0.0

    @property
    def match_share(self) -> float:
        """The share of values that match the pattern's expression; 0 without values."""
        return self.matched / self.values if self.values else 0.0

    @property
    def is_perfect(self) -> bool:
        """Whether there are values and every one is read."""
        return 0 < self.values == self.parsed


@dataclass(slots=True)
class Evidence:
    """What was measured of one column: recipes and tallies by name, tokens in the text reading.

    `is_empty` says that the column holds nothing but nulls and tokens. `casts` has the values of
    recipes that read all there is of a table measured at once: nothing of it is a token then.
    """

    is_empty: bool = False
    recipes: dict[str, Recipe] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    text_tokens: Counter[str] | None = None
    casts: dict[Recipe, pl.Series] = field(default_factory=dict)


Plan = Mapping[str, Sequence[Recipe]]


def measure(
    table: SourceTable, plan: Plan, tokens: TokenSet, evidence: Mapping[str, Evidence]
) -> None:
    """Measures recipes of columns in one reading of the table and adds them to the evidence.

    A column with an empty plan is read as text: its tokens are counted.
    """
    if not plan:
        return
    for column, recipes in plan.items():
        evidence[column].recipes.update({recipe.name: recipe for recipe in recipes})
        evidence[column].tallies.update({recipe.name: Tally() for recipe in recipes})
        if not recipes:
            evidence[column].text_tokens = Counter()
    for chunk in chunks(table, tuple(plan)):
        is_whole = table.is_in_memory and chunk.height == table.row_count
        _measure_chunk(chunk, plan, tokens, evidence, is_whole=is_whole)


def _measure_chunk(
    chunk: pl.DataFrame,
    plan: Plan,
    tokens: TokenSet,
    evidence: Mapping[str, Evidence],
    *,
    is_whole: bool,
) -> None:
    fast = _fast_casts(chunk, plan)
    for column, recipes in plan.items():
        raw = chunk[column].alias("raw")
        found = evidence[column]
        if not recipes and found.text_tokens is not None:
            found.text_tokens.update(text_tokens(raw, tokens, is_empty=found.is_empty))
        for recipe in recipes:
            tally, values = _tally(raw, fast.get((column, recipe.name)), recipe, tokens)
            found.tallies[recipe.name].add(tally)
            if is_whole and values is not None and values.null_count() == raw.null_count():
                found.casts[recipe] = values


def _fast_casts(chunk: pl.DataFrame, plan: Plan) -> Mapping[tuple[str, str], pl.Series]:
    places: list[tuple[str, str]] = []
    expressions: list[pl.Expr] = []
    for column, recipes in plan.items():
        for recipe in recipes:
            expression = fast_expression(column, recipe)
            if expression is not None:
                expressions.append(expression.alias(str(len(places))))
                places.append((column, recipe.name))
    if not expressions:
        return {}
    return dict(zip(places, chunk.select(expressions).get_columns(), strict=True))


def _tally(
    raw: pl.Series, fast: pl.Series | None, recipe: Recipe, tokens: TokenSet
) -> tuple[Tally, pl.Series | None]:
    """Counts what a recipe reads, and gives its values where it makes any."""
    if recipe.patterns[0].parser == "quantity" and recipe.unit is None:
        return _tally_units(raw, recipe, tokens), None
    if recipe.type == "text":
        is_read = raw.str.contains(recipe.patterns[0].regex).fill_null(value=False)
        tally = _tally_unread(_unread(raw, is_read), int(is_read.sum()), recipe, tokens)
        if recipe.patterns[0].proof == "codes":
            tally.details.update(_code_widths(raw))
        return tally, None
    values = repair(raw, fast, recipe, tokens.tokens)
    read = len(values) - values.null_count()
    unread = _unread(raw, values.is_not_null()) if read < len(raw) - raw.null_count() else raw[:0]
    tally = _tally_unread(unread, read, recipe, tokens)
    if recipe.patterns[0].proof == "both_words":
        tally.details[TRUE_WORDS] += int(values.sum())
    return tally, values


def _unread(raw: pl.Series, is_read: pl.Series) -> pl.Series:
    return raw.filter(~is_read & raw.is_not_null())


def _tally_unread(unread: pl.Series, read: int, recipe: Recipe, tokens: TokenSet) -> Tally:
    """Tells tokens from values that only look right and from values that do not."""
    if not len(unread):
        return Tally(read, read, read)
    counts = unread.alias("text").value_counts(name="rows")
    counts = counts.with_columns(counts["text"].str.strip_chars())
    is_token = tokens.is_token(counts["text"])
    found = counts.filter(is_token)
    rest = counts.filter(~is_token)
    looks_right = pl.Series([False]).new_from_index(0, rest.height)
    for pattern in recipe.patterns:
        looks_right = looks_right | rest["text"].str.contains(pattern.regex)
    alike = int(rest["rows"].filter(looks_right).sum())
    late = alike if recipe.type == "text" else 0
    tally = Tally(read + int(rest["rows"].sum()), read + late, read + alike)
    for text, rows in found.iter_rows():
        tally.tokens[text] += rows
    for text, rows in rest.top_k(_MOST_UNREAD, by="rows").iter_rows():
        tally.unread[text[:_SHOWN_CHARACTERS]] += rows
    if recipe.patterns[0].proof == "measures":
        for sign, expression in CODE_SIGNS.items():
            is_code = rest["text"].str.contains(expression)
            tally.details[sign] += int(rest["rows"].filter(is_code).sum())
    return tally


def _tally_units(raw: pl.Series, recipe: Recipe, tokens: TokenSet) -> Tally:
    text = raw.str.strip_chars()
    parts = split_quantities(text, recipe.patterns[0])
    is_read = parts["unit"].is_not_null()
    tally = _tally_unread(_unread(raw, is_read), int(is_read.sum()), recipe, tokens)
    units = parts["unit"].drop_nulls().value_counts(name="rows")
    tally.details.update(dict(units.iter_rows()))
    return tally


def _code_widths(raw: pl.Series) -> Counter[str]:
    """Counts digit strings by width, and apart those that no integer can stand for."""
    digits = raw.filter(raw.str.contains("^[0-9]+$")).alias("text")
    frame = pl.DataFrame({"text": digits}).select(
        pl.col("text").str.len_bytes().alias("width"),
        (
            (pl.col("text").str.starts_with("0") & (pl.col("text").str.len_bytes() > 1))
            | pl.col("text").cast(pl.Int64, strict=False).is_null()
        ).alias("is_code"),
    )
    counts: Counter[str] = Counter()
    for width, is_code, rows in frame.group_by("width", "is_code").len().iter_rows():
        counts[f"{_WIDTH}{width}"] += rows
        if is_code:
            counts[_CODE_PART] += rows
            counts[f"{_CODE_WIDTH}{width}"] += rows
    return counts


def has_code_proof(details: Counter[str], *, least_share: float, width_share: float) -> bool:
    """Tells whether digit strings are codes: some have leading zeros or outgrow an integer.

    One such value in a hundred proves it, or a single one when nearly all have its width.
    """
    digits = sum(rows for name, rows in details.items() if name.startswith(_WIDTH))
    if not details[_CODE_PART]:
        return False
    if details[_CODE_PART] >= least_share * digits:
        return True
    widths = [name.removeprefix(_CODE_WIDTH) for name in details if name.startswith(_CODE_WIDTH)]
    return len(widths) == 1 and details[f"{_WIDTH}{widths[0]}"] >= width_share * digits
