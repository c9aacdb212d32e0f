"""No outlet for people who may only read tells a value of a person; what is the owner's is whole.

One project goes through a run, the analyses, all phases, the monitor and the reports, with the
catalog of Dagster, alerts and logs, and is served; everything that came of it is searched.
"""

import contextlib
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from dmaic_assets.cli.main import main
from dmaic_assets.defs.instance.instance import project_instance
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.settings.project import load_settings
from dmaic_assets.web.project import Project as ServedProject
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.web.serving import WRITE, Server, serving
from dmaic_assets_tests.work.conftest import AT_ONCE, make_project
from dmaic_assets_tests.work.kept_back.planted import SOURCE, Persons, clean, damaged

PERSONAL = ("full_name", "email", "phone", "salary", "birth_date", "religion")
CHANNELS = """
alerts:
  enabled: true
  channels:
    - {name: log, kind: log, severities: [critical, high, medium, low]}
    - {name: file, kind: file, severities: [critical, high, medium, low]}
"""
# What a person asks of a project in a shell.
ASKED = (
    "status",
    "show latest",
    "alerts",
    "alarms",
    "changes",
    "report source people",
    "entropy",
    "context",
)
AS_JSON = ("status", "show latest", "report", "changes", "alerts", "report source people")
PAGES = ("/", "/fleet", "/runs", "/timeline", "/monitor", "/entropy", f"/sources/{SOURCE}")


