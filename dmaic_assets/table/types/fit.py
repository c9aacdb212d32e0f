"""How well recipes fit a column, and which of them are candidates: pure functions of counts.

What belongs here: thresholds, proofs, units, ranking, mixtures. What does not: precedence over
overrides and expectations (`type_resolution`) and measuring (`type_evidence`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.model import TypeCandidate
from dmaic_assets.table.notation.pattern import MIXABLE_PARSERS
from dmaic_assets.table.notation.patterns import preference
from dmaic_assets.table.notation.span_text import PERIOD_UNITS
from dmaic_assets.table.notation.units import canonical_unit
from dmaic_assets.table.notation.value_parsers import Recipe
from dmaic_assets.table.types.code_proofs import BARE_POWER, CODE_SHARE, PADDED
from dmaic_assets.table.types.evidence import TRUE_WORDS, Evidence, Tally, has_code_proof

# Share of values that look like a type before it is a candidate: at least half.
LEAST_MATCH_SHARE = 0.5
# Share of values that parse: up to a fifth may be damaged without losing the type
# (docs/guides/column-types.md).
LEAST_PARSE_SHARE = 0.8
# Share of values that several recipes of one type must read together.
LEAST_CONFIDENCE = 0.85
# The least share of one format in a mixture of formats.
LEAST_PART_SHARE = 0.05
# Share of values with the same word behind the number before the word counts as a unit.
_WORD_UNIT_SHARE = 0.95
# Share of values of one width that shows codes rather than padded numbers.
_CODE_WIDTH_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class RecipeFit:
    """One recipe with its counts, the unit settled."""

    recipe: Recipe
    tally: Tally
    parsed: int

    @property
    def parse_share(self) -> float:
        """The share of values that are read in the settled unit."""
        return self.parsed / self.tally.values if self.tally.values else 0.0

    @property
    def confidence(self) -> float:
        """The mean of match share and parse share."""
        return (self.tally.match_share + self.parse_share) / 2

    @property
    def is_perfect(self) -> bool:
        """Whether there are values and every one is read."""
        return 0 < self.tally.values == self.parsed


def fit(recipe: Recipe, tally: Tally) -> RecipeFit | None:
    """Settles the unit of a recipe and checks its proof; None when the proof fails."""
    pattern = recipe.patterns[0]
    if pattern.proof == "both_words" and not 0 < tally.details[TRUE_WORDS] < tally.parsed:
        return None
    if pattern.proof == "codes" and not has_code_proof(
        tally.details, least_share=CODE_SHARE, width_share=_CODE_WIDTH_SHARE
    ):
        return None
    if pattern.parser != "quantity" or recipe.unit is not None:
        return RecipeFit(recipe, tally, tally.parsed)
    if not tally.details:
        return None
    unit, rows = min(tally.details.items(), key=lambda item: (-item[1], item[0]))
    is_word = pattern.name.startswith("quantity") and canonical_unit(unit) is None
    if is_word and rows < _WORD_UNIT_SHARE * tally.values:
        return None
    return RecipeFit(replace(recipe, unit=unit), tally, rows)


def is_candidate(match_share: float, parse_share: float) -> bool:
    """Tells whether shares make a pattern a candidate for its column."""
    return match_share >= LEAST_MATCH_SHARE and parse_share >= LEAST_PARSE_SHARE


def ranked(fits: Iterable[RecipeFit]) -> list[RecipeFit]:
    """Sorts the candidates among fits: most confident first, then by order of preference."""
    places, found = preference(), list(fits)
    good = [
        f
        for f in found
        if is_candidate(f.tally.match_share, f.parse_share)
        and not code_share(f, found)
        and not _gains_only_powers(f, found)
    ]
    return sorted(
        good, key=lambda f: (-f.confidence, places.get(f.recipe.patterns[0].name, len(places)))
    )


def code_share(one: RecipeFit, fits: Iterable[RecipeFit]) -> float:
    """The share of values that are codes by what a number would lose of them; 0 if it is rare.

    Digits, E, digits count where no value needs a decimal pattern: then nobody wrote powers.
    """
    if one.recipe.patterns[0].proof != "measures" or not one.tally.values:
        return 0.0
    codes = one.tally.details[PADDED]
    if any(f.recipe.name == "integer" and f.parsed >= one.parsed for f in fits):
        codes += one.tally.details[BARE_POWER]
    share = codes / one.tally.values
    return share if share >= CODE_SHARE else 0.0


def _gains_only_powers(one: RecipeFit, fits: Iterable[RecipeFit]) -> bool:
    """Whether digits, E, digits are all that a number reads beyond whole numbers: no decimals."""
    if one.recipe.patterns[0].proof != "measures" or one.recipe.type != "decimal":
        return False
    whole = next((f for f in fits if f.recipe.name == "integer"), None)
    if whole is None or not 0 < whole.parsed < one.parsed:
        return False
    return one.parsed <= whole.parsed + whole.tally.details[BARE_POWER]


def mixture(fits: Sequence[RecipeFit]) -> Recipe | None:
    """Finds formats of one type that together may reach the threshold; None if none do.

    Readings that contradict each other (month first, day first) are never mixed: the better one
    takes part.
    """
    parts: dict[str, list[RecipeFit]] = {}
    for part in sorted(fits, key=lambda f: -f.parse_share):
        kind = f"{part.recipe.type} {part.recipe.dtype}"
        taken = parts.setdefault(kind, [])
        names = {name for f in taken for name in f.recipe.patterns[0].rivals}
        is_mixable = part.recipe.patterns[0].parser in MIXABLE_PARSERS
        if is_mixable and part.parse_share >= LEAST_PART_SHARE and part.recipe.name not in names:
            taken.append(part)
    best = max(parts.values(), key=lambda p: sum(f.parse_share for f in p), default=[])
    if len(best) < 2 or sum(f.parse_share for f in best) < LEAST_CONFIDENCE:
        return None
    return Recipe(tuple(f.recipe.patterns[0] for f in best))


def fits_of(evidence: Evidence) -> list[RecipeFit]:
    """Lists the recipes that were measured of a column and whose proofs hold."""
    found = (fit(recipe, evidence.tallies[name]) for name, recipe in evidence.recipes.items())
    return [f for f in found if f is not None]


def candidates(fits: Iterable[RecipeFit]) -> tuple[TypeCandidate, ...]:
    """Builds the record of the candidates, most confident first."""
    return tuple(
        TypeCandidate(
            pattern=f.recipe.name,
            type=f.recipe.type,
            match_share=f.tally.match_share,
            parse_share=f.parse_share,
            confidence=f.confidence,
            format="|".join(f.recipe.patterns[0].formats[:1]) or None,
            unit=unit_of(f.recipe),
        )
        for f in ranked(fits)
    )


def unit_of(recipe: Recipe) -> str | None:
    """Names the unit of the values: of measure, of money, or the length of a period."""
    return recipe.unit or PERIOD_UNITS.get(recipe.patterns[0].name)
