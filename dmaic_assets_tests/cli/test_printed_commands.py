"""Every command that a text of ours prints is executed, and does what the text says."""

import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import polars as pl
import pytest

from dmaic_assets.cli.main import dmaic as root_command
from dmaic_assets_tests.cli.printed_commands import examples, printed_commands
from dmaic_assets_tests.cli.shell import Finished, dmaic_here
from dmaic_assets_tests.work.conftest import csv_of, make_project

# Amounts that no slip of a decimal point makes of each other, so that far ones may be right.
USUAL: Mapping[str, Callable[[int], object]] = {"amount": lambda n: f"{60 + (n * 37) % 40}.5"}
FAR: Mapping[str, Callable[[int], object]] = {
    "amount": lambda n: 240.5 + n if n < 3 else USUAL["amount"](n)
}
# Commands that are named, never advised: each has tests of its own.
NAMED = {
    "dmaic dev": "serves until it is stopped",
    "dmaic serve": "serves until it is stopped",
    "dmaic serve --allow-host": "serves until it is stopped",
    "dmaic graph": "only names itself in a refusal",
    "dmaic hashmap trials": "only names itself in a refusal",
    "dmaic hashmap trials {}": "measures for a while: defs/jobs/test_laboratory.py runs its job",
    "dmaic hashmap run-csv FILE --ticks data/hashmaps/plays/NAME.ndjson": "fills in FILE and NAME",
    "dmaic monitor --open": "opens a browser",
    "dmaic reset": "only names itself in a refusal",
    "dmaic rules": "names four commands at once in the head of a rule file",
    "dmaic run": "only names itself in a refusal",
}


@dataclass(frozen=True)
class Look:
    """A command that shows something: how it is typed, and what it has to show."""

    arguments: str
    shows: str
    code: int = 0


