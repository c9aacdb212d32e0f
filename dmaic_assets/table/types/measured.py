"""What has been measured of one table in memory, so that a further question measures the rest only.

What belongs here: keeping samples, counts and casts, which are the same whoever asks. Types are
decided anew each time: they depend on what is expected of the table.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dmaic_assets.model import ColumnType
from dmaic_assets.table.notation.value_parsers import Recipe, recipe_of
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.column_nulls import TokenSet
from dmaic_assets.table.types.evidence import Evidence, Plan, Tally, measure
from dmaic_assets.table.types.screening import sample_texts


@dataclass(slots=True)
class Measured:
    """Samples of columns, counts of recipes and of tokens in them, and the casts of all rows.

    One object belongs to one table, whose columns are asked about as the text that `view`s of it
    have, and to one set of null tokens. Threads may share it: what two of them measure at once is
    equal.
    """

    table: SourceTable
    tokens: TokenSet
    samples: dict[str, pl.Series] = field(default_factory=dict)
    tallies: dict[tuple[str, Recipe], Tally] = field(default_factory=dict)
    casts: dict[tuple[str, Recipe], pl.Series] = field(default_factory=dict)
    text_tokens: dict[str, Counter[str]] = field(default_factory=dict)

    def sample(self, view: SourceTable, columns: Sequence[str]) -> Mapping[str, pl.Series]:
        """Draws the values of columns that were not drawn before; gives those of all."""
        new = [name for name in columns if name not in self.samples]
        if new:
            self.samples |= sample_texts(view, new, self.tokens)
        return {name: self.samples[name] for name in columns}

    def measure(self, view: SourceTable, plan: Plan, evidence: Mapping[str, Evidence]) -> None:
        """Adds to the evidence what a plan asks for, as `evidence.measure` does."""
        for column, recipes in plan.items():
            evidence[column].recipes.update({recipe.name: recipe for recipe in recipes})
        new = {c: [r for r in recipes if (c, r) not in self.tallies] for c, recipes in plan.items()}
        wanted = {
            column: recipes
            for column, recipes in new.items()
            if recipes or not (plan[column] or column in self.text_tokens)
        }
        measure(view, wanted, self.tokens, evidence)
        for column, recipes in wanted.items():
            self._keep(column, recipes, evidence[column])
        for column, recipes in plan.items():
            self._tell(column, recipes, evidence[column])

    def ready(self, types: Sequence[ColumnType]) -> dict[str, tuple[Recipe, pl.Series]]:
        """What is cast of columns of text whose types' recipes have read all their values."""
        if not self.table.is_text:
            return {}
        found: dict[str, tuple[Recipe, pl.Series]] = {}
        for column_type in types:
            recipe = recipe_of(column_type)
            if recipe is not None and (column_type.column, recipe) in self.casts:
                found[column_type.column] = (recipe, self.casts[column_type.column, recipe])
        return found

    def _keep(self, column: str, recipes: Sequence[Recipe], found: Evidence) -> None:
        for recipe in recipes:
            if recipe in found.casts:
                self.casts[column, recipe] = found.casts[recipe]
            self.tallies[column, recipe] = found.tallies[recipe.name]
        if not recipes and found.text_tokens is not None:
            self.text_tokens[column] = found.text_tokens

    def _tell(self, column: str, recipes: Sequence[Recipe], found: Evidence) -> None:
        for recipe in recipes:
            found.tallies[recipe.name] = self.tallies[column, recipe]
        if not recipes:
            found.text_tokens = self.text_tokens[column]
