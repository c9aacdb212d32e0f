"""Colours of charts, by the names that the style sheet gives them.

What belongs here: names only. templates/style.css gives each a value on white and one on
near-black, of the family that Okabe and Ito chose for eyes that tell few colours apart; a chart
still says in words or by its shape what its colours say.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.model import Decision, Json, Severity

BLUE, ORANGE, GREEN = "var(--blue)", "var(--orange)", "var(--green)"
RED, PURPLE, GREY = "var(--red)", "var(--purple)", "var(--grey)"
# Of text: for marks that must stand out from every colour.
INK = "var(--ink)"
# From the page's own background to a full colour: the more, the stronger.
HEAT: Sequence[Json] = [[0, "var(--paper)"], [1, BLUE]]
DECISIONS: Mapping[Decision, str] = {
    "accept": GREEN,
    "quarantine": ORANGE,
    "reject": RED,
}
SEVERITIES: Mapping[Severity, str] = {
    "critical": RED,
    "high": ORANGE,
    "medium": PURPLE,
    "low": GREY,
}
