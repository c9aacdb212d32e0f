"""Independent confirmation of a repaired cell: a second reason to believe the new value.

What belongs here: one question per kind, asked of evidence that the repair itself does not use.
A repair that rests on its form is confirmed by the values of the column, one that rests on other
columns by its spelling or by a further column, and so on. A cell without confirmation may be right
and does not count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind, number, texts
from dmaic_assets.phenomena.exchange.shift import shape_of
from dmaic_assets.phenomena.notation.repair import PLAIN, moment_of
from dmaic_assets.phenomena.repair_rows import tables_of, votes_of
from dmaic_assets.phenomena.typo.repair import Dictionary, is_misspelling

Row: TypeAlias = Mapping[str, str | None]
# Share of whole rows whose first value also ends like a second one: so rarely that a split may
# give a first value that nobody has seen.
USUAL_SHARE = 0.01
# Share of rare values near a frequent one that shows a closed list of names.
CLOSED_NEAR = 0.9


@dataclass(frozen=True)
class Confirmer:
    """Asks the evidence of the design half for reasons beside the repair's own."""

    evidence: Evidence
    repair: Repair

    def confirms(self, name: str, row: Row, fresh: str | None) -> bool:
        """Whether something else speaks for the new value of a cell.

        Args:
            name: The column of the cell.
            row: The row before the repair, all columns.
            fresh: The new value.
        """
        checks: Mapping[RepairKind, Callable[[str, Row, str], bool]] = {
            "encoding": lambda _, __, text: text.isprintable(),
            "trim": self._is_known,
            "number_format": self._is_in_range,
            "date_format": self._is_in_period,
            "scale": self._is_known_number,
            "case": self._is_known,
            "value_map": self._is_expected_or_closed,
            "typo": self._is_expected_or_closed,
            "dependency": self._is_supported,
            "derived": self._is_expected_or_near,
            "split": self._is_split,
            "swap": self._is_not_contradicted,
            "shift": self._is_at_home,
        }
        if self.repair.kind == "shift" and fresh is None:
            return name in self._missing_somewhere
        if self.repair.kind == "null_token":
            return fresh == self.repair.parameters.get("to") and self._has_room_for_null
        return fresh is not None and checks[self.repair.kind](name, row, fresh)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.evidence.part(self.repair.columns[0]).values)

    @cached_property
    def _established(self) -> dict[str, int]:
        return self.evidence.established(self.repair.columns[0])

    @cached_property
    def _dictionary(self) -> Dictionary:
        """The values of the column that are right somewhere, to find a misspelt one by spelling."""
        tables = tables_of(self.repair.parameters)
        led_to = {v for table in tables.values() for v in table.values()}
        return Dictionary(tuple(sorted(led_to)), 1)

    @cached_property
    def _numbers(self) -> tuple[float, float] | None:
        found = [float(v) for v in self._known if PLAIN.fullmatch(v.strip())]
        return (min(found), max(found)) if found else None

    @property
    def _has_room_for_null(self) -> bool:
        facts = self.repair.evidence
        return facts.get("is_number") is True or number(facts, "usual", 0) > number(
            facts, "cells", 0
        )

    def _is_known(self, _: str, __: Row, fresh: str) -> bool:
        return fresh in self._known or bool(PLAIN.fullmatch(fresh))

    def _is_in_range(self, _: str, __: Row, fresh: str) -> bool:
        if not PLAIN.fullmatch(fresh):
            return False
        return self._numbers is None or self._numbers[0] <= float(fresh) <= self._numbers[1]

    def _is_in_period(self, _: str, __: Row, fresh: str) -> bool:
        target = str(self.repair.parameters["to"])
        moment, (first, last) = moment_of(fresh, target), self._period
        return moment is not None and first <= moment.isoformat() <= last

    @cached_property
    def _period(self) -> tuple[str, str]:
        target = str(self.repair.parameters["to"])
        moments = (moment_of(v.strip(), target) for v in self._known)
        found = sorted(m.isoformat() for m in moments if m is not None)
        return (found[0], found[-1]) if found else ("", "")

    def _is_known_number(self, _: str, __: Row, fresh: str) -> bool:
        return float(fresh) in self._known_numbers

    @cached_property
    def _known_numbers(self) -> frozenset[float]:
        return frozenset(float(v) for v in self._known if PLAIN.fullmatch(v.strip()))

    def _is_expected_or_closed(self, name: str, row: Row, fresh: str) -> bool:
        expected = self.evidence.expected(name, row)
        if expected is not None:
            return expected[0] == fresh
        facts, parameters = self.repair.evidence, self.repair.parameters
        near, rare = number(facts, "near", 0), number(facts, "rare", 1)
        return parameters.get("is_closed") is True and near >= CLOSED_NEAR * rare

    def _is_supported(self, name: str, row: Row, fresh: str) -> bool:
        tables = tables_of(self.repair.parameters)
        columns = {determinant: [row[determinant]] for determinant in tables}
        if votes_of(columns, tables, 0).count(fresh) >= 2:
            return True
        return self._dictionary.nearest(row[name] or "") == fresh

    def _is_expected_or_near(self, name: str, row: Row, fresh: str) -> bool:
        expected = self.evidence.expected(name, row)
        if expected is not None:
            return expected[0] == fresh
        return is_misspelling(row[name] or "", fresh)

    def _is_split(self, name: str, _: Row, fresh: str) -> bool:
        if name == self.repair.columns[1]:
            return fresh in texts(self.repair.parameters, "values")
        return fresh in self._known or number(self.repair.evidence, "usual_share", 1) <= USUAL_SHARE

    @cached_property
    def _missing_somewhere(self) -> frozenset[str]:
        """The columns of the repair that lack values also in rows that nothing speaks against."""
        rows = self.evidence.whole_rows
        parts = (self.evidence.part(name) for name in self.repair.columns)
        return frozenset(part.name for part in parts if (part.codes[rows] == -1).any())

    def _is_at_home(self, name: str, _: Row, fresh: str) -> bool:
        """Whether a moved value is known in its column, or lies between values that are."""
        known, numbers = self._of_column(name)
        if fresh in known:
            return True
        if PLAIN.fullmatch(fresh.strip()):
            return numbers is not None and numbers[0] <= float(fresh) <= numbers[1]
        alike = [v for v in known if len(v) == len(fresh) and shape_of(v) == shape_of(fresh)]
        return bool(alike) and min(alike) <= fresh <= max(alike)

    def _of_column(self, name: str) -> tuple[frozenset[str], tuple[float, float] | None]:
        if name not in self._columns:
            known = frozenset(self.evidence.values_of_whole_rows(name))
            plain = [float(v) for v in known if PLAIN.fullmatch(v.strip())]
            self._columns[name] = known, (min(plain), max(plain)) if plain else None
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, tuple[frozenset[str], tuple[float, float] | None]]:
        return {}

    def _is_not_contradicted(self, name: str, row: Row, fresh: str) -> bool:
        expected = self.evidence.expected(name, row)
        return expected is None or expected[0] == fresh