@dataclass(frozen=True)
class Made:
    root: Path
    said: dict[str, str]
    persons: Persons

    @property
    def data(self) -> Path:
        return self.root / "data"

    def told(self, outlets: Iterable[tuple[str, str]]) -> list[str]:
        """What outlets tell of persons, with the outlet's name."""
        return [f"{name}: {near}" for name, text in outlets for near in self.persons.told_in(text)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    root = tmp_path_factory.mktemp("persons") / "project"
    make_project(root).platform.close()
    with (root / "config" / "dmaic.yaml").open("a") as settings:
        settings.write(CHANNELS)
    said: dict[str, str] = {}
    files = {f"{day}.csv": clean(day) for day in range(1, 6)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DMAIC_STABLE_FOR_S", "0")
        patched.chdir(root)
        _drop(root, files)
        _call(said, "run-all")
        _call(said, "analyze")
        _drop(root, damaged())
        for command in ("run --phase control --json", "monitor", "report", *ASKED):
            _call(said, command)
        for command in AS_JSON:
            _call(said, f"{command} --json")
        for folder in sorted((root / "data" / "quarantine" / SOURCE).iterdir()):
            _call(said, f"report file {folder.name}")
            _call(said, f"report file {folder.name} --json")
        rules = load_rules(root / "config" / "rules" / f"{SOURCE}.yaml").rules
    learnt = [
        value
        for rule in rules
        if rule.columns and rule.columns[0] in PERSONAL and rule.kind in ("range", "shape")
        for value in rule.parameters.values()
    ]
    yield Made(root, said, Persons([*files.values(), *damaged().values()], learnt))


@pytest.fixture(scope="module")
def server(made: Made) -> Iterator[Server]:
    platform = open_platform(load_settings(made.root, environment=AT_ONCE))
    project = ServedProject(platform)
    with serving(project) as running:
        yield running
    project.close()
    platform.close()


def test_the_owner_has_everything(made: Made, server: Server) -> None:
    kept = {p.name: p for p in (made.data / "quarantine").rglob("*") if p.is_file()}

    assert {"few.csv", "many.csv", "swapped.csv"} <= kept.keys()
    for name in ("few.csv", "many.csv", "swapped.csv"):
        assert kept[name].read_text() == damaged()[name]
        reason = (kept[name].parent / "reason.json").read_text()
        assert made.told([(name, reason)]), "the reason is whole beside the file"
    profile = next((made.data / "artifacts" / "profile").rglob("*.json.gz"))
    address = f"/{profile.relative_to(made.data)}"
    assert server.get(address).status == 403
    whole = server.ask("HEAD", address, {"Authorization": f"Bearer {WRITE}"})
    assert whole.status == 200
    assert made.told([(address, gzip.decompress(profile.read_bytes()).decode())])


def test_the_shell_tells_none(made: Made) -> None:
    assert "email.shape" in made.said["show latest --json"]
    assert made.told(made.said.items()) == []


def test_reports_logs_and_alerts_tell_none(made: Made) -> None:
    folders = [made.data / name for name in ("reports", "logs", "ledger", "jobs")]
    found = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    texts = [(p.name, p.read_text("utf-8", "replace")) for p in found if _is_text(p)]

    names = {name for name, _ in texts}
    assert {"dq_logs.jsonl", "alerts.jsonl", "alerts.log", "improve.md", "people.html"} <= names
    assert {"analysis.md", "ctq.json", "measure.md", "control.md", "monitor.html"} & names
    assert any("email.shape" in text for name, text in texts if name == "dq_logs.jsonl")
    assert made.told(texts) == []


def test_dagster_tells_none(made: Made) -> None:
    with project_instance(load_settings(made.root, environment={})) as instance:
        events = [
            (f"{run.job_name} {event.message[:60]}", dg.serialize_value(event))
            for run in instance.get_runs()
            for event in instance.all_logs(run.run_id)
        ]

    assert any('"profile"' in text and "minimum" in text for _, text in events)
    assert any('"quarantine"' in text for _, text in events)
    assert made.told(events) == []


def test_pages_tell_none_to_who_may_only_read(made: Made, server: Server) -> None:
    asked: dict[str, str] = {}
    waiting = [*PAGES]
    while waiting:
        address = waiting.pop()
        answer = server.get(address)
        asked[address] = answer.text
        found = re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)
        waiting.extend(
            a for a in dict.fromkeys(found) if _is_page(a) and a not in {*asked, *waiting}
        )

    assert {f"/dmaic/{SOURCE}", f"/sources/{SOURCE}"} & asked.keys()
    assert sum("/files/" in address for address in asked) >= len(damaged()) - 1
    assert made.told(asked.items()) == []


def test_the_api_tells_none_to_who_may_only_read(made: Made, server: Server) -> None:
    files = server.get("/api/v1/files").json["data"]
    runs = server.get("/api/v1/runs").json["data"]
    filled = {
        "source": [SOURCE],
        "table": [SOURCE],
        "sha": [file["sha256"] for file in files],
        "run_id": [run["run_id"] for run in runs],
        "column": list(PERSONAL),
        "name": ["executive"],
    }
    paths = server.get("/api/v1/openapi.json").json["paths"]
    asked = {
        address: server.get(address)
        for path, methods in paths.items()
        if "get" in methods
        for address in _addresses(path, filled)
    }

    assert sum(answer.status == 200 for answer in asked.values()) > 30
    assert made.told((address, answer.text) for address, answer in asked.items()) == []


def test_artifacts_tell_none_to_who_may_only_read(made: Made, server: Server) -> None:
    folder = made.data / "artifacts"
    kinds: dict[str, int] = {}
    told: list[str] = []
    for path in (p for p in folder.rglob("*") if p.is_file()):
        answer = server.get(f"/{path.relative_to(made.data)}")
        kinds[path.relative_to(folder).parts[0]] = answer.status
        told += made.told([(path.name, answer.text)])

    assert kinds["figure"] == 200
    assert {kinds[k] for k in ("profile", "gate_verdict", "failing_cells", "improve")} == {403}
    assert told == []


def _drop(root: Path, files: dict[str, str]) -> None:
    folder = root / "data" / "incoming" / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _call(said: dict[str, str], command: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main(command.split())
    assert code in (0, 4), out.getvalue()
    said[command] = out.getvalue()


def _is_text(path: Path) -> bool:
    return path.suffix in {".html", ".md", ".json", ".jsonl", ".csv", ".log", ".txt", ".ipynb"}


def _is_page(address: str) -> bool:
    return not address.startswith(("/artifacts", "/dagster", "/assets", "/api"))


def _addresses(path: str, filled: dict[str, list[str]]) -> Iterator[str]:
    """The addresses of a route, with every value of its places in one of them at least."""
    places = re.findall(r"{(\w+)}", path)
    if not set(places) <= filled.keys():
        return
    for number in range(max((len(filled[place]) for place in places), default=1)):
        chosen = {place: filled[place][number % len(filled[place])] for place in places}
        yield path.format(**chosen)
