"""Rule sets from expectation suites in YAML: a list of expectation_type, kwargs and meta.

What belongs here: reading a suite, with the line of every mistake. Which expectation is which
rule is in expectation_kinds.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from typing_extensions import override

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import SEVERITIES, Json, Rule, RuleSet, Severity
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.expectation_kinds import COVERED, expectation_parts
from dmaic_assets.rules.exchange.imported import with_own_ids
from dmaic_assets.rules.yaml.text import Document

# Keys of kwargs that tell how a suite is run, not what it expects.
_ABOUT_RUNNING = frozenset(
    {"mostly", "result_format", "catch_exceptions", "include_config", "batch_id"}
)
_COLUMN_COUNT = "expect_table_column_count_to_equal"
_Table: TypeAlias = Mapping[str, Any]


class _Read(dict[str, Any]):
    """Kwargs that remember what was asked for: what nobody asks for would silently not hold."""

    def __init__(self, kwargs: _Table) -> None:
        super().__init__(kwargs)
        self.asked = set(_ABOUT_RUNNING)

    @override
    def __getitem__(self, key: str) -> Any:  # pyright: ignore[reportExplicitAny] - as in the file
        self.asked.add(key)
        return super().__getitem__(key)

    @override
    def get(self, key: str, default: Any = None) -> Any:  # pyright: ignore[reportExplicitAny, reportIncompatibleMethodOverride] - as in the file
        self.asked.add(key)
        return super().get(key, default)


@dataclass(frozen=True, slots=True)
class _Expectation:
    """One entry of a suite, and its place for errors."""

    place: str
    name: str
    kwargs: _Table
    meta: _Table

    def error(self, culprit: str, fix: str) -> BadInputError:
        """Builds the refusal of this entry."""
        return BadInputError(self.place, f"{self.name}: {culprit}", fix)


def from_expectations(path: Path, *, source: str | None = None) -> RuleSet:
    """Builds the rules that say what an expectation suite says.

    `mostly` becomes the tolerance; `meta.severity` and `meta.description` are taken over. A
    column count is taken over when the suite names as many columns: no other may be there then.

    Args:
        path: The YAML file, with a list `expectations`; `COVERED` has the types it may hold.
        source: The name of the source; the suite's `validation_name` or the file's name when None.

    Raises:
        BadInputError: The file is no suite, or an expectation has no counterpart; names file,
            line, expectation and fix.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(str(path), f"cannot be read: {reason}", "Name a YAML file.") from error
    document = Document(text, str(path))
    top = document.value
    if not isinstance(top, dict) or not isinstance(top.get("expectations"), list):
        culprit = "has no list `expectations`"
        raise BadInputError(str(path), culprit, "Give an expectation suite in YAML.")
    entries = list(_expectations(document, str(path)))
    rules = [rule for e in entries if e.name != _COLUMN_COUNT for rule in _rules(e)]
    rules += [_no_other_column(e, rules) for e in entries if e.name == _COLUMN_COUNT]
    name = source or top.get("validation_name") or path.stem
    return RuleSet(str(name), tuple(with_own_ids(rules)))


def _expectations(document: Document, subject: str) -> Iterator[_Expectation]:
    for position, entry in enumerate(document.value["expectations"]):
        place = f"{subject}, line {document.line('expectations', position)}"
        if not isinstance(entry, dict) or not isinstance(entry.get("expectation_type"), str):
            fix = "Give expectation_type, kwargs and meta."
            raise BadInputError(place, "the entry has no expectation_type", fix)
        parts = [entry.get(key) or {} for key in ("kwargs", "meta")]
        if not all(isinstance(part, dict) for part in parts):
            raise BadInputError(place, "kwargs or meta is not a mapping", "Correct the entry.")
        yield _Expectation(place, entry["expectation_type"], *parts)


def _rules(entry: _Expectation) -> Iterator[Rule]:
    kwargs = _Read(entry.kwargs)
    try:
        parts = expectation_parts(entry.name, kwargs)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        culprit = f"kwargs are incomplete or wrong ({type(error).__name__}: {error})"
        raise entry.error(culprit, "Correct kwargs.") from error
    if parts is None:
        raise entry.error("has no counterpart", f"Use one of: {', '.join(COVERED)}.")
    unknown = [
        key for key, value in kwargs.items() if key not in kwargs.asked and value is not None
    ]
    if unknown:
        culprit = f"{', '.join(map(str, unknown))} in kwargs has no counterpart"
        raise entry.error(culprit, "Remove it, or write this rule by hand.")
    for kind, columns, parameters in parts:
        yield _rule(entry, kind, columns, parameters)


def _no_other_column(entry: _Expectation, rules: Sequence[Rule]) -> Rule:
    present = [c for rule in rules if rule.kind == "columns_present" for c in rule.columns]
    columns = tuple(dict.fromkeys(present))
    wanted = entry.kwargs.get("value")
    if wanted != len(columns):
        raise entry.error(
            f"wants {wanted} columns, the suite names {len(columns)}",
            "Name every column with expect_column_to_exist, or drop the count.",
        )
    return _rule(entry, "columns_added", columns, {})


def _rule(
    entry: _Expectation, kind: str, columns: tuple[str, ...], parameters: Mapping[str, Json]
) -> Rule:
    mostly = entry.kwargs.get("mostly")
    rule = Rule(
        id=entry.name,
        kind=kind,
        columns=columns,
        severity=_severity(entry),
        origin="hand",
        parameters={key: value for key, value in parameters.items() if value is not None},
        tolerance=round(1 - mostly, 12) if isinstance(mostly, (int, float)) else None,
        description=str(entry.meta.get("description") or ""),
    )
    try:
        kind_of(rule).validate(rule)
    except BadInputError as error:
        raise entry.error(error.culprit, error.fix) from error
    return rule


def _severity(entry: _Expectation) -> Severity:
    given = entry.meta.get("severity", "medium")
    for severity in SEVERITIES:
        if severity == given:
            return severity
    known = ", ".join(SEVERITIES)
    raise entry.error(f"severity {given} is none of {known}", "Correct meta.severity.")
