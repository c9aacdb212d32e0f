"""Notebooks of a project: profile, ingest and monitor, to be run by hand, by day or by papermill.

What belongs here: the notebooks and their cells, which call `dmaic` and read its JSON documents:
these are public, modules are not. The cells of the monitor are in `monitor_cells.py`.
"""

from collections.abc import Mapping

from dmaic_assets.model import Json
from dmaic_assets.reports.notebooks import notebook_cell, notebook_of
from dmaic_assets.reports.project_notebooks.monitor_cells import MONITOR_CELLS

# The folder of these notebooks in a project.
FOLDER = "notebooks"
_SETUP = '''"""Finds the project from wherever the notebook runs, and calls its commands."""
import json
import subprocess
import sys
from pathlib import Path

import plotly.graph_objects as go
import polars as pl

folders = [Path.cwd(), *Path.cwd().parents]
ROOT = Path(PROJECT) if PROJECT else next(
    f for f in folders if (f / "config" / "dmaic.yaml").is_file()
)


def dmaic(*arguments):
    """Runs a command with --json and gives what it prints; 4 says that a gate holds files."""
    command = [sys.executable, "-m", "dmaic_assets.cli", *map(str, arguments), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        raise RuntimeError(done.stderr or done.stdout)
    return json.loads(done.stdout)


def frame(rows, *columns):
    """A table of the named fields; lists and objects as text."""
    plain = (bool, int, float, str, type(None))
    lines = [{c: r.get(c) if isinstance(r.get(c), plain) else str(r.get(c)) for c in columns}
             for r in rows]
    return pl.DataFrame(lines, schema=list(columns) if not lines else None,
                        infer_schema_length=None, strict=False)


chosen = [part for name in SOURCES for part in ("--source", name)]
ROOT'''
_PROFILE_TITLE = """# 01 Profile

What is in the files of each source: rows, types, nulls, values. Nothing is judged or moved.

Run it first in a new project, and whenever a source seems to have changed. Then run 02."""
_PROFILE_PARAMETERS = """# The project folder; None: the one that holds this notebook.
PROJECT = None
# Only these sources; empty: all.
SOURCES = []
# Rows that are looked at of a file; None: all.
SAMPLE_ROWS = 100_000
# Files that are profiled at the same time.
WORKERS = 4"""
_FILES = """import glob

found = [s for s in dmaic("sources") if not SOURCES or s["source"] in SOURCES]
newest = {}
for source in found:
    pattern = source["glob"] or f"data/{source['files_lie_in']}/**/*"
    places = map(Path, glob.glob(str(ROOT / pattern), recursive=True))
    files = [f for f in places if f.is_file()]
    if files:
        newest[source["source"]] = max(files, key=lambda f: f.stat().st_mtime)
frame(found, "source", "files", "accept", "quarantine", "reject", "rows", "score")"""
_PROFILES = """import tempfile
from concurrent.futures import ThreadPoolExecutor


def profiled(file):
    # A copy belongs to no source: it is profiled alone, and nothing is recorded.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        copy.write_bytes(file.read_bytes())
        sample = ("--sample", SAMPLE_ROWS) if SAMPLE_ROWS else ()
        return dmaic("profile", copy, *sample)


with ThreadPoolExecutor(WORKERS) as pool:
    profiles = dict(zip(newest, pool.map(profiled, newest.values())))
pl.DataFrame(
    [
        (name, told["file"].rpartition("/")[2], told["rows"], len(told["profile"]["columns"]),
         round(100 * told["profile"]["score"], 1), told["malformed_count"])
        for name, told in profiles.items()
    ],
    schema=["source", "file", "rows", "columns", "score", "malformed"],
    orient="row",
)"""
_COLUMNS = """columns = [
    {"source": name, **column, "nulls": column["null_count"] / max(1, column["rows"])}
    for name, told in profiles.items()
    for column in told["profile"]["columns"]
]
frame(columns, "source", "column", "type", "nulls", "distinct_count", "minimum", "maximum",
      "warnings")"""
