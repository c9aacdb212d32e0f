"""Whatever people do to files, in any order: every row is in one place, and nothing is lost.

Disk, ledger and DuckDB views are compared after every run. The machine knows no verdicts: it knows
what must hold for any.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dmaic_assets.cli.setup.reset_command import outputs_of, put_back, returns_of
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.work.conftest import ROOT, Project, csv_of

ROWS = 20
NAMES = ("a.csv", "b.csv", "c.csv")
CONTENTS = st.integers(0, 5)
RULES = (
    "source: orders\nrules:\n"
    "  - {id: most, kind: row_count, parameters: {max: %d}, severity: critical}\n"
)


def content(number: int) -> str:
    """One of six files: whole ones, one with a value that cannot be read, and two too long."""
    if number == 1:
        return csv_of(1000, ROWS, amount=lambda n: "soon" if n == 3 else f"{n}.5")
    return csv_of(number * 1000, ROWS if number < 4 else 2 * ROWS)


class Files(RuleBasedStateMachine):
    """A person, a project and its runs."""

    @initialize(landing=st.sampled_from(["keep", "archive"]), removed=st.booleans())
    def make_project(self, landing: str, removed: bool) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="dmaic-stateful-"))
        (self.root / "config" / "rules").mkdir(parents=True)
        for name in ("dmaic.yaml", "thresholds.yaml"):
            shutil.copy(ROOT / "config" / name, self.root / "config" / name)
        on_removed = "withdraw" if removed else "keep"
        (self.root / "config" / "sources.yaml").write_text(
            f"sources:\n  - {{name: orders, on_removed: {on_removed}}}\n"
        )
        self.landing = landing
        self.project = Project(self.root, open_platform(load_settings(self.root, environment={})))
        self.project.reload(runs={"landing": landing})
        self.is_settled = False
        self.allow(ROWS)
        self.project.drop("a.csv", content(0))

    def teardown(self) -> None:
        if hasattr(self, "root"):
            self.project.platform.close()
            shutil.rmtree(self.root)

    @property
    def incoming(self) -> Path:
        return self.root / "data" / "incoming" / "orders"

    def landed(self) -> list[Path]:
        return sorted(self.incoming.glob("*.csv"))

    def outputs(self) -> list[Path]:
        data = self.root / "data"
        found = [*data.glob("warehouse/accepted/*/*.parquet"), *data.glob("quarantine/*/*/*")]
        return sorted(p for p in found if p.suffix in (".parquet", ".json"))

    def touched(self) -> None:
        self.is_settled = False

    def allow(self, rows: int) -> None:
        path = self.root / "config" / "rules" / "orders.yaml"
        if not path.is_file():
            path.write_text(RULES % rows)
        text = path.read_text()
        for other in (ROWS, 2 * ROWS):
            text = text.replace(f"parameters: {{max: {other}}}", f"parameters: {{max: {rows}}}")
        path.write_text(text)

    # What people do.

    @rule(name=st.sampled_from(NAMES), number=CONTENTS)
    def drop_or_edit(self, name: str, number: int) -> None:
        self.project.drop(name, content(number))
        self.touched()

    @precondition(lambda self: self.landed())
    @rule(pick=st.integers(0, 9), name=st.sampled_from(("a.csv", "copy.csv")))
    def copy(self, pick: int, name: str) -> None:
        path = self.landed()[pick % len(self.landed())]
        if path.name != name:
            shutil.copyfile(path, self.incoming / name)
        self.touched()

    @precondition(lambda self: self.landed())
    @rule(pick=st.integers(0, 9), name=st.sampled_from(("b.csv", "renamed.csv")))
    def rename(self, pick: int, name: str) -> None:
        self.landed()[pick % len(self.landed())].replace(self.incoming / name)
        self.touched()

    @precondition(lambda self: self.landed())
    @rule(pick=st.integers(0, 9))
    def remove(self, pick: int) -> None:
        self.landed()[pick % len(self.landed())].unlink()
        self.touched()

    @precondition(lambda self: self.is_settled and self.outputs())
    @rule(pick=st.integers(0, 9))
    def delete_output(self, pick: int) -> None:
        path = self.outputs()[pick % len(self.outputs())]
        held = path.parent.parent.parent.name == "quarantine"
        key = path.parent.name if held else path.stem
        known = [a for a in self.arrivals() if a.sha256.startswith(key)]
        # Rows whose file is gone too cannot come back; that is told, and tested elsewhere.
        if any(a.disposition == "removed" or not self.is_somewhere(a) for a in known):
            return
        path.unlink()
        self.work(RunRequest())

    @rule(rows=st.sampled_from([ROWS, 2 * ROWS]))
    def edit_a_rule(self, rows: int) -> None:
        self.allow(rows)
        self.touched()

    # What the platform does.

    @rule()
    def run(self) -> None:
        self.work(RunRequest())

    @rule()
    def force(self) -> None:
        self.work(RunRequest(force=True))

    @rule()
    def branch(self) -> None:
        if self.is_settled:
            before = (self.originals(), self.accepted(), [p.read_bytes() for p in self.outputs()])
            self.project.run(RunRequest(on_conflict="branch"))
            after = (self.originals(), self.accepted(), [p.read_bytes() for p in self.outputs()])
            assert after == before

    @rule()
    def reset(self) -> None:
        before = self.originals()
        self.project.platform.close()
        put_back(returns_of(load_settings(self.root, environment={})))
        for folder in outputs_of(self.project.platform.paths):
            shutil.rmtree(folder, ignore_errors=True)
        self.project.reload(runs={"landing": self.landing})
        assert self.originals() == before
        self.touched()

    def work(self, request: RunRequest) -> None:
        before = self.originals()
        result = self.project.run(request)
        self.project.run()
        assert result is None or result.errors == ()
        assert self.originals() == before
        self.is_settled = True

    # What must hold.

    def arrivals(self) -> list[Arrival]:
        return arrivals(self.project.platform.ledger)

    def is_somewhere(self, arrival: Arrival) -> bool:
        place = Path(arrival.location)
        return place.is_file() and hash_file(place) == arrival.sha256

    def originals(self) -> Counter[str]:
        """How often every content of a source file lies on the disk."""
        data = self.root / "data"
        places = [
            *data.glob("incoming/*/*"),
            *data.glob("archive/*_*/*/*"),
            *(p for p in data.glob("quarantine/*/*/*") if p.suffix == ".csv"),
        ]
        return Counter(hash_file(path) for path in places)

    def accepted(self) -> list[int]:
        return self.project.accepted_ids()

    def _parts(self, arrival: Arrival) -> Iterator[int]:
        data = self.root / "data"
        yield from ids_of(data / str(arrival.accepted_path))
        apart = data / "quarantine" / "orders" / arrival.sha256[:16] / "rows.parquet"
        assert apart.is_file() == (arrival.disposition == "quarantine")
        if apart.is_file():
            yield from ids_of(apart)

    @invariant()
    def every_row_is_in_one_place(self) -> None:
        if not getattr(self, "is_settled", False):
            return
        plan = self.project.plan()
        assert plan.is_empty, [dict(f.reasons) for f in plan.work]
        assert plan.problems == ()
        expected: list[int] = []
        for arrival in self.arrivals():
            self._check(arrival)
            if (arrival.accepted_path or "").startswith("warehouse/"):
                expected += ids_of(self.root / "data" / str(arrival.accepted_path))
        assert len(expected) == len(set(expected))
        assert self.accepted() == sorted(expected)
        assert self.viewed() == sorted(expected)
        listed = {f.file.path for f in plan.files} | {d.file.path for d in plan.duplicates}
        assert set(self.landed()) <= listed

    def _check(self, arrival: Arrival) -> None:
        held = self.root / "data" / "quarantine" / "orders" / arrival.sha256[:16]
        if arrival.disposition in ("accepted", "quarantine"):
            ids = sorted(self._parts(arrival))
            assert len(ids) == arrival.rows
            assert ids == list(range(ids[0], ids[0] + arrival.rows))
            if self.landing == "keep" and self.is_somewhere(arrival):
                assert Path(arrival.location).parent == self.incoming
        elif arrival.disposition == "rejected":
            assert {p.name for p in held.iterdir()} == {arrival.name, "reason.json"}
            assert hash_file(held / arrival.name) == arrival.sha256
            assert not arrival.accepted_path
        elif arrival.disposition == "replaced":
            assert not held.exists()
        else:
            assert arrival.disposition == "removed"

    def viewed(self) -> list[int]:
        database = self.root / "data" / "warehouse" / "warehouse.duckdb"
        if not database.is_file():
            return []
        with duckdb.connect(str(database), read_only=True) as connection:
            views = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
            if "orders" not in views:
                return []
            return sorted(int(r[0]) for r in connection.execute("SELECT id FROM orders").fetchall())


def ids_of(path: Path) -> list[int]:
    return [int(value) for value in pl.read_parquet(path)["id"]]


TestFiles = Files.TestCase
TestFiles.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
