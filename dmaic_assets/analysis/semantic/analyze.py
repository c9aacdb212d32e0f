"""The analysis `semantic`: what every column of a table means, with evidence.

What belongs here: the order of the questions, overrides, and findings in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast, get_args

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.semantic.claim import LEAST_SHARE
from dmaic_assets.analysis.semantic.decide import Decided, decide, failing
from dmaic_assets.analysis.semantic.kinds import kinds
from dmaic_assets.analysis.semantic.look import Look, look_at, more_texts
from dmaic_assets.analysis.semantic.measures import behaviour_of, unit_of
from dmaic_assets.analysis.semantic.privacy import sensitive_reason
from dmaic_assets.analysis.semantic.roles import Played, role_of
from dmaic_assets.analysis.semantic.words import business_name, singular, words_of
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import (
    Behaviour,
    ColumnMeaning,
    Evidence,
    Role,
    SemanticValue,
)
from dmaic_assets.settings.analyses import ColumnOverride
from dmaic_assets.table.spelled_numbers import percent

# Chance below which a test is strict enough to call single values that fail it wrong.
_STRICT_CHANCE = 0.05
_IDENTITY_WORDS = frozenset({"id", "key", "fk", "code", "number", "no", "uuid", "sk", "foreign"})


def analyze(study: Study) -> Outcome:
    """Tells what every column of a table means; a person's word in the settings wins."""
    table = study.table
    entity = tuple(map(singular, words_of(table.name)))
    columns: dict[str, ColumnMeaning] = {}
    findings: list[Finding] = []
    for position, name in enumerate(table.columns()):
        override = study.settings.columns.get(f"{table.name}.{name}")
        meaning, denied = _meaning(table, look_at(table, name, position), entity, override)
        columns[name] = meaning
        findings.extend(_findings(table.name, name, meaning, denied))
    findings.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return Outcome(SemanticValue(" ".join(entity) or None, columns), tuple(findings))


def _meaning(
    table: Table, look: Look, entity: tuple[str, ...], override: ColumnOverride | None
) -> tuple[ColumnMeaning, str | None]:
    """What one column means, and the semantic type that its values deny its name."""
    found = decide(look, entity)
    if override is not None and override.semantic_type is not None:
        found = Decided(override.semantic_type, None, 1.0)
    semantic_type = found.semantic_type
    played = role_of(look, semantic_type, entity)
    unit = unit_of(look, semantic_type)
    behaviour: Behaviour | None = None
    if played.role == "measure":
        behaviour = behaviour_of(look, semantic_type, unit[0] if unit else None)
    private = sensitive_reason(look, semantic_type, entity)
    looked_at, failed = _verified(table, look, found)
    meaning = ColumnMeaning(
        look.type,
        played.role,
        played.confidence,
        semantic_type,
        found.confidence,
        min(played.confidence, found.confidence) if semantic_type else played.confidence,
        form=found.form,
        unit=unit[0] if unit else None,
        entity=_entity_of(look, played.role, entity),
        behaviour=behaviour,
        is_sensitive=private is not None,
        business_name=business_name(look.name),
        concept=_concept(semantic_type, played.role),
        conflict=found.conflict,
        ignorance=found.ignorance,
        looked_at=looked_at,
        failing=failed,
        is_sampled=looked_at < look.distinct,
        evidence=tuple(_evidence(look, found, played, _evidence_of_others(unit, private))),
    )
    meaning = _overridden(meaning, override)
    if not meaning.description:
        meaning = replace(meaning, description=_description(meaning))
    return meaning, found.denied


def _verified(table: Table, look: Look, found: Decided) -> tuple[int, int]:
    """Distinct values on which a strict semantic type was tested, and how many failed.

    None fails a test that is a sign only.
    """
    claim, test = found.claim, found.test
    if claim is None or test is None or test.is_sign or claim.chance > _STRICT_CHANCE:
        return len(look.texts), 0
    if look.distinct == len(look.texts):
        return claim.tried, claim.tried - claim.passed
    texts = more_texts(table, look.name)
    return len(texts), failing(test, texts)


def _evidence(
    look: Look, found: Decided, played: Played, others: Iterable[Evidence]
) -> Iterator[Evidence]:
    yield from _evidence_of_type(look, found)
    yield Evidence("role", played.role, played.reason)
    if len(look.texts) < look.distinct:
        text = f"looked at {len(look.texts):,} of {look.distinct:,} distinct values"
        yield Evidence("sample", "", text)
    yield from others


