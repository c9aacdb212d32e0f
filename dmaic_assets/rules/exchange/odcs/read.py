"""Rule sets from contracts of the Open Data Contract Standard 3: schema and quality.

What belongs here: going through a contract. What a check without a rule of ours says is in
foreign.py. What nobody can judge is told; what has no counterpart is refused by name.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.rules.exchange.imported import with_own_ids
from dmaic_assets.rules.exchange.odcs.checks import COLUMN, check_of, custom_property, rule_in
from dmaic_assets.rules.exchange.odcs.export import LOGICAL
from dmaic_assets.rules.exchange.odcs.foreign import foreign_rule, schema_rules
from dmaic_assets.rules.yaml.file import parse_rules
from dmaic_assets.rules.yaml.text import Document

# What the standard says of a check in words only.
_WORDS = ("name", "description")


@dataclass(frozen=True, slots=True)
class ReadContract:
    """The rules of a contract, and in sentences what of it nobody can judge."""

    rules: RuleSet
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    subject: str
    table: str
    carried: list[Rule] = field(default_factory=list)
    foreign: list[Rule] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def error(self, place: str, culprit: str, fix: str) -> BadInputError:
        """Builds the refusal of one part of the contract."""
        return BadInputError(self.subject, f"{place}: {culprit}", fix)


def from_odcs(path: Path, *, source: str | None = None) -> ReadContract:
    """Builds the rules that say what a contract says of one table.

    A check that `dmaic rules export --to odcs` wrote comes back as its rule; others become rules as
    far as the standard's library and schema say them.

    Args:
        path: The YAML file.
        source: The name of the source; of several tables the one that is called so is taken.

    Raises:
        BadInputError: The file is no contract, or a part of it has no counterpart; names file,
            part and fix.
    """
    table = _table(path, source)
    name = str(table.get("name") or path.stem)
    found = _Found(str(path), name)
    _take_checks(found, table.get("quality"), None)
    properties = [p for p in _list(table.get("properties")) if isinstance(p, dict)]
    for one in properties:
        _take_checks(found, one.get("quality"), str(one.get("name")))
    _refuse_types_that_differ(found, properties)
    taken = {(rule.kind, rule.columns) for rule in (*found.carried, *found.foreign)}
    try:
        told, left = schema_rules(properties)
    except BadInputError as refusal:
        raise found.error(refusal.subject, refusal.culprit, refusal.fix) from refusal
    found.left_out += left
    found.foreign += [rule for rule in told if (rule.kind, rule.columns) not in taken]
    # Those that were ours keep their names.
    named = list(with_own_ids((*found.carried, *found.foreign)))[len(found.carried) :]
    ids = {rule.id for rule in found.carried}
    rest = [replace(r, id=f"{r.id}.contract") if r.id in ids else r for r in named]
    rule_set = _validated(found, source or name, (*found.carried, *rest))
    return ReadContract(rule_set, tuple(dict.fromkeys(found.left_out)))


def _table(path: Path, source: str | None) -> Mapping[str, Json]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError(str(path), f"cannot be read: {reason}", "Name a YAML file.") from error
    top = Document(text, str(path)).value
    fix = "Give a contract of the Open Data Contract Standard 3, with a schema."
    if not isinstance(top, dict) or top.get("kind") != "DataContract":
        raise BadInputError(str(path), "is no data contract (kind: DataContract)", fix)
    if not str(top.get("apiVersion")).startswith("v3."):
        version = top.get("apiVersion")
        raise BadInputError(str(path), f"apiVersion {version} is not of version 3", fix)
    tables = [t for t in _list(top.get("schema")) if isinstance(t, dict)]
    if len(tables) == 1:
        return tables[0]
    named = [t for t in tables if t.get("name") == source]
    if len(named) == 1:
        return named[0]
    names = ", ".join(str(t.get("name")) for t in tables) or "none"
    raise BadInputError(
        str(path), f"has {len(tables)} tables: {names}", "Name one of them with --source."
    )


def _take_checks(found: _Found, checks: Json, column: str | None) -> None:
    for number, check in enumerate(_list(checks), start=1):
        where = f"column {column}" if column is not None else f"table {found.table}"
        if not isinstance(check, dict):
            raise found.error(where, f"check {number} is no mapping", "Correct the check.")
        place = f"{where}, check {check.get('name') or number}"
        carried = rule_in(check)
        if carried is not None:
            found.carried.append(_carried(found, place, check, carried))
        elif check.get("type") == "text":
            found.left_out.append(f"{place}: it is text, which nobody can judge")
        else:
            try:
                found.foreign.append(foreign_rule(check, column))
            except BadInputError as refusal:
                raise found.error(place, refusal.culprit, refusal.fix) from refusal


def _carried(found: _Found, place: str, check: Mapping[str, Json], entry: Json) -> Rule:
    """The rule that a check carries, if the check still says what the rule says."""
    text = json.dumps({"source": found.table, "rules": [entry]})
    (rule,) = parse_rules(text, subject=f"{found.subject}, {place}", source=found.table).rules
    for key, value in check_of(rule, found.table).items():
        if key not in _WORDS and check.get(key) != value:
            fix = (
                "Change the rule in it too, or remove it (customProperties dmaicRule) and keep"
                " what the standard says."
            )
            culprit = f"{key} is {check.get(key)!r}, of its rule {value!r}"
            raise found.error(place, culprit, fix)
    return rule


def _refuse_types_that_differ(found: _Found, properties: Sequence[Mapping[str, Json]]) -> None:
    types = {r.columns[0]: str(r.parameters["type"]) for r in found.carried if r.kind == "type"}
    for one in properties:
        name, logical = str(one.get("name")), one.get("logicalType")
        wanted = LOGICAL.get(types.get(name) or str(custom_property(one, COLUMN)))
        if logical is not None and wanted is not None and logical != wanted:
            culprit = f"logicalType is {logical}, of its rule or {COLUMN} {wanted}"
            raise found.error(f"column {name}", culprit, "Correct one of the two.")


def _validated(found: _Found, source: str, rules: Sequence[Rule]) -> RuleSet:
    from dmaic_assets.phenomena.registry import kind_of

    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise found.error(f"rule {rule.id}", "stands twice", "Give each rule its own id.")
        seen.add(rule.id)
        try:
            kind_of(rule).validate(rule)
        except BadInputError as error:
            raise found.error(rule.id, error.culprit, error.fix) from error
    return RuleSet(source, tuple(rules))


def _list(value: Json) -> Iterator[Json]:
    return iter(value if isinstance(value, list) else ())
