"""Columns that hold keys of another source: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Phenomenon
from dmaic_assets.phenomena.reference.rule import REFERENCE_KINDS

REFERENCE = Phenomenon(
    name="reference",
    rules=REFERENCE_KINDS,
)