def _evidence_of_others(unit: tuple[str, str] | None, private: str | None) -> Iterator[Evidence]:
    if unit:
        yield Evidence(unit[1], unit[0], f"the {unit[1]} gives the unit {unit[0]}")
    if private:
        yield Evidence("privacy", "sensitive", private)


def _evidence_of_type(look: Look, found: Decided) -> Iterator[Evidence]:
    kind, claim = found.semantic_type, found.claim
    if kind and claim is not None:
        seen = f"{claim.passed:,} of {claim.tried:,} distinct values are {kind} ({claim.form})"
        yield Evidence("values", kind, f"{seen}; {percent(claim.chance)} would be by chance")
    elif kind:
        yield Evidence(
            "type" if found.form else "override", kind, found.form or "set in the settings"
        )
    if kind and found.hint:
        yield Evidence("name", kind, f"the name {look.name} says {kind} ({found.hint:.1f})")
    for rival, share in sorted(found.rivals.items()):
        yield Evidence("values", rival, f"it may be {rival} as well ({percent(share)})")
    if found.denied:
        yield Evidence("name", found.denied, f"the name says {found.denied}, the values do not")


def _entity_of(look: Look, role: Role, entity: tuple[str, ...]) -> str | None:
    """What a column tells of: a foreign key of the thing in its name, others of the table's."""
    named = [w for w in look.words if w not in _IDENTITY_WORDS]
    if role == "foreign_key" and named:
        return " ".join([*named[:-1], singular(named[-1])])
    return " ".join(entity) or None


def _concept(semantic_type: str | None, role: Role) -> str | None:
    kind = kinds().get(semantic_type or "")
    if kind is not None:
        return kind.concept
    if semantic_type is not None:
        return "state" if semantic_type == "boolean" else "time"
    by_role = {"key": "identity", "foreign_key": "reference", "measure": "quantity"}
    return by_role.get(role, "classification" if role == "dimension" else None)


def _description(meaning: ColumnMeaning) -> str:
    """One sentence of what a column is, from what was found."""
    what = (meaning.semantic_type or meaning.type).replace("_", " ")
    roles = {
        "key": "Identifies the row",
        "foreign_key": f"Refers to another table's {meaning.entity or 'row'}",
        "measure": "Measures",
        "dimension": "Groups rows",
        "timestamp": "Tells when",
        "text": "Describes",
    }
    text = f"{meaning.business_name}. {roles[meaning.role]}: {what}"
    return f"{text}, in {meaning.unit}." if meaning.unit else f"{text}."


def _overridden(meaning: ColumnMeaning, override: ColumnOverride | None) -> ColumnMeaning:
    """Puts a person's words in the place of what was found."""
    if override is None:
        return meaning
    said = override.model_dump(exclude_none=True)
    role = said.pop("role", None)
    if role in get_args(Role):
        meaning = replace(meaning, role=cast("Role", role), role_confidence=1.0)
    told = {name: value for name, value in said.items() if name != "semantic_type"}
    sure = meaning.type_confidence if meaning.semantic_type else 1.0
    evidence = Evidence(
        "override", "settings", "set in the settings: " + ", ".join(sorted({*told}))
    )
    kept = meaning.evidence if not told and role is None else (*meaning.evidence, evidence)
    confidence = min(meaning.role_confidence, sure)
    return replace(meaning, **told, confidence=confidence, evidence=kept)


def _findings(
    table: str, name: str, meaning: ColumnMeaning, denied: str | None
) -> Iterator[Finding]:
    where, kind = f"{table}.{name}", (meaning.semantic_type or "").replace("_", " ")
    if meaning.failing and meaning.failing <= (1 - LEAST_SHARE) * meaning.looked_at:
        counts = f"{meaning.failing:,} of {meaning.looked_at:,} distinct values"
        text = f"{counts} of {where} are no {kind}."
        yield _finding(table, name, "failing_values", float(meaning.failing), "low", text)
    if denied:
        text = (
            f"{where} is named like {denied.replace('_', ' ')}, but its values are something else."
        )
        yield _finding(table, name, "name_denied", None, "low", text)
    if meaning.is_sensitive:
        text = f"{where} holds personal data or a secret; its values are not shown."
        yield _finding(table, name, "sensitive", 1.0, "info", text)
    if meaning.semantic_type is not None:
        text = f"{where} holds {kind}, as {meaning.role.replace('_', ' ')}."
        yield _finding(table, name, "semantic_type", meaning.type_confidence, "info", text)


def _finding(
    table: str, name: str, metric: str, value: float | None, weight: Weight, text: str
) -> Finding:
    unit = "values" if metric == "failing_values" else "1"
    return Finding(table, (name,), metric, value, unit, text, weight)
