"""Works on declared checks: how many units fail, and some of them.

What belongs here: asking, and statuses. What a check is in SQL, `compile` says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dmaic_assets.analysis.validation.compile import FAILED, Query, compile_check
from dmaic_assets.analysis.validation.database import Database
from dmaic_assets.analysis.values.validation import CheckResult
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.settings.validation import AnyCheck, Comparison

# Units shown of a check that fails: enough to see what is wrong with them.
EXAMPLES = 5


def work_checks(checks: Iterable[AnyCheck], database: Database) -> tuple[CheckResult, ...]:
    """Works on checks one by one; one that cannot be worked says so and stops no other."""
    return tuple(_worked(check, database) for check in checks)


def _worked(check: AnyCheck, database: Database) -> CheckResult:
    import duckdb

    sides = (check.left, check.right) if isinstance(check, Comparison) else (check,)
    tables = tuple(dict.fromkeys(side.table for side in sides))
    result = CheckResult(
        check.name, check.kind, check.severity, tables, (), "skipped", file=check.file
    )
    absent = [table for table in tables if table not in database.tables]
    if absent:
        return replace(result, text=f"there is no table {absent[0]}")
    try:
        query = compile_check(check, database)
        return _asked(replace(result, columns=query.columns, unit=query.unit), query, database)
    except BadInputError as error:
        return replace(result, status="error", text=f"{error}. {error.fix}")
    except duckdb.Error as error:
        told = str(error).partition("\n")[0]
        where = check.file or "analyses.validation"
        text = f"{where}: key {check.name}: {told}. Correct its expressions."
        return replace(result, status="error", text=text)


def _asked(result: CheckResult, query: Query, database: Database) -> CheckResult:
    """Counts failing units, and shows the first of them, always the same ones."""
    count = (
        f"SELECT count(*) AS units, count(*) FILTER (WHERE {FAILED}) AS bad,"
        f" count(*) FILTER (WHERE {FAILED} AND ({query.is_held})) AS held FROM ({query.sql}) AS u"
    )
    (counts,) = database.rows(count, query.used)
    checked, failed = int(counts["units"]), int(counts["bad"])
    if not checked:
        return replace(result, text="no row is in question")
    if not failed:
        return replace(result, status="passed", checked=checked)
    held = int(counts["held"])
    # Those that nothing in quarantine explains come first.
    order = "" if held == failed else f" AND NOT ({query.is_held})"
    shown = f"SELECT * FROM ({query.sql}) AS u WHERE {FAILED}{order} ORDER BY ALL LIMIT {EXAMPLES}"
    hidden = {FAILED, *query.hidden}
    examples = tuple(_example(row, hidden) for row in database.rows(shown, query.used))
    is_whole = bool(query.apart) and all(
        database.is_held_whole(table, columns) for table, columns in query.apart.items()
    )
    found = replace(result, status="failed", checked=checked, failed=failed, examples=examples)
    return replace(found, held=held, is_held_whole=is_whole)


def _example(row: Mapping[str, object], hidden: set[str]) -> Mapping[str, Json]:
    return {name: _spelt(value) for name, value in row.items() if name not in hidden}


def _spelt(value: object) -> Json:
    if value is None or isinstance(value, bool | int | str):
        return value
    return round(value, 6) if isinstance(value, float) else str(value)
