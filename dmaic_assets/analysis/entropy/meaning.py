"""Semantic uncertainty: whether people can know what a column means.

What belongs here: detectors of this layer.
"""

import re

from dmaic_assets.analysis.entropy.detector import Detector, Said, root
from dmaic_assets.analysis.entropy.facts import ColumnFacts
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.table.spelled_numbers import percent

# Scores of what is known of a meaning (R72): nothing, a part of it, all.
_NO_MEANING = 1.0
_PART = 0.6
_DOCUMENTED = 0.2
# Scores of a measure's unit (R79): two of them, unknown, none where things may be counted, known.
_TWO_UNITS = 1.0
_NO_UNIT = 0.8
_COUNTED = 0.5
_UNIT = 0.1
# Scores of a time's role (R79): no role, values that are no times, known.
_NO_ROLE = 0.6
_NO_TIME = 0.8
_TIME = 0.1
_TIMES = frozenset({"date", "datetime"})
# A word that says something: three letters with a vowel among them, or with a y.
_WORD = re.compile(r"(?=[a-z]*[aeiouy])[^\W\d_]{3,}")
# Words that stand for any column.
_EMPTY_WORDS = frozenset({"col", "column", "field", "var", "variable", "attr", "unnamed", "data"})


def _business_meaning(facts: ColumnFacts) -> Said:
    """What is known of a meaning: a person's words, a proven type, a telling name, or nothing."""
    meaning, said = facts.meaning, facts.said
    if said.description or said.concept:
        return _DOCUMENTED, "people described it"
    if meaning is not None and meaning.semantic_type is not None:
        kind = meaning.semantic_type.replace("_", " ")
        doubt = (1 - meaning.type_confidence) * (_PART - _DOCUMENTED)
        return _DOCUMENTED + doubt, f"its values are {kind}; confidence {meaning.confidence:.2f}"
    if place := _place(facts):
        return _DOCUMENTED, place
    if said.business_name or _telling(facts.name):
        return _PART, "only its name tells what it is"
    return _NO_MEANING, "neither its name nor its values tell what it is"


def _place(facts: ColumnFacts) -> str:
    """What a column is among the tables: a key, or a reference to one; empty when neither."""
    known, table = facts.value(RelationshipsValue), facts.table.name
    if known is None:
        return ""
    links = [k for k in known.foreign_keys if k.table == table and facts.name in k.columns]
    if links:
        return f"refers to {links[0].ref_table}"
    keys = [k for k in known.keys if k.table == table and facts.name in k.columns]
    return "identifies the row" if any(key.is_primary for key in keys) else ""


def _telling(name: str) -> bool:
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    return any(word not in _EMPTY_WORDS for word in words) or not name.isascii()


def _unit(facts: ColumnFacts) -> Said:
    meaning = facts.meaning
    if meaning is None or not facts.is_measure:
        return None
    quality = facts.value(StatisticalQualityValue)
    mixes = [m for m in quality.mixes if m.column == facts.name] if quality else []
    if mixes:
        share = max(min(m.values, m.known - m.values) / m.known for m in mixes)
        return _TWO_UNITS, f"{percent(share)} of its values are in another unit", root(share)
    if meaning.unit:
        return _UNIT, f"measured in {meaning.unit}"
    if meaning.type == "integer":
        return _COUNTED, "whole numbers without a unit: counted things, or a unit nobody told"
    return _NO_UNIT, "a measure without a unit"


def _temporal_role(facts: ColumnFacts) -> Said:
    meaning = facts.meaning
    if meaning is None:
        return None
    is_time = meaning.type in _TIMES
    if meaning.role == "timestamp" or meaning.semantic_type in _TIMES:
        if is_time:
            return _TIME, "tells when"
        return _NO_TIME, f"tells when, but its values are {meaning.type}"
    return (_NO_ROLE, f"holds times, but is a {meaning.role}") if is_time else None


def _agreement(facts: ColumnFacts) -> Said:
    """How far the witnesses of a meaning contradict each other (R81)."""
    meaning = facts.meaning
    if meaning is None:
        return None
    if meaning.semantic_type is None:
        denied = any(e.witness == "name" for e in meaning.evidence)
        return (meaning.conflict, "its values are not what its name says") if denied else None
    doubt = meaning.conflict * (1 - meaning.type_confidence)
    return (doubt, "its name and its values say different things") if doubt else None


DETECTORS = (
    Detector("business_meaning", "semantic", "semantic", column=_business_meaning),
    Detector("unit", "semantic", "semantic", column=_unit),
    Detector("temporal_role", "semantic", "semantic", column=_temporal_role),
    Detector("agreement", "semantic", "semantic", column=_agreement),
)
