"""`dmaic changes` in a project: repairs are listed, retired and activated, and runs go by it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here

Call = Callable[..., Finished]
CHANGES = """\
source: trips
changes:
- id: length.number_format
  version: 1
  kind: number_format
  columns: [length]
  parameters: {style: "1,234.5", units: [min]}
  pilot: {confirmed: 12, uplift: {estimate: 0.9, low: 0.75, high: 0.97}}
  promoted_at: "2026-01-01T12:00:00+00:00"
  status: active
  reason: no harm
"""
SKIPPED = (
    "change distance.number_format@1 was not applied to walks/w.csv: there is no column distance"
)
ROWS = "".join(f"{n},{10 + n % 7} min\n" for n in range(60))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source whose lengths carry a unit that a promoted change strips."""
    folder = tmp_path_factory.mktemp("trips")
    assert dmaic_here("init", ".", cwd=folder).code == 0
    (folder / "config" / "changes").mkdir()
    (folder / "config" / "changes" / "trips.yaml").write_text(CHANGES, encoding="utf-8")
    incoming = folder / "data" / "incoming" / "trips"
    incoming.mkdir(parents=True, exist_ok=True)
    (incoming / "a.csv").write_text(f"id,length\n{ROWS}", encoding="utf-8")
    other = CHANGES.replace("trips", "walks").replace("length", "distance")
    (folder / "config" / "changes" / "walks.yaml").write_text(other, encoding="utf-8")
    walks = folder / "data" / "incoming" / "walks"
    walks.mkdir()
    (walks / "w.csv").write_text(f"id,length\n{ROWS}", encoding="utf-8")
    ran = dmaic_here("run-all", cwd=folder)
    assert ran.code == 0
    assert f"warning  {SKIPPED}" in ran.out
    return folder


def test_changes_are_listed_with_what_they_repaired(shop: Path, call: Call) -> None:
    ran = call("changes", "trips", "--json", cwd=shop)

    assert ran.code == 0
    (change,) = ran.json["changes"]
    assert (change["id"], change["version"], change["status"]) == (
        "length.number_format",
        1,
        "active",
    )
    assert (change["cells"], change["pilot"]["confirmed"]) == (60, 12)
    shown = call("changes", cwd=shop).out
    assert "length.number_format@1" in shown
    assert "0.75" in shown


def test_a_change_is_retired_for_a_reason_and_activated_again(shop: Path, call: Call) -> None:
    without = call("changes", "retire", "trips", "length.number_format", "--json", cwd=shop)
    assert (without.code, without.error["error"]) == (2, "BadInput")

    ran = call(
        *("changes", "retire", "trips", "length.number_format"),
        *("--reason", "the sender repaired it", "--by", "kim", "--json"),
        cwd=shop,
    )

    assert (ran.code, ran.json["status"], ran.json["is_changed"]) == (0, "retired", True)
    assert "retired" in call("why", "trips", cwd=shop).out
    assert dmaic_here("run-all", cwd=shop).code == 0
    change, _ = call("changes", "--json", cwd=shop).json["changes"]
    assert (change["status"], change["cells"], change["reason"]) == (
        "retired",
        0,
        "the sender repaired it",
    )

    back = call("changes", "activate", "trips", "length.number_format@1", "--json", cwd=shop)

    assert (back.code, back.json["status"]) == (0, "active")
    again = call("changes", "activate", "trips", "length.number_format", cwd=shop)
    assert "already" in again.out


def test_an_unknown_change_or_source_is_refused_with_what_there_is(shop: Path, call: Call) -> None:
    change = call("changes", "activate", "trips", "length.trim", "--json", cwd=shop)
    source = call("changes", "nobody", "--json", cwd=shop)

    assert (change.code, "length.number_format" in change.error["hint"]) == (2, True)
    assert (source.code, source.error["error"]) == (2, "BadInput")


def test_status_warns_of_a_change_that_is_not_applied(shop: Path, call: Call) -> None:
    assert f"warning  {SKIPPED}" in call("status", cwd=shop).out
    (skip,) = call("status", "--json", cwd=shop).json["skipped_changes"]

    assert skip == {
        "source": "walks",
        "change": "distance.number_format@1",
        "why": "there is no column distance",
        "files": ["w.csv"],
    }