_NULLS = """shown = sorted(columns, key=lambda c: -c["nulls"])[:30][::-1]
figure = go.Figure(go.Bar(orientation="h", x=[100 * c["nulls"] for c in shown],
                          y=[f"{c['source']}.{c['column']}" for c in shown]))
figure.update_layout(title="Which columns are empty? (% nulls)", height=160 + 22 * len(shown))
figure"""
_RULES = """listed = [
    (name, rule["id"], rule["severity"], rule["origin"])
    for name in newest
    if (ROOT / "config" / "rules" / f"{name}.yaml").is_file()
    for rule in dmaic("rules", "list", name)["rules"]
]
rules = pl.DataFrame(listed, schema=["source", "rule", "severity", "origin"], orient="row")
rules.group_by("source", "severity").len().sort("source", "severity")"""
_INGEST_TITLE = """# 02 Ingest

Judges every file that is new or changed, and stores what passes: accepted rows in the warehouse,
the rest in quarantine with the reason. What is known is skipped, so running it again is safe.

Run it whenever there is new data. Then run 03."""
_INGEST_PARAMETERS = """# The project folder; None: the one that holds this notebook.
PROJECT = None
# Only these sources; empty: all.
SOURCES = []
# Compute again what is known.
FORCE = False
# Only tell what would be computed.
DRY_RUN = False
# Sources worked on at the same time; None: as config/dmaic.yaml says.
WORKERS = None
# Least score of a file (0-100) instead of the configured one.
THRESHOLD = None"""
_PLAN = """plan = dmaic("ingest", *chosen, "--dry-run", *(["--force"] if FORCE else []))
new = [file for file in plan["files"] if not file["is_known"]]
print(f"{len(new)} of {len(plan['files'])} files would be judged")
frame(new, "source", "path")"""
_INGEST = """options = ["--force"] if FORCE else []
options += ["--workers", WORKERS] if WORKERS is not None else []
options += ["--threshold", THRESHOLD] if THRESHOLD is not None else []
told = None if DRY_RUN else dmaic("ingest", *chosen, *options)
files = told["files"] if told else []
judged = [file for file in files if not file["is_known"]]
print("dry run: nothing was judged" if told is None else
      f"run {told['run_id']}: {len(judged)} judged, {len(files) - len(judged)} known")
frame(judged, "source", "path", "verdict", "score", "rows", "accepted", "quarantined")"""
_HELD = """held = [file for file in files if file["verdict"] == "reject"]
for file in held:
    print(file["path"])
    for reason in file["reasons"][:3]:
        print("   ", reason)
f"{len(held)} files are held\""""
_SPLIT = """figure = go.Figure()
for name in ("accepted", "quarantined"):
    figure.add_bar(name=name, x=[file["path"].rpartition("/")[2] for file in judged],
                   y=[file[name] for file in judged])
figure.update_layout(barmode="stack", title="What came of the rows?", height=420)
figure"""
_STATE = """frame([s for s in dmaic("sources") if not SOURCES or s["source"] in SOURCES],
      "source", "files", "accept", "quarantine", "reject", "rows", "accepted", "score")"""
_PROFILE_CELLS: Mapping[str, str] = {
    "files": _FILES,
    "profiles": _PROFILES,
    "columns": _COLUMNS,
    "nulls": _NULLS,
    "rules": _RULES,
}
_INGEST_CELLS: Mapping[str, str] = {
    "plan": _PLAN,
    "ingest": _INGEST,
    "held": _HELD,
    "rows": _SPLIT,
    "state": _STATE,
}
_MONITOR_TITLE = """# 03 Monitor

How files fare over time, and what breaks: fifteen sections, five of them interactive dashboards.
The same is on one page: `dmaic monitor --open`.

Run it after 02, and every morning."""
_MONITOR_PARAMETERS = """# The project folder; None: the one that holds this notebook.
PROJECT = None
# Only these sources; empty: all.
SOURCES = []
# Leave out what was judged before: "7d", "24h", "2026-11-01"; None: nothing.
SINCE = None
# Also write data/reports/dq_report_TIME.json.
EXPORT = False"""


def project_notebooks() -> dict[str, str]:
    """Builds the notebooks of a project, by file name."""
    return {
        "01-profile.ipynb": _book("profile", _PROFILE_TITLE, _PROFILE_PARAMETERS, _PROFILE_CELLS),
        "02-ingest.ipynb": _book("ingest", _INGEST_TITLE, _INGEST_PARAMETERS, _INGEST_CELLS),
        "03-monitor.ipynb": _book("monitor", _MONITOR_TITLE, _MONITOR_PARAMETERS, MONITOR_CELLS),
    }


def _book(name: str, title: str, parameters: str, cells: Mapping[str, str]) -> str:
    """Names that begin with `text-` are cells of Markdown."""
    made: list[Mapping[str, Json]] = [
        notebook_cell("title", title, is_code=False),
        notebook_cell("parameters", parameters),
        notebook_cell("setup", _SETUP),
        *(notebook_cell(n, text, is_code=not n.startswith("text-")) for n, text in cells.items()),
    ]
    return notebook_of(name, made, {"notebook": name})
