"""How `dmaic contracts` tells a score beside its limit."""

import pytest

from dmaic_assets.analysis.values.entropy import Breach
from dmaic_assets.cli.analyses.contracts_command import against


@pytest.mark.parametrize(
    ("score", "told"),
    [(0.3, "overall 0.30 > 0.25"), (0.2504, "overall 0.2504 > 0.25")],
)
def test_a_limit_just_missed_differs_from_its_score(score: float, told: str) -> None:
    assert against(Breach("overall", score, 0.25), ">") == told