LOOKS: Mapping[str, Look] = {
    "dmaic alarms": Look("alarms", "alarm"),
    "dmaic alarms --all": Look("alarms --all", "alarm"),
    "dmaic alerts": Look("alerts", "Alerts are off"),
    "dmaic alerts channels": Look("alerts channels", "not used yet"),
    "dmaic alerts test": Look("alerts test", "log: taken"),
    "dmaic analyze": Look("analyze --analysis statistics", "outcome"),
    "dmaic backfill": Look("backfill", "Nothing to do", 4),
    "dmaic changes": Look("changes", "0 changes"),
    "dmaic config": Look("config", "runs.workers"),
    "dmaic ingest": Look("ingest", "Nothing to do", 4),
    "dmaic job reconcile": Look("job reconcile", "agree"),
    "dmaic job show {}": Look("job show 1", "DONE"),
    "dmaic job status": Look("job status", "DONE"),
    "dmaic monitor": Look("monitor", "broken  orders.file.row_count"),
    "dmaic monitor --export": Look("monitor --export", "export"),
    "dmaic monitor --json": Look("monitor --json", "dq_report.v1"),
    "dmaic monitor --since 7d --source orders": Look("monitor --since 7d --source orders", "held"),
    "dmaic report file {}": Look("report file 'orders/9 x.csv'", "9 x.csv: held"),
    "dmaic report file {} --csv rows.csv": Look(
        "report file 'orders/9 x.csv' --csv rows.csv", "failing rows"
    ),
    "dmaic report fleet --json": Look("report fleet --json", '"quadrant"'),
    "dmaic report source {}": Look("report source orders", "3 held"),
    "dmaic report source {} --page 2": Look("report source orders --page 2", "3 held"),
    "dmaic rules list {}": Look("rules list orders", "rules in"),
    "dmaic runs --limit": Look("runs --limit 5", "succeeded"),
    "dmaic report": Look("report", "orders"),
    "dmaic runs": Look("runs", "succeeded"),
    "dmaic runs tag latest": Look("runs tag latest audit", "is called audit and stays"),
    "dmaic runs tags": Look("runs tags", "audit"),
    "dmaic runs untag {}": Look("runs untag audit", "is no longer called audit"),
    "dmaic show latest": Look("show latest", "succeeded"),
    "dmaic show {} --json": Look("show latest --json", '"groups"'),
    "dmaic sources": Look("sources", "orders"),
    "dmaic status": Look("status", "gate release --rule file.row_count --all orders"),
    "dmaic status --json": Look("status --json", '"steps"'),
    "dmaic worker": Look("worker --until-idle", ""),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four clean days, three with a few far amounts, and three with far more rows than ever."""
    made = make_project(tmp_path_factory.mktemp("built") / "shop")
    # The third file with far amounts would make them known, and leave nothing to argue about.
    config = made.root / "config" / "dmaic.yaml"
    told = config.read_text(encoding="utf-8").replace("runs:", "runs:\n  admit_recurring: false")
    config.write_text(told, encoding="utf-8")
    made.reload()
    days = [*(USUAL,) * 4, *(FAR,) * 3]
    for day, columns in enumerate(days):
        made.drop(f"{day} x.csv", csv_of(1000 * day, rows=400, **columns))
        made.run()
    for day in range(7, 10):
        made.drop(f"{day} x.csv", csv_of(10_000 * day, rows=1500, **USUAL))
        made.run()
    made.platform.close()
    return made.root


@pytest.fixture(scope="module")
def phased(built: Path) -> Path:
    """The same with the phases run: `dmaic run --phase control`, as the hint of a report says."""
    without = dmaic_here("report", cwd=built)
    assert "dmaic run --phase control" in without.out
    assert dmaic_here("run", "--phase", "control", cwd=built).code == 0
    assert dmaic_here("report", cwd=built).code == 0
    return built


def typed(line: str, cwd: Path) -> Finished:
    program, *arguments = shlex.split(line)
    assert program == "dmaic"
    return dmaic_here(*arguments, cwd=cwd)


def dispositions(cwd: Path) -> dict[str, str]:
    shown = dmaic_here("run-all", "--json", cwd=cwd).json
    return {Path(f["path"]).name: f["verdict"] for f in shown["files"]}


def accepted_rows(cwd: Path) -> int:
    folder = cwd / "data" / "warehouse" / "accepted" / "orders"
    return sum(pl.read_parquet(p).height for p in folder.glob("*.parquet"))


def argued(cwd: Path) -> dict[str, str]:
    """The commands of improve.md by what they are said to do."""
    text = (cwd / "data" / "reports" / "orders" / "improve.md").read_text()
    lines = text.partition("## Rules to argue about")[2].splitlines()
    found = [re.search(r"`(dmaic .*)` \| (.*) \|", line) for line in lines]
    return {m[2]: m[1] for m in found if m}


def test_every_printed_command_is_executed_here() -> None:
    executed = {*LOOKS, *NAMED, *EXECUTED}

    assert set(printed_commands()) == executed


@pytest.mark.parametrize("command", LOOKS)
def test_what_a_command_is_said_to_show_it_shows(
    command: str, phased: Path, call: Callable[..., Finished]
) -> None:
    look = LOOKS[command]

    ran = call(*shlex.split(look.arguments), cwd=phased)

    assert (ran.code, ran.err) == (look.code, "")
    assert look.shows in ran.out


@pytest.mark.parametrize(
    ("kind", "shown_by", "hint"),
    [
        ("column_types", ("profile", "--source", "orders"), "dmaic run-all --force"),
        ("define", ("report",), "dmaic run --phase define"),
    ],
)
def test_a_gone_artifact_is_made_again_as_the_hint_says(
    kind: str, shown_by: tuple[str, ...], hint: str, phased: Path
) -> None:
    shutil.rmtree(phased / "data" / "artifacts" / kind)
    refused = dmaic_here(*shown_by, cwd=phased)

    assert re.findall(r"hint: .*: (dmaic .*)", refused.err) == [hint]
    assert typed(hint, phased).code in (0, 4)
    assert dmaic_here(*shown_by, cwd=phased).code == 0


def test_a_damaged_file_of_the_warehouse_is_made_again_as_the_hint_says(phased: Path) -> None:
    before = accepted_rows(phased)
    path = next((phased / "data" / "warehouse" / "accepted" / "orders").glob("*.parquet"))
    path.chmod(0o644)
    path.write_bytes(b"PAR1")

    assert typed("dmaic run-all --force", phased).code == 4

    assert accepted_rows(phased) == before


def test_what_is_done_is_computed_again_as_the_hint_says(phased: Path) -> None:
    refused = dmaic_here("job", "retry", "1", cwd=phased)

    assert "dmaic ingest --source SOURCE --force" in refused.err
    ran = dmaic_here("ingest", "--source", "orders", "--force", "--json", cwd=phased)
    assert (ran.code, ran.json["totals"]["files"]) == (4, 10)


def test_an_option_that_is_no_option_is_not_taken_for_force(phased: Path) -> None:
    refused = dmaic_here("run-all", "--source", "orders", cwd=phased)

    assert refused.code == 2
    assert "force" not in refused.err
    assert "dmaic ingest" in refused.err
    assert dmaic_here("ingest", "--source", "orders", cwd=phased).code == 4


def test_a_run_can_be_looked_at_by_its_name(phased: Path) -> None:
    name = dmaic_here("runs", "--json", cwd=phased).json[0]["run_id"]

    assert name in dmaic_here("show", name, cwd=phased).out


def test_admitting_a_file_lets_in_the_rows_that_a_rule_stopped(phased: Path) -> None:
    command = next(c for words, c in argued(phased).items() if "widens what sets rows" in words)
    before = accepted_rows(phased)

    assert typed(command, phased).code == 0

    assert accepted_rows(phased) == before + 9
    assert set(dispositions(phased).values()) == {"accept", "reject"}


def test_releasing_what_frees_most_has_all_of_them_judged_anew(phased: Path) -> None:
    command = next(c for words, c in argued(phased).items() if "frees most" in words)
    request = (phased / "data" / "reports" / "orders" / "improve.md").read_text()
    assert request.count("deliver it again") == 1, "three files are asked about once"
    assert command in request.partition("## Rules to argue")[0]

    assert typed(command, phased).code == 0

    found = dispositions(phased)
    assert [found[f"{day} x.csv"] for day in (7, 8, 9)] == ["accept"] * 3


def test_rules_are_learnt_judge_a_file_and_leave_for_pandera(phased: Path) -> None:
    incoming = sorted((phased / "data" / "incoming" / "orders").glob("*.csv"))
    learnt = dmaic_here("rules", "learn", *map(str, incoming), "-o", "rules.yaml", cwd=phased)
    command = re.search(r"Next: (dmaic gate FILE --rules .*)", learnt.out)
    assert command

    judged = typed(command[1].replace("FILE", shlex.quote(str(incoming[0]))), phased)
    exported = dmaic_here("rules", "export", "rules.yaml", "--pandera", "-o", "s.py", cwd=phased)

    # The file is one of those that the rules are learnt from: it is held as delivered again.
    assert (judged.code, exported.code) == (4, 0)
    assert "redelivered" in judged.out
    assert (phased / "s.py").is_file()


def test_a_project_is_made_and_runs_what_lies_in_it(tmp_path: Path) -> None:
    refused = dmaic_here("run-all", cwd=tmp_path)
    assert "dmaic init" in refused.err

    made = dmaic_here("init", cwd=tmp_path)
    assert "dmaic run-all" in made.out
    folder = tmp_path / "data" / "incoming" / "orders"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text(csv_of(0))

    assert dmaic_here("run-all", cwd=tmp_path).code == 0
    assert accepted_rows(tmp_path) == 100


def test_an_experiment_is_planned_filled_in_and_told(tmp_path: Path) -> None:
    planned = dmaic_here(
        *("experiment", "plan", "-f", "a=1,2", "-f", "b=1,2", "-f", "c=1,2", "-o", "s.csv"),
        cwd=tmp_path,
    )
    command = re.search(r"then (dmaic experiment effects .*)", planned.out)
    assert command
    sheet = pl.read_csv(tmp_path / "s.csv", infer_schema=False)
    results = pl.Series("caught", [str(n % 3) for n in range(sheet.height)])
    sheet.with_columns(results).write_csv(tmp_path / "s.csv")

    assert typed(command[1], tmp_path).code == 0


@pytest.mark.parametrize(("command", "example"), sorted(examples()))
def test_an_example_is_of_its_command_and_has_its_options(command: str, example: str) -> None:
    words = shlex.split(example.partition("|")[0].partition("&&")[0].partition(">")[0])
    path = command.split()
    assert words[: len(path)] == path

    target: click.Command = root_command
    for word in path[1:]:
        assert isinstance(target, click.Group)
        member = target.get_command(click.Context(target), word)
        assert member is not None
        target = member
    if isinstance(target, click.Group):
        target = target.default.load()  # pyright: ignore[reportAttributeAccessIssue] - DefaultGroup
    known = {name for parameter in target.params for name in parameter.opts}
    assert {w.partition("=")[0] for w in words[len(path) :] if re.match(r"--?[a-z]", w)} <= known


# Executed by the tests above, in this order on one project, or in the module named.
EXECUTED: Mapping[str, str] = {
    "dmaic alarms ack ID --cause TEXT": "dmaic/test_alarm_list",
    "dmaic alarms ack {} --cause TEXT": "dmaic/test_alarm_list",
    "dmaic alerts send": "alerts/test_alert_commands",
    "dmaic experiment effects {}": "an experiment",
    "dmaic experiment plan": "an experiment",
    "dmaic gate FILE --rules {}": "rules",
    "dmaic gate admit --file {}": "admitting",
    "dmaic demo": "demo/test_demo",
    "dmaic gate admit {} --column {} --value {}": "gate/test_gate_admit",
    "dmaic gate release {}": "releasing",
    "dmaic gate release {} --all {}": "gate/test_gate_release_all",
    "dmaic gate release {} --reason TEXT": "defs/test_assets",
    "dmaic hashmap config edit {}": "hashmap/test_config",
    "dmaic hashmap config show": "hashmap/test_config",
    "dmaic hashmap config wizard": "hashmap/test_config",
    "dmaic hashmap config wizard {}": "hashmap/test_config",
    "dmaic hashmap snapshot repair": "hashmap/test_saved_maps",
    "dmaic hashmap snapshot repair {} OUTPUT": "hashmap/test_saved_maps",
    "dmaic hashmap snapshot repair {} {}": "hashmap/test_saved_maps",
    "dmaic ingest --source SOURCE --force": "what is done",
    "dmaic ingest --source {} --force": "what is done",
    "dmaic init": "a project",
    "dmaic job retry TASK": "test_project",
    "dmaic rules export": "rules",
    "dmaic rules learn": "rules",
    "dmaic rules disable {} {}": "rules/test_rule_commands",
    "dmaic rules reject {} {}": "rules/test_rule_commands",
    "dmaic run --phase control": "phased",
    "dmaic run --phase {}": "a gone artifact",
    "dmaic run --source {} --phase control": "test_phase_commands",
    "dmaic run --resume {}": "test_phase_commands",
    "dmaic run-all": "a project",
    "dmaic run-all --force": "a gone artifact",
    "dmaic show {}": "a run",
}
