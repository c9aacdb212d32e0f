"""Columns that come, go, move or change their type: how that is learnt."""

from dmaic_assets.phenomena.columns.learn import propose_columns
from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner

HANDLING = Handling(
    learners=(Learner("columns", propose_columns, is_of_columns=True),),
)
