"""How much arrives: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Phenomenon
from dmaic_assets.phenomena.volume.rule import RowCountKind

VOLUME = Phenomenon(name="volume", rules=(RowCountKind(),))
