"""Rows set apart come back in file after file: the third file makes them known, and it is said."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from dmaic_assets.cli.standalone import learn_from
from dmaic_assets.gate.standalone import gate_file
from dmaic_assets.model import Thresholds
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets_tests.work.conftest import KINDS, Project, csv_of

FILES = 7


def day_of(day: int) -> str:
    """From the third day on 10 % of a new kind, which other rows have nothing to do with."""

    def kind(row: int) -> str:
        return "centre" if day >= 2 and row % 10 == 3 else KINDS[row % 4]

    return csv_of(1000 * day, kind=kind, amount=lambda n: f"{10 + (n * 37 + day) % 100}.5")


def drop_and_run(project: Project, text: Callable[[int], str] = day_of) -> list[str]:
    for day in range(FILES):
        project.drop(f"{day}.csv", text(day))
        project.run()
    return [project.arrivals()[f"{day}.csv"].disposition for day in range(FILES)]


def test_a_new_value_is_known_after_three_files_and_all_files_count(project: Project) -> None:
    came = drop_and_run(project)
    rules = load_rules(project.platform.settings.paths.rules / "orders.yaml")
    kinds = next(rule for rule in rules.rules if rule.id == "kind.in_set")
    known = [a.sha256 for a in project.arrivals().values()]
    verdicts = latest_verdicts(project.platform.ledger, "orders", known)
    notes = {
        name: [n for n in verdicts[a.sha256].verdict.notes if "come again" in n]
        for name, a in project.arrivals().items()
    }

    assert came == ["accepted"] * 2 + ["quarantine"] * 3 + ["accepted"] * 2
    assert kinds.parameters["values"] == ["centre", *sorted(KINDS)]
    assert kinds.evidence["admitted"] == ["kind: centre, in 3 files"]
    assert rules.notes[0] == "learnt from 7 files, 700 rows"
    assert notes["4.csv"] == []
    assert notes["5.csv"] == [
        "rows set apart come again: kind: centre, in 3 files, 30 rows (10.0% of theirs);"
        " known from now on; to accept its earlier rows: dmaic gate admit orders --column kind"
        " --value centre --reason TEXT"
    ]
    # The rows of the first three files stay where they are until somebody asks for them.
    assert len(project.accepted_ids()) == 670
    assert project.run() is None


def test_a_setting_keeps_them_apart_and_the_verdict_says_so(project: Project) -> None:
    config = project.root / "config" / "dmaic.yaml"
    off = config.read_text(encoding="utf-8").replace("runs:", "runs:\n  admit_recurring: false")
    config.write_text(off, encoding="utf-8")
    project.reload()

    came = drop_and_run(project)
    newest = project.arrivals()["6.csv"].sha256
    verdict = latest_verdicts(project.platform.ledger, "orders", [newest])[newest].verdict

    assert came == ["accepted"] * 2 + ["quarantine"] * 5
    assert "still set apart: runs.admit_recurring is off" in verdict.notes[-1]


def test_a_placeholder_stays_apart_however_often_it_comes(project: Project) -> None:
    came = drop_and_run(project, lambda day: day_of(day).replace("centre", "xxx"))

    assert came == ["accepted"] * 2 + ["quarantine"] * 5


def test_codes_among_numbers_make_the_column_text_from_the_first_files_on(
    project: Project,
) -> None:
    def number(day: int) -> Callable[[int], object]:
        return lambda n: f"C{1000 * day + n}" if n % 25 == 7 else 1000 * day + n

    came = drop_and_run(project, lambda day: csv_of(1000 * day, doc=number(day)))
    stored = sorted((project.data / "warehouse" / "accepted" / "orders").glob("*.parquet"))
    docs = {v for path in stored for v in pl.read_parquet(path)["doc"].cast(pl.String).to_list()}

    assert came == ["quarantine"] * 3 + ["accepted"] * 4
    assert sum(doc.startswith("C") for doc in docs) == 16


def test_trusted_files_are_measured_as_they_arrived(tmp_path: Path) -> None:
    paths = [tmp_path / f"{day}.csv" for day in range(6)]
    for day, path in enumerate(paths):
        path.write_text(
            csv_of(
                1000 * day,
                doc=lambda n, d=day: f"C{d}{n:02}" if n % 25 == 7 else 100 * d + n,
                level=lambda n, d=day: "unk" if n % 20 == 3 else (n * 7 + d) % 40,
            ),
            encoding="utf-8",
        )
    rules = learn_from(paths[:-1], source="orders")
    save_rules(rules, tmp_path / "rules.yaml")
    types = {t.column: t for t in rules.types}

    report = gate_file(paths[-1], tmp_path / "rules.yaml", thresholds=Thresholds())

    assert (types["doc"].type, types["level"].type) == ("text", "integer")
    assert types["level"].null_tokens == ("unk",)
    assert (report.verdict.decision, report.verdict.accepted) == ("accept", 100)
