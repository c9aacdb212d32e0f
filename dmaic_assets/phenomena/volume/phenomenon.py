"""How much arrives: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.volume.learn import propose_volume
from dmaic_assets.phenomena.volume.rule import RowCountKind

VOLUME = Phenomenon(
    name="volume", rules=(RowCountKind(),), learners=(Learner("volume", propose_volume),)
)
