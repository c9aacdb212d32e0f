"""Keys that another accepted file brought are held, set apart, or usual, whatever state is left."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.model import Verdict
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.work.known_keys.asked import FOLDER, KeyOf, known_of
from dmaic_assets.work.known_keys.listed import Before
from dmaic_assets_tests.work.conftest import Project, csv_of

DAYS = 10
ID = KeyOf("orders", ("id",), is_whole=True)


def day(number: int, *, known: int = 0, of: int = 0, changed: bool = False) -> str:
    """A day's hundred orders, of which the first `known` have the numbers of an earlier day's."""

    def number_of(row: int) -> int:
        return (of if row < known else number) * 1000 + row

    amount = {"amount": lambda row: f"{10 + (row * 41) % 100}.25"} if changed else {}
    return csv_of(0, id=number_of, **amount)


def verdicts(project: Project) -> dict[str, Verdict]:
    result = project.run()
    assert result is not None
    assert not result.errors
    names = {a.sha256: a.name for a in arrivals(project.platform.ledger)}
    return {names[v.file_sha256]: v for cell in result.cells for v in cell.verdicts}


def rules_of(project: Project) -> set[str]:
    rules = load_rules(project.root / "config" / "rules" / "orders.yaml").rules
    return {r.id for r in rules if r.kind in ("known_key", "known_share")}


def fill(project: Project, days: int = DAYS, **settings: object) -> None:
    if settings:
        project.reload(runs=settings)
    for number in range(1, days + 1):
        project.drop(f"day{number:02}.csv", day(number))
        project.run()


@pytest.fixture
def chain(project: Project) -> Project:
    fill(project)
    return project


def test_keys_that_never_came_again_are_a_rule(chain: Project) -> None:
    assert rules_of(chain) == {"id.known_key", "id.known_share"}


def test_a_file_that_came_before_the_window_is_held_and_named(project: Project) -> None:
    fill(project, 14, baseline_window=9)
    project.drop("again.csv", day(1, changed=True))

    verdict = verdicts(project)["again.csv"]

    first = project.arrivals()["day01.csv"].sha256[:12]
    assert verdict.decision == "reject"
    causes = {v.rule: v.cause for v in verdict.violations}
    assert causes["id.known_share"] == f"delivered again (most of it with file {first})"
    assert project.plan().is_empty


def test_a_row_whose_key_is_known_is_set_apart(chain: Project) -> None:
    chain.drop("day11.csv", day(11, known=1, of=3))

    verdict = verdicts(chain)["day11.csv"]

    assert (verdict.decision, verdict.quarantined) == ("quarantine", 1)
    assert "id.known_key" in {v.rule for v in verdict.violations}


def test_the_same_file_is_not_known_to_itself(chain: Project) -> None:
    (chain.root / "config" / "thresholds.yaml").write_text("overall: 0.9\n")
    chain.reload()

    assert {v.decision for v in verdicts(chain).values()} == {"accept"}


def test_a_corrected_file_takes_the_keys_of_the_one_that_it_replaces_away(chain: Project) -> None:
    chain.drop("day10.csv", day(10, known=5, of=0, changed=True))
    assert verdicts(chain)["day10.csv"].decision == "accept"
    # Rows 0 to 4 of the replaced content are nowhere any more.
    chain.drop("day11.csv", day(11, known=5, of=10))

    assert not [v for v in verdicts(chain)["day11.csv"].violations if v.rule.startswith("id.known")]


def test_where_files_update_rows_there_is_no_rule(project: Project) -> None:
    for number in range(1, DAYS + 1):
        project.drop(f"day{number:02}.csv", csv_of(number * 40))
        project.run()

    assert rules_of(project) == set()


def test_a_held_file_is_judged_again_once_the_other_is_gone(chain: Project) -> None:
    chain.drop("again.csv", day(10, changed=True))
    assert verdicts(chain)["again.csv"].decision == "reject"
    (chain.data / "incoming" / "orders" / "day10.csv").unlink()
    chain.run()
    chain.run()

    assert chain.arrivals()["again.csv"].disposition == "accepted"


@pytest.mark.parametrize("harm", ["deleted", "damaged", "half written"])
def test_a_state_that_is_lost_changes_no_verdict(chain: Project, harm: str) -> None:
    folder = chain.data / FOLDER
    paths = [p for p in folder.rglob("*") if p.is_file()]
    assert paths
    if harm == "deleted":
        shutil.rmtree(folder)
    for path in paths if harm != "deleted" else []:
        content = path.read_bytes()
        half = content[: len(content) // 2]
        path.write_bytes(half if harm == "half written" else half + bytes(len(content) - len(half)))
    chain.reload()
    chain.drop("again.csv", day(4, changed=True))

    verdict = verdicts(chain)["again.csv"]

    (share,) = [v for v in verdict.violations if v.rule == "id.known_share"]
    assert share.seen == "100.0% have (100 of 100 rows)"


def test_threads_that_ask_at_once_are_told_the_same(chain: Project) -> None:
    last = max(a.sequence for a in arrivals(chain.platform.ledger))
    histories = [Before("orders", until).files(chain.platform) for until in range(1, last + 1)]
    frame = _frame(chain.data / "incoming" / "orders" / "day05.csv")

    def count(at: int) -> int:
        found = known_of(chain.platform, ID, histories[at], frame)
        return len(found["known:id"])

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(count, list(range(last)) * 5))

    assert counts == ([0] * 4 + [100] * (last - 4)) * 5


def _frame(path: Path) -> pl.LazyFrame:
    return pl.scan_csv(path)
