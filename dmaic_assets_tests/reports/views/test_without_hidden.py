"""Verdicts as everybody may see them: neither violations nor reasons hold a person's value."""

from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets_tests.work.conftest import Project


def test_reasons_are_told_without_the_values_of_persons(hostile: Project) -> None:
    records = latest_verdicts(hostile.platform.ledger, "people")
    verdicts = [record.verdict for record in records.values() if record.verdict.violations]
    assert any("-77777" in reason for v in verdicts for reason in v.reasons)

    shown = without_hidden(hostile.platform, verdicts)

    assert [len(v.reasons) for v in shown] == [len(v.reasons) for v in verdicts]
    assert [v.decision for v in shown] == [v.decision for v in verdicts]
    for value in ("-77777", "secret@example.com", "@example"):
        assert value not in str(to_json(shown))
