"""Memo keys: what an asset of a file depends on, said as canonical JSON and hashed.

A key holds exactly the asset's name, its code version, the parameters that it reads and the
data versions of its inputs; nothing else can change it (docs/adr/0015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from dmaic_assets.model import AssetName, Json, SourceFile, Thresholds
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.keys import canonical_json, sha256_json, sha256_spelled
from dmaic_assets.work.plan.code_versions import code_versions


def memo_key(asset: AssetName, params: Mapping[str, Json], inputs: Mapping[str, Json]) -> str:
    """Hashes one asset's identity under the current code."""
    return sha256_json(
        {
            "asset": asset,
            "code": code_versions()[asset],
            "params": dict(params),
            "inputs": dict(inputs),
        }
    )


def read_params(settings: Settings, source: SourceSettings) -> dict[str, Json]:
    """The parameters that reading a file depends on."""
    intake = settings.dmaic.intake
    return {
        "read": source.read.model_dump(mode="json"),
        "max_columns": intake.max_columns,
    }


def type_params(settings: Settings, source: SourceSettings) -> dict[str, Json]:
    """The parameters that column types depend on, beyond those of reading."""
    return {
        "types": dict(source.types),
        "day_first": source.read.day_first,
        "decimal_mark": source.read.decimal_mark,
        "null_tokens": settings.dmaic.intake.null_tokens.model_dump(mode="json"),
    }


def rule_params(settings: Settings, source: SourceSettings, hand_rules: str) -> dict[str, Json]:
    """The parameters that a rule set depends on; `hand_rules` is the hash of its hand part."""
    return {
        "primary_key": list(source.primary_key),
        "time_column": source.time_column,
        "criticality": source.criticality,
        "window": settings.dmaic.runs.baseline_window,
        "budget": settings.dmaic.runs.false_alarm_budget,
        "admit_recurring": settings.dmaic.runs.admit_recurring,
        "hand_rules": hand_rules,
        # Only what is written: a project that says nothing of columns keeps its keys.
        **settings.said_of_columns(source.name).params(),
    }


def gate_params(
    thresholds: Thresholds, examples: int, released: Sequence[str] | None
) -> dict[str, Json]:
    """The parameters that a verdict depends on, beyond its rule set.

    `released` names the rules that do not count for a file that people released; only such a
    file's key speaks of them.
    """
    params: dict[str, Json] = {"thresholds": _thresholds_json(thresholds), "examples": examples}
    return _with_released(params, released)


def _with_released(gate: Json, released: Sequence[str] | None) -> dict[str, Json]:
    params = gate if isinstance(gate, dict) else {}
    return params if released is None else {**params, "released": list(released)}


def file_components(
    file: SourceFile,
    *,
    settings: Settings,
    hand_rules: str,
    threshold: float | None,
    baseline: str,
    released: Sequence[str] | None = None,
) -> dict[str, Json]:
    """Everything that decides one file's results, by name, so that `why` can tell what changed.

    What it needs of other sources is added by `with_links`.
    """
    shared = source_components(
        settings, file.source, hand_rules=hand_rules, threshold=threshold, changes={}
    )
    return of_file(shared, file, baseline=baseline, released=released)


def source_components(
    settings: Settings,
    name: str,
    *,
    hand_rules: str,
    threshold: float | None,
    changes: Mapping[str, Json],
) -> dict[str, Json]:
    """What all files of a source depend on alike: code, settings, hand rules and changes."""
    source = settings.source(name)
    thresholds = settings.thresholds(name, overall=threshold)
    shared: dict[str, Json] = {
        "code": dict(code_versions().items()),
        "read": read_params(settings, source),
        "types": type_params(settings, source),
        "rules": rule_params(settings, source, hand_rules),
        "gate": gate_params(thresholds, settings.dmaic.runs.examples, None),
    }
    return with_changes(shared, changes)


def of_file(
    shared: Mapping[str, Json], file: SourceFile, *, baseline: str, released: Sequence[str] | None
) -> dict[str, Json]:
    """Adds to what a source's files share what only this one depends on."""
    gate = _with_released(shared["gate"], released)
    return {**shared, "gate": gate, "file": file.sha256, "baseline": baseline}


# Components that are hexadecimal digits, which JSON spells as they are.
_HASHES = frozenset({"file", "baseline"})


class FileKeys:
    """The keys of one source's files: what they share is spelled once."""

    def __init__(self, shared: Mapping[str, Json]) -> None:
        self._shared = shared
        self._spelled = {name: canonical_json(value) for name, value in shared.items()}
        # Most files have nothing but their two hashes of their own; no JSON has such a character.
        shared_parts = self._joined({**self._spelled, "baseline": "\0", "file": "\0"})
        self._around_hashes = shared_parts.split("\0")

    def key(self, components: Mapping[str, Json]) -> str:
        """Gives what `file_key` does."""
        has_no_more = len(components) == len(self._shared) + len(_HASHES)
        if has_no_more and components["gate"] is self._shared["gate"]:
            before, between, after = self._around_hashes
            baseline, file = components["baseline"], components["file"]
            return sha256_spelled(f'{before}"{baseline}"{between}"{file}"{after}')
        parts = {name: self._part(name, value) for name, value in components.items()}
        return sha256_spelled(self._joined(parts))

    def _joined(self, parts: Mapping[str, str]) -> str:
        every = {**parts, "kind": '"file"'}
        spelled = ",".join(f'"{name}":{part}' for name, part in sorted(every.items()))
        return f"{{{spelled}}}"

    def _part(self, name: str, value: Json) -> str:
        if name in self._spelled and value is self._shared[name]:
            return self._spelled[name]
        if name in _HASHES:
            return f'"{value}"'
        return canonical_json(value)


def with_links(components: Mapping[str, Json], links: Mapping[str, Json]) -> dict[str, Json]:
    """Adds the versions of other sources' keys; a file that needs none does not speak of them."""
    return {**components, "links": dict(links)} if links else {**components}


def with_changes(components: Mapping[str, Json], changes: Mapping[str, Json]) -> dict[str, Json]:
    """Adds the active changes of the source; a source that has none does not speak of them."""
    return {**components, "changes": dict(changes)} if changes else {**components}


def file_key(components: Mapping[str, Json]) -> str:
    """The key under which one file's whole result is known."""
    return sha256_json({"kind": "file", **components})


def profile_key(components: Mapping[str, Json]) -> str:
    """The key under which a file is known as profiled, judged or not."""
    parts = {k: v for k, v in components.items() if k not in ("gate", "links")}
    return sha256_json({"kind": "profile", **parts})


def _thresholds_json(thresholds: Thresholds) -> dict[str, Json]:
    values = asdict(thresholds)
    values["severities"] = dict(thresholds.severities)
    return values
