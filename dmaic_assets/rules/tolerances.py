"""How much may be missing or double, as config/thresholds.yaml says it, put on learnt rules.

What belongs here: which learnt rules a tolerance bounds. Hand rules and overrides are merged
afterwards, so that people's word on a rule wins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import Json, Rule
from dmaic_assets.settings.columns import PLACE, SaidOfColumns, Tolerance

# What a rule that a tolerance bounds has in its evidence.
BOUND_BY = "bound_by"
# Kinds on how many copies of whole rows a file has.
_COPIES = frozenset({"duplicate_rows", "duplicate_share"})


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
        if _asks_for_values(rule) and name in most:
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


def _asks_for_values(rule: Rule) -> bool:
    """Whether rows without a value fail the rule; some ask that there is none."""
    is_present = rule.parameters.get("state") == "present"
    return rule.kind == "not_null" or (rule.kind == "conditional_null" and is_present)


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
