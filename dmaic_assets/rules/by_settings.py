"""What config/thresholds.yaml says of columns, put on learnt rules: tolerances and criticality.

What belongs here: which learnt rules a tolerance bounds, and whose severity a criticality sets.
Hand rules and overrides are merged afterwards, so that people's word on a rule wins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import SEVERITIES, Json, Rule, Severity
from dmaic_assets.settings.columns import PLACE, SaidOfColumns, Tolerance

# What a rule that a tolerance bounds has in its evidence, and one whose severity was set.
BOUND_BY = "bound_by"
SEVERITY_BY = "severity_by"
# Kinds that say by themselves how much is too much; criticality leaves these alone once bounded.
_BOUNDS = frozenset({"null_share", "unique", "duplicate_rows", "duplicate_share"})
# Kinds on how many copies of whole rows a file has.
_COPIES = frozenset({"duplicate_rows", "duplicate_share"})
# Kinds of columns that name a thing: business keys.
_KEYS = frozenset({"foreign key", "identifier", "key"})

# Kinds that are about a file's form, of whatever columns it is made.
_OF_THE_FILE = frozenset({"columns_present", "columns_added", "column_order", "redelivered"})


@dataclass(frozen=True, slots=True)
class Told:
    """How severe the rules of a column are to be, and the words for who says so."""

    severity: Severity
    by: str


def bounded(
    rules: Iterable[Rule], said: SaidOfColumns, files: Sequence[FileFacts]
) -> tuple[list[Rule], list[str]]:
    """Bounds what learnt rules ask of missing and double values by the tolerances that are set.

    A tolerance that a column was given by its name holds for it whatever history has. One for all
    columns holds where every accepted file keeps it: others would be held for what is usual.

    Args:
        rules: Learnt rules.
        said: What is said of the columns.
        files: Facts of the accepted files that the rules are learnt from.

    Returns:
        The rules, with a `null_share` for columns that had none, and notes on what is not bounded.
    """
    nulls = _null_shares(files)
    most = {c: t for c in nulls if (t := _null_tolerance(said, c, nulls[c])) is not None}
    copies = max((_copied(file) for file in files), default=0.0)
    found: list[Rule] = []
    for rule in rules:
        name = rule.columns[0] if rule.columns else ""
        if rule.kind in ("not_null", "conditional_null") and name in most:
            found.append(_on_rows(rule, most[name], _words("null_tolerance", said, name)))
        elif rule.kind == "null_share" and name in most:
            found.append(_on_file(rule, most[name], _words("null_tolerance", said, name)))
        elif rule.kind == "null_share_given" and name in most:
            found.append(_only_reports(rule, _words("null_tolerance", said, name)))
        else:
            found.append(_of_copies(rule, said, copies))
    bounds = {rule.columns[0] for rule in found if rule.kind == "null_share"}
    everywhere = (c for c in most if c not in bounds and _is_in_all(c, files))
    found += [_new_bound(c, most[c], nulls[c], said, files=len(files)) for c in everywhere]
    return found, [*_notes(found, said, nulls, copies)]


def business_keys(kinds: Mapping[str, ColumnKind], rules: Iterable[Rule]) -> frozenset[str]:
    """The columns that hold keys: another source's, or values that name a thing."""
    named = {name for name, kind in kinds.items() if kind.kind in _KEYS}
    unique = {r.columns[0] for r in rules if r.kind == "unique" and len(r.columns) == 1}
    return frozenset(named | unique)


def criticality_of(
    said: SaidOfColumns,
    *,
    columns: Iterable[str],
    keys: Iterable[str],
    primary_key: Iterable[str],
) -> dict[str, Told]:
    """Tells how severe the rules of each column are to be; columns of which nothing is said lack.

    By role: columns of the declared primary key are critical, other keys high, the rest medium.
    What a column is said to be by its name wins.
    """
    told: dict[str, Told] = {}
    if said.by_role:
        told = {name: Told("medium", f"criticality: by_role in {PLACE}") for name in columns}
        of_key = f"criticality: by_role in {PLACE}, as a key"
        told |= {name: Told("high", of_key) for name in keys}
        of_primary = f"criticality: by_role in {PLACE}, as primary key"
        told |= {name: Told("critical", of_primary) for name in primary_key}
    for name, own in said.columns.items():
        if own.criticality is not None:
            told[name] = Told(own.criticality, f"columns.{name}.criticality in {PLACE}")
    return told


def notes_on_severity(before: Sequence[Rule], after: Sequence[Rule]) -> list[str]:
    """Says how many rules have another severity than learnt, and how many of these a milder one."""
    ranks = [
        (SEVERITIES.index(old.severity), SEVERITIES.index(new.severity))
        for old, new in zip(before, after, strict=True)
    ]
    changed, milder = sum(a != b for a, b in ranks), sum(b > a for a, b in ranks)
    return [f"{PLACE} sets the severity of {changed} rules, {milder} to a milder one"] * bool(
        changed
    )


def with_criticality(rules: Iterable[Rule], told: Mapping[str, Told]) -> list[Rule]:
    """Gives learnt rules the severity that is said of their columns.

    A rule of several columns takes the worst of theirs if each has one. What learning lets only
    report (severity low) is not raised, and what a tolerance bounds keeps its severity.
    """
    return [_severe(rule, told) for rule in rules]


