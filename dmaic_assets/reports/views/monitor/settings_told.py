"""What the project runs with: versions, settings and sources, and nothing that is secret.

What belongs here: reading them for people. A setting whose name tells of a secret shows only
whether it is set.
"""

import platform as machine
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata

from dmaic_assets.model import Json
from dmaic_assets.reports.views.monitor.view import Setting, SourceLine
from dmaic_assets.settings.project import DmaicSettings, Settings
from dmaic_assets.store.ledger.database.schema import HEAD
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.work.state.freshness import declared_schedule

HIDDEN = "(set, not shown)"
_SECRET = re.compile(r"pass|secret|token|credential|private|webhook|api_?key|routing_key|dsn", re.I)
_ADDRESS = re.compile(r"^\w[\w+.-]*://")
_LIBRARIES = ("dagster", "polars", "pyarrow", "duckdb", "sqlalchemy", "pydantic", "numpy")


def environment(ledger: Ledger, git_sha: str | None) -> dict[str, str]:
    """Tells the versions of everything that results depend on, by name.

    Args:
        ledger: Whose schema is told.
        git_sha: The commit of the newest run; None before the first.
    """
    database = "PostgreSQL" if ledger.is_postgres else f"SQLite {sqlite3.sqlite_version}"
    found = {"dmaic-assets": _version("dmaic-assets"), "newest run's commit": git_sha or "–"}
    found |= {"Python": machine.python_version(), **{n: _version(n) for n in _LIBRARIES}}
    found |= {"ledger": f"{database}, schema {HEAD}"}
    found |= {"system": f"{machine.system()} {machine.release()}, {machine.machine()}"}
    return found


def settings_told(settings: Settings, ledger: Ledger) -> tuple[Setting, ...]:
    """Lists the settings by dotted key, those that somebody wrote first."""
    told = [
        Setting(key, _shown(key, value, ledger), is_default)
        for key, value, is_default in _flat("", settings.dmaic.model_dump(mode="json"), _defaults())
    ]
    base = settings.thresholds_file.model_dump(mode="json", exclude={"sources", "entropy"})
    usual = type(settings.thresholds_file)().model_dump(mode="json")
    told += [Setting(f"thresholds.{k}", v, d) for k, v, d in _flat("", base, usual)]
    return tuple(sorted(told, key=lambda s: s.is_default))


def source_lines(settings: Settings, names: Iterable[str]) -> tuple[SourceLine, ...]:
    """Tells how each source is configured, in the order given."""
    found = {s.name: s for s in settings.sources}
    lines: list[SourceLine] = []
    for name in names:
        own = found.get(name) or settings.source(name)
        overall = settings.thresholds_file.sources.get(name, {}).get("overall")
        threshold = settings.thresholds_file.overall if overall is None else float(overall)
        lines.append(
            SourceLine(
                name,
                own.criticality,
                declared_schedule(own) or "not declared",
                own.owner,
                threshold,
            )
        )
    return tuple(lines)


def _defaults() -> Mapping[str, Json]:
    return DmaicSettings().model_dump(mode="json")


def _flat(
    prefix: str, value: Mapping[str, Json], usual: Mapping[str, Json]
) -> Iterator[tuple[str, Json, bool]]:
    for name, own in value.items():
        default = usual.get(name)
        key = f"{prefix}{name}"
        if isinstance(own, dict) and own:
            yield from _flat(f"{key}.", own, default if isinstance(default, dict) else {})
        else:
            yield key, own, own == default


def _shown(key: str, value: Json, ledger: Ledger) -> Json:
    if key == "ledger.url":
        return ledger.place if value else ""
    if not value or isinstance(value, bool):
        return value
    if _SECRET.search(key):
        return HIDDEN
    if isinstance(value, str) and _ADDRESS.match(value):
        return HIDDEN
    return value


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
