"""What every file of a source fails comes behind what only this file fails."""

from dmaic_assets.model import Decision, Verdict
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets_tests.work.conftest import KINDS, Project, csv_of

DAYS = 6
LIMIT = """
rules:
  - id: amount.limit
    kind: range
    columns: [amount]
    parameters: {max: 100}
    severity: high
    origin: hand
"""


def day_of(day: int, *, above: int = 4, unknown: int = 0, lost: int = 0) -> str:
    """Every day `above` of 100 amounts are beyond what somebody wrote down as their limit."""
    return csv_of(
        1000 * day,
        kind=lambda n: "norht" if n < unknown else "" if n < lost else KINDS[(n * 7 + day) % 4],
        amount=lambda n: 120 + n if n < above else 20 + (n * 37 + day * 11) % 70,
    )


def judged(project: Project, **last: int) -> Verdict:
    """The verdict of one more day after some usual ones."""
    (project.root / "config" / "rules" / "orders.yaml").write_text(LIMIT)
    project.reload()
    for day in range(DAYS):
        project.drop(f"{day}.csv", day_of(day))
        project.run()
    project.drop("last.csv", day_of(DAYS, **last))
    project.run()
    came = project.arrivals()["last.csv"]
    return latest_verdicts(project.platform.ledger, "orders", [came.sha256])[came.sha256].verdict


def told(verdict: Verdict) -> list[tuple[str, bool]]:
    return [(v.rule, v.habit is not None) for v in verdict.violations]


def of_decision(verdict: Verdict) -> tuple[Decision, int]:
    return verdict.decision, verdict.quarantined


def test_new_damage_is_named_before_what_fails_every_day(project: Project) -> None:
    verdict = judged(project, unknown=3)

    assert of_decision(verdict) == ("quarantine", 4)
    first, *_, last = told(verdict)
    assert first == ("kind.in_set", False)
    assert last == ("amount.limit", True)
    assert verdict.violations[-1].habit == 0.04
    assert verdict.reasons[1].startswith("kind.in_set")


def test_what_fails_every_day_is_new_damage_when_more_of_it_fails(project: Project) -> None:
    verdict = judged(project, above=9, unknown=3)

    assert told(verdict)[0] == ("amount.limit", False)


def test_what_fails_alone_is_named_and_decides_as_ever(project: Project) -> None:
    verdict = judged(project)

    assert of_decision(verdict) == ("quarantine", 4)
    assert told(verdict) == [("amount.limit", True)]
    assert verdict.reasons[1].startswith("amount.limit")
