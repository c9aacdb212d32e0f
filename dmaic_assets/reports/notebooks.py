"""Notebooks of a run: one per phase, and a template; each can be executed where it lies.

What belongs here: the notebooks' cells, written as nbformat 4.5 by hand. They read what is there
(artifacts, mirrors of the ledger, the warehouse) and hold no result, path or clock themselves, so
that equal runs have equal notebooks.
"""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.reports.markdown import md_text

TEMPLATE = "000-template.ipynb"
_PARAMETERS = "parameters"
_EXECUTED = ".executed.ipynb"
_MAIN_TABLES: Mapping[str, str] = {
    "define": "ctqs",
    "measure": "ctqs",
    "analyze": "causes",
    "improve": "proposals",
    "control": "charts",
}
_FIND_DATA = '''"""Finds the data folder from wherever the notebook runs."""
from pathlib import Path

folders = [Path.cwd(), *Path.cwd().parents]
DATA = next(p for f in folders for p in (f, f / "data") if (p / "ledger" / "runs.csv").is_file())'''
_LEDGER = """import polars as pl

runs = pl.read_csv(DATA / "ledger" / "runs.csv", infer_schema=False)
metrics = pl.read_parquet(DATA / "ledger" / "metrics.parquet")
mine = metrics.filter((pl.col("run_id") == RUN_ID) & (pl.col("phase") == PHASE))
runs.filter(pl.col("run_id") == RUN_ID).select("run_id", "status", "started_at", "finished_at")"""
_METRICS = """mine.filter(pl.col("source") != "").pivot("source", index="metric", values="value")"""
_FIGURE = """import plotly.graph_objects as go

shown = metrics.filter((pl.col("metric") == METRIC) & (pl.col("source") != ""))
figure = go.Figure()
for (source,), line in shown.group_by("source", maintain_order=True):
    figure.add_scatter(x=line["run_id"], y=line["value"], name=source, mode="lines+markers")
figure.update_layout(title=f"{METRIC} per run", xaxis_type="category", height=420)
figure"""
_WAREHOUSE = """import duckdb

query = "select view_name from duckdb_views() where not internal and schema_name = 'main'"
with duckdb.connect(str(DATA / "warehouse" / "warehouse.duckdb"), read_only=True) as warehouse:
    names = sorted(name for (name,) in warehouse.execute(query).fetchall())
    counts = [
        (name, warehouse.execute(f'select count(*) from "{name}"').fetchall()[0][0])
        for name in names
    ]
pl.DataFrame(counts, schema=["source", "accepted_rows"], orient="row")"""
_NEWEST = """import polars as pl

newest = pl.read_parquet(DATA / "ledger" / "metrics.parquet").filter(pl.col("phase") == PHASE)
RUN_ID = newest["run_id"][-1]
RUN_ID"""
_METRIC_OF: Mapping[str, str] = {
    "define": "ctqs",
    "measure": "sigma",
    "analyze": "causes",
    "improve": "promoted",
    "control": "alarms",
}


@dataclass(frozen=True, slots=True)
class PhaseNotebook:
    """What a notebook is about. `outputs` has the artifact of each source, relative to the data."""

    run_id: str
    phase: str
    inputs_hash: str
    config_hash: str
    outputs: Mapping[str, str]


def notebook_name(run_id: str, phase: str) -> str:
    """The file name of a run's notebook."""
    return f"run-{run_id}-{phase}.ipynb"


def executed_name(name: str) -> str:
    """The file name of a notebook's copy with outputs."""
    return f"{name.removesuffix('.ipynb')}{_EXECUTED}"


def parameters_of(notebook: str) -> tuple[str, ...]:
    """The names that the cell of parameters gives values to; none where there is no such cell."""
    for cell in json.loads(notebook)["cells"]:
        if _PARAMETERS in cell["metadata"].get("tags", ()):
            tree = ast.parse("".join(cell["source"]))
            targets = (t for n in tree.body if isinstance(n, ast.Assign) for t in n.targets)
            return tuple(t.id for t in targets if isinstance(t, ast.Name))
    return ()


def phase_notebook(about: PhaseNotebook) -> str:
    """Builds the notebook of one phase of one run."""
    outputs = json.dumps(dict(sorted(about.outputs.items())), indent=4)
    parameters = (
        f"RUN_ID = {about.run_id!r}\nPHASE = {about.phase!r}\n"
        f"METRIC = {_METRIC_OF.get(about.phase, '')!r}\nOUTPUTS = {outputs}"
    )
    title = (
        f"# {about.phase.capitalize()} in run {md_text(about.run_id)}\n\nRun the cells in order."
    )
    cells = [
        notebook_cell("title", title, is_code=False),
        notebook_cell("parameters", parameters),
        notebook_cell("data", _FIND_DATA),
        notebook_cell("run", _LEDGER),
        notebook_cell("metrics", _METRICS),
        notebook_cell("outputs", _read_outputs(_MAIN_TABLES.get(about.phase, ""))),
        notebook_cell("figure", _FIGURE),
        notebook_cell("warehouse", _WAREHOUSE),
    ]
    block = {
        "run_id": about.run_id,
        "phase": about.phase,
        "inputs_hash": about.inputs_hash,
        "config_hash": about.config_hash,
    }
    return notebook_of(about.phase, cells, block)


def template_notebook() -> str:
    """Builds the notebook to start one's own from: it looks at the newest run's measurements."""
    title = "# Template\n\nCopy it, choose a phase and a metric, and go on from there."
    cells = [
        notebook_cell("title", title, is_code=False),
        notebook_cell("parameters", 'PHASE = "measure"\nMETRIC = "sigma"'),
        notebook_cell("data", _FIND_DATA),
        notebook_cell("newest", _NEWEST),
        notebook_cell("run", _LEDGER),
        notebook_cell("metrics", _METRICS),
        notebook_cell("figure", _FIGURE),
        notebook_cell("warehouse", _WAREHOUSE),
    ]
    block = {"run_id": "", "phase": "", "inputs_hash": "", "config_hash": ""}
    return notebook_of("template", cells, block)


def _read_outputs(main_table: str) -> str:
    return f"""import gzip
import json

def read(path):
    content = (DATA / path).read_bytes()
    return json.loads(gzip.decompress(content) if path.endswith(".gz") else content)

values = {{source: read(path)["value"] for source, path in OUTPUTS.items()}}
plain = (bool, int, float)
rows = [
    {{"source": source, **{{k: v if isinstance(v, plain) else str(v) for k, v in row.items()}}}}
    for source, value in values.items()
    for row in value.get({main_table!r}) or []
]
pl.DataFrame(rows, infer_schema_length=None, strict=False)"""


def notebook_cell(name: str, source: str, *, is_code: bool = True) -> dict[str, Json]:
    """A cell by its name; papermill puts other values after the one called `parameters`."""
    metadata: dict[str, Json] = {"tags": [_PARAMETERS]} if name == _PARAMETERS else {}
    common: dict[str, Json] = {"id": name, "metadata": metadata, "source": source}
    if not is_code:
        return {"cell_type": "markdown", **common}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **common}


def notebook_of(prefix: str, cells: Sequence[Mapping[str, Json]], block: Mapping[str, str]) -> str:
    """Spells a notebook; `block` is what its metadata says under `dmaic`."""
    document = {
        "cells": [{**cell, "id": f"{prefix}-{cell['id']}"} for cell in cells],
        "metadata": {
            "dmaic": dict(block),
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"
