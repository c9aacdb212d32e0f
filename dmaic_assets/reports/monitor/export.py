"""The monitor for other programs: `dq_report_<time>.json`.

What belongs here: the form of the export (docs/guides/monitor.md describes it), and writing it.
Its keys are stable: a later version adds keys and never changes the meaning of one.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from dmaic_assets.model import Json
from dmaic_assets.reports.views.monitor.view import MonitorView
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.effect_files import write_bytes

SCHEMA = "dq_report.v1"


def report_document(view: MonitorView) -> dict[str, Json]:
    """Builds the JSON form of the monitor: its schema, then all that it shows."""
    document = to_json(view)
    return {"schema": SCHEMA, **(document if isinstance(document, dict) else {})}


def report_name(made_at: datetime) -> str:
    """The file name of an export, with the second in UTC that it was made in."""
    return f"dq_report_{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.json"


def write_export(folder: Path, view: MonitorView) -> Path:
    """Writes the export into a folder, atomically, and tells where it is.

    Raises:
        StoreError: The folder refuses.
    """
    path = folder / report_name(view.made_at)
    write_bytes(path, (json.dumps(report_document(view), indent=1) + "\n").encode())
    return path
