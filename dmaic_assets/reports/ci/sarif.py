"""Verdicts as SARIF 2.1.0, which GitHub's code scanning and editors read.

What belongs here: runs, rules, results and places of that standard. A data row is named in words
and as a logical location: which line of a file it begins on is not known.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from dmaic_assets.model import Json
from dmaic_assets.reports.ci.told import Finding, Judged, findings, fit

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_OF_FILES = {
    "dmaic/held": "A file is held whole: none of its rows are accepted.",
    "dmaic/set_apart": "Rows of a file are set apart; the others are accepted.",
}


def sarif_json(judged: Sequence[Judged]) -> str:
    """Builds the log: one run, with a result for each finding of each file.

    Results of level `error` are what holds a file; a spotless file has no result.

    Args:
        judged: Files and verdicts, without values that are to be kept back.

    Returns:
        A JSON document in ASCII; ends with a line break.
    """
    found = [(one, finding) for one in judged for finding in findings(one)]
    described = {_rule_id(one, finding): _description(finding) for one, finding in found}
    ids = sorted(described)
    rules: list[Json] = [
        {"id": name, "shortDescription": {"text": _OF_FILES.get(name) or described[name]}}
        for name in ids
    ]
    driver: dict[str, Json] = {
        "name": "dmaic",
        "version": version("dmaic_assets"),
        "rules": rules,
    }
    results: list[Json] = [_result(one, finding, ids) for one, finding in found]
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "artifacts": [{"location": {"uri": _uri(one.path)}} for one in judged],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    log: dict[str, Json] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _result(one: Judged, finding: Finding, ids: Sequence[str]) -> dict[str, Json]:
    name = _rule_id(one, finding)
    place: dict[str, Json] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(one.path)},
            # Readers want a line; what is said is of the file.
            "region": {"startLine": 1},
        }
    }
    violation = finding.violation
    properties: dict[str, Json] = {"verdict": one.verdict.decision}
    if violation is not None:
        columns = [fit(column) for column in violation.columns]
        place["logicalLocations"] = [{"name": column, "kind": "member"} for column in columns]
        properties |= {"severity": violation.severity, "columns": list[Json](columns)}
        properties |= {"rowsFailed": violation.rows_failed, "share": violation.share}
        properties["rows"] = [example.row for example in violation.examples]
    told = fit("\n".join((one.verdict.source, finding.rule, Path(one.path).name)))
    return {
        "ruleId": name,
        "ruleIndex": ids.index(name),
        "level": finding.level,
        "message": {"text": finding.text},
        "locations": [place],
        "partialFingerprints": {"dmaic/v1": hashlib.sha256(told.encode()).hexdigest()},
        "properties": properties,
    }


def _rule_id(one: Judged, finding: Finding) -> str:
    if finding.violation is None:
        return f"dmaic/{finding.rule}"
    return f"{fit(one.verdict.source)}/{finding.rule}"


def _description(finding: Finding) -> str:
    violation = finding.violation
    if violation is None:
        return finding.title
    columns = f" on {fit(', '.join(violation.columns))}" if violation.columns else ""
    return f"{violation.kind}{columns}"


def _uri(path: str) -> str:
    """A path as a URI: relative as it was given, else of this file system."""
    coded = quote(os.fsencode(path.replace(os.sep, "/")), safe="/")
    return f"file://{coded}" if coded.startswith("/") else coded
