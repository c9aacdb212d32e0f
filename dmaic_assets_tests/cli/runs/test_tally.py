"""Files added up per source."""

import pytest

from dmaic_assets.cli.runs.render_tally import print_tallies
from dmaic_assets.cli.runs.tally import FileLine, tallies, tally
from dmaic_assets.model import Decision


def line(
    source: str,
    decision: Decision | None,
    *,
    rows: int = 10,
    accepted: int = 10,
    score: float | None = 1.0,
) -> FileLine:
    return FileLine(source, "a.csv", decision, rows, accepted, rows - accepted, score)


def test_files_are_added_up_per_source_in_order_of_names() -> None:
    found = tallies(
        [line("b", "accept"), line("a", "reject", accepted=0), line("b", "quarantine", accepted=7)]
    )

    assert [t.source for t in found] == ["a", "b"]
    assert (found[0].held, found[0].accepted, found[0].quarantined) == (1, 0, 10)
    assert found[1].decisions == {"accept": 1, "quarantine": 1, "reject": 0}
    assert (found[1].rows, found[1].accepted, found[1].quarantined) == (20, 17, 3)


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        ([], None),
        ([line("a", None, score=None)], None),
        ([line("a", "accept", rows=30, score=1.0), line("a", "accept", rows=10, score=0.6)], 0.9),
        ([line("a", "accept", rows=0, accepted=0, score=1.0)], None),
        ([line("a", "accept", score=0.8), line("a", None, rows=0, score=None)], 0.8),
    ],
)
def test_the_score_of_a_source_is_weighted_by_rows(
    lines: list[FileLine], score: float | None
) -> None:
    assert tally("a", lines).score == pytest.approx(score)


def test_the_table_ends_with_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    print_tallies(tallies([line("a", "accept"), line("b", "reject", accepted=0), line("b", None)]))

    out = capsys.readouterr().out.splitlines()
    words = [text.split() for text in out if text.strip()]
    assert words[0][:2] == ["source", "files"]
    assert [row[:2] for row in words[2:]] == [["a", "1"], ["b", "2"], ["all", "3"]]
    assert "1 reject, 1 not judged" in out[3] + out[4]
