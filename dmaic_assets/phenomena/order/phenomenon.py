"""What stands in order: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.order.learn import propose_order
from dmaic_assets.phenomena.order.learn_sequence import propose_sequences
from dmaic_assets.phenomena.order.rule import ColumnPairKind
from dmaic_assets.phenomena.order.sequence import SEQUENCE_KINDS
from dmaic_assets.phenomena.order.within_file import FILE_RELATIVE_KINDS

ORDER = Phenomenon(
    name="order",
    rules=(ColumnPairKind(), *FILE_RELATIVE_KINDS, *SEQUENCE_KINDS),
    learners=(Learner("order", propose_order), Learner("sequence", propose_sequences)),
)