def _severe(rule: Rule, told: Mapping[str, Told]) -> Rule:
    is_bound = rule.kind in _BOUNDS and BOUND_BY in rule.evidence
    is_of_columns = rule.columns and all(name in told for name in rule.columns)
    if not is_of_columns or is_bound or rule.kind in _OF_THE_FILE or rule.severity == "low":
        return rule
    worst = min((told[name] for name in rule.columns), key=lambda t: SEVERITIES.index(t.severity))
    if worst.severity == rule.severity:
        return rule
    evidence = {**rule.evidence, SEVERITY_BY: f"{worst.by} (learnt: {rule.severity})"}
    return replace(rule, severity=worst.severity, evidence=evidence)


def _null_shares(files: Sequence[FileFacts]) -> dict[str, float]:
    """The greatest share of missing values that an accepted file had in each column."""
    found: dict[str, float] = {}
    for file in files:
        for column in file.profile.columns:
            share = column.null_count / column.rows if column.rows else 0.0
            found[column.column] = max(found.get(column.column, 0.0), share)
    return found


def _copied(file: FileFacts) -> float:
    copies = file.profile.duplicate_rows
    return copies / file.rows if copies and file.rows else 0.0


def _is_in_all(name: str, files: Sequence[FileFacts]) -> bool:
    return all(file.profile.column(name) is not None for file in files)


def _null_tolerance(said: SaidOfColumns, name: str, usual: float) -> float | None:
    own, general = said.own("null_tolerance", name), said.general("null_tolerance")
    if own is not None:
        return own
    return general if general is not None and usual <= general else None


def _duplicate_tolerance(said: SaidOfColumns, columns: Sequence[str]) -> float | None:
    """The least that the columns of a key were given by name, else what holds for all."""
    own = [t for name in columns if (t := said.own("duplicate_tolerance", name)) is not None]
    return min(own) if own else said.general("duplicate_tolerance")


def _of_copies(rule: Rule, said: SaidOfColumns, copies: float) -> Rule:
    """Bounds a rule on double keys or copies of rows; one that only reports stays as it is."""
    if rule.kind not in {"unique", *_COPIES} or rule.severity == "low":
        return rule
    most = _duplicate_tolerance(said, rule.columns)
    if most is None or (rule.kind in _COPIES and copies > most):
        return rule
    words = _words("duplicate_tolerance", said, *rule.columns)
    if rule.kind == "duplicate_share":
        return _on_file(rule, most, words)
    return replace(_on_rows(rule, most, words), severity="critical")


def _on_rows(rule: Rule, most: float, words: str) -> Rule:
    return replace(rule, tolerance=most, evidence={**rule.evidence, BOUND_BY: words})


def _on_file(rule: Rule, most: float, words: str) -> Rule:
    learnt = rule.parameters.get("max")
    # What history says of false alarms is true of its own bound only.
    known = {k: v for k, v in rule.evidence.items() if k != "stop_rate"}
    evidence: dict[str, Json] = {**known, "learnt_max": learnt, BOUND_BY: words}
    return replace(
        rule, parameters={**rule.parameters, "max": most}, severity="critical", evidence=evidence
    )


def _only_reports(rule: Rule, words: str) -> Rule:
    return replace(rule, severity="low", evidence={**rule.evidence, BOUND_BY: words})


def _new_bound(name: str, most: float, greatest: float, said: SaidOfColumns, *, files: int) -> Rule:
    words = _words("null_tolerance", said, name)
    evidence: dict[str, Json] = {"files": files, "greatest": round(greatest, 5), BOUND_BY: words}
    return Rule(
        id=f"{name}.null_share",
        kind="null_share",
        columns=(name,),
        severity="critical",
        origin="learnt",
        parameters={"max": most},
        evidence=evidence,
    )


def _words(key: Tolerance, said: SaidOfColumns, *columns: str) -> str:
    """Names the key that bounds a rule."""
    given = [(t, name) for name in columns if (t := said.own(key, name)) is not None]
    return f"columns.{min(given)[1]}.{key} in {PLACE}" if given else f"{key} in {PLACE}"


def _notes(
    rules: Sequence[Rule], said: SaidOfColumns, nulls: Mapping[str, float], copies: float
) -> Iterator[str]:
    bound = sum(BOUND_BY in rule.evidence for rule in rules)
    if bound:
        yield f"{PLACE} bounds {bound} rules, beyond what the false-alarm budget speaks of"
    general = said.general("null_tolerance")
    if general is not None:
        more = [c for c in nulls if said.own("null_tolerance", c) is None and nulls[c] > general]
        if more:
            held = f"null_tolerance {general:g} does not bound {', '.join(more)}"
            yield f"{held}: accepted files have more missing values; name the column to bound it"
    general = said.general("duplicate_tolerance")
    if general is not None and copies > general:
        usual = f"accepted files have up to {copies:.2%}"
        yield f"duplicate_tolerance {general:g} does not bound copies of whole rows: {usual}"
    keys = {name for rule in rules if rule.kind == "unique" for name in rule.columns}
    for name, own in said.columns.items():
        if nulls and name not in nulls:
            yield f"{PLACE} speaks of column {name}, which is in no accepted file"
        elif nulls and own.duplicate_tolerance is not None and name not in keys:
            yield f"duplicate_tolerance of {name} bounds nothing: no key has the column"
