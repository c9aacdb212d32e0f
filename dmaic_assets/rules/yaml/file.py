"""The rule file of a source: read with the place of every mistake, written with stable bytes.

What belongs here: the keys of the file. How YAML is spelt is in yaml_text.py, what survives
regeneration in merge.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, Json, Rule, RuleChange, RuleSet
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.rules.people import version_of
from dmaic_assets.rules.yaml.entries import Entry, entry_change, entry_rule, entry_type
from dmaic_assets.rules.yaml.text import Document, inline
from dmaic_assets.store.effect_files import write_bytes_if_changed

HEADER = """\
# Rules of the source {source}. docs/guides/rules.md explains every kind and key.
#
# How to edit, so that the next learning keeps your word:
#   a rule of your own     add an entry with `origin: hand`
#   change a learnt rule   change it and set `origin: override`, under the same id
#   switch a rule off      set `enabled: false`
# `dmaic rules accept|reject|edit|disable` do the same and write down who, when and why (`changes`).
# A learnt rule that is only changed will be learnt again. Comments are not kept: use
# `description`. Severity is critical, high, medium or low; `tolerance` is the share of rows that
# may fail before the rule counts as broken for the file.
"""
# Rule files that stay parsed: those of the sources that a run works on at the same time. A file of
# 200 rules takes about a megabyte.
_FILES_KEPT = 16
_TOP_KEYS = ("source", "version", "baseline", "notes", "types", "rules", "changes")
_ALWAYS = ("column", "confidence")


def load_rules(path: Path) -> RuleSet:
    """Reads a rule file. What an entry leaves out gets a default; an empty file has no rules.

    Raises:
        BadInputError: The file is missing, not YAML, or an entry has no meaning; names the file,
            the line, the rule, the key and the fix.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(str(path), f"cannot be read: {reason}", "Name a rule file.") from error
    return _parsed(text, str(path), path.stem)


@lru_cache(_FILES_KEPT)
def _parsed(text: str, subject: str, source: str) -> RuleSet:
    # Planning, each file's job and the learning after it ask for the same file again.
    return parse_rules(text, subject=subject, source=source)


def parse_rules(text: str, *, subject: str, source: str) -> RuleSet:
    """Reads the text of a rule file; `subject` names it in errors, `source` when it does not.

    Raises:
        BadInputError: As `load_rules`.
    """
    document = Document(text, subject)
    top = Entry(document, subject, ()).mapping(_TOP_KEYS)
    rules = tuple(entry_rule(entry) for entry in top.entries("rules"))
    types = tuple(entry_type(entry) for entry in top.entries("types"))
    _refuse_repeated_ids(rules, top)
    return RuleSet(
        source=top.text("source", source),
        rules=rules,
        types=types,
        baseline=top.texts("baseline"),
        notes=top.texts("notes"),
        changes=tuple(entry_change(entry) for entry in top.entries("changes")),
    )


def _refuse_repeated_ids(rules: Sequence[Rule], top: Entry) -> None:
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        if rule.id in seen:
            entry = top.at("rules", position)
            raise entry.error(f"rule {rule.id}: the id stands twice", "Give each rule its own id.")
        seen.add(rule.id)


def save_rules(rule_set: RuleSet, path: Path) -> None:
    """Writes a rule file atomically, and not at all when it holds the same bytes already.

    Equal rule sets give equal bytes. The candidates of the column types are left out: they are
    in the artifacts of the files that the types were learnt from.

    Raises:
        StoreError: The disk refuses; the old file is untouched.
    """
    write_bytes_if_changed(path, format_rules(rule_set).encode("utf-8", "surrogatepass"))


def format_rules(rule_set: RuleSet) -> str:
    """Spells a rule set as the text of a rule file."""
    return "\n".join(_lines(rule_set)) + "\n"


def _lines(rule_set: RuleSet) -> Iterator[str]:
    source = rule_set.source if rule_set.source.isprintable() else inline(rule_set.source)
    yield HEADER.format(source=source).rstrip("\n")
    yield f"source: {inline(rule_set.source)}"
    if rule_set.changes:
        yield f"version: {version_of(rule_set)}"
    yield from _listed("baseline", [inline(b) for b in rule_set.baseline])
    yield from _listed("notes", [inline(n) for n in rule_set.notes])
    yield from _listed("types", [inline(_type_entry(t)) for t in rule_set.types])
    yield "rules:" if rule_set.rules else "rules: []"
    for rule in rule_set.rules:
        yield ""
        yield from _rule_lines(rule)
    if rule_set.changes:
        yield ""
        yield from _listed("changes", [inline(_change_entry(c)) for c in rule_set.changes])


def _listed(key: str, items: Sequence[str]) -> Iterator[str]:
    if not items:
        return
    yield f"{key}:"
    for item in items:
        yield f"  - {item}"


def _type_entry(column_type: ColumnType) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "column": column_type.column,
        "type": column_type.type,
        "physical": column_type.physical,
        "pattern": column_type.pattern,
        "format": column_type.format,
        "unit": column_type.unit,
        "decided_by": column_type.decided_by,
        "confidence": column_type.confidence,
        "is_ambiguous": column_type.is_ambiguous,
        "null_tokens": list(column_type.null_tokens),
        "reason": column_type.reason,
    }
    return {key: value for key, value in entry.items() if value or key in _ALWAYS}


def _change_entry(change: RuleChange) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "version": change.version,
        "action": change.action,
        "rule": change.rule,
        "file": change.file,
        "at": change.at,
        "by": change.by,
        "reason": change.reason,
        "before": _sorted(change.before),
        "after": _sorted(change.after),
    }
    return {key: value for key, value in entry.items() if value}


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield f"  - id: {inline(rule.id)}"
    yield f"    kind: {inline(rule.kind)}"
    yield f"    columns: {inline(list(rule.columns))}"
    if rule.parameters:
        yield f"    parameters: {inline(_ordered(rule))}"
    yield f"    severity: {rule.severity}"
    if rule.tolerance is not None:
        yield f"    tolerance: {inline(rule.tolerance)}"
    yield f"    origin: {rule.origin}"
    yield f"    enabled: {inline(rule.is_enabled)}"
    if rule.description:
        yield f"    description: {inline(rule.description)}"
    if rule.evidence:
        yield f"    evidence: {inline(_sorted(rule.evidence))}"


def _ordered(rule: Rule) -> dict[str, Json]:
    kind = KINDS.get(rule.kind)
    declared = list(kind.parameters) if kind else []
    rank = {key: position for position, key in enumerate(declared)}
    keys = sorted(rule.parameters, key=lambda key: (rank.get(key, len(rank)), key))
    return {key: _sorted(rule.parameters[key]) for key in keys}


def _sorted(value: "Json | Mapping[str, Json]") -> Json:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    return value
