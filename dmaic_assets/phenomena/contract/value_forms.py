"""Forms of values: what many values have in common, so that one look at a form serves them all.

What belongs here: masking values, and spreading what is said of a form over its values. What is
asked of a form is the detectors' business; it must not depend on what the form leaves out.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.table.profile.shape_bytes import ascii_masked, digits_masked

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# Characters left of a run of one class in a form of classes: a word of three letters is a word of
# any length to all who ask.
LONGEST_RUN = 3


@dataclass(frozen=True, slots=True)
class Forms:
    """The different forms in the order of their first values, and for each value its form."""

    texts: tuple[str, ...]
    of_value: Ints

    @staticmethod
    def of_classes(values: pl.Series) -> "Forms":
        """Forms in which ASCII letters and digits are their class, three in a row at most.

        A form has the value's white space, case and kinds of characters, but not its length.
        """
        return _forms(ascii_masked(values, LONGEST_RUN))

    @staticmethod
    def of_digits(values: pl.Series) -> "Forms":
        """Forms in which every ASCII digit is a 9, and all else as it stands."""
        return _forms(digits_masked(values))

    def flags(self, holds: Callable[[str], object]) -> Bools:
        """Whether something holds of the form of each value."""
        return np.array([bool(holds(text)) for text in self.texts], dtype=np.bool_)[self.of_value]

    def kinds(self, name: Callable[[str], Hashable]) -> Ints:
        """Numbers the kinds of forms from 0 in the order of their first values; one per value."""
        numbers: dict[Hashable, int] = {}
        found = [numbers.setdefault(name(text), len(numbers)) for text in self.texts]
        return np.array(found, dtype=np.int64)[self.of_value]


def _forms(masked: pl.Series) -> Forms:
    table = masked.alias("form").to_frame()
    forms = table.unique(maintain_order=True).with_row_index("code")
    codes = table.join(forms, on="form", how="left", maintain_order="left").get_column("code")
    return Forms(tuple(forms.get_column("form").to_list()), codes.to_numpy().astype(np.int64))
