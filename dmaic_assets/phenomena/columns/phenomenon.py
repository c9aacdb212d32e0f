"""Columns that come, go, move or change their type: what is known of it."""

from dmaic_assets.phenomena.columns.condition import ExpressionKind
from dmaic_assets.phenomena.columns.learn import propose_columns
from dmaic_assets.phenomena.columns.rule import COLUMN_KINDS
from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon

COLUMNS = Phenomenon(
    name="columns",
    rules=(*COLUMN_KINDS, ExpressionKind()),
    learners=(Learner("columns", propose_columns, is_of_columns=True),),
)
