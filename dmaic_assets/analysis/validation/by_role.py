"""Filters that nobody has to declare: what the roles of columns ask of every row.

What belongs here: from roles, keys and references to rules. Of a table for which people declare a
filter only the order of two times is asked, where theirs does not speak of both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.settings.validation import FilterGraph, FilterRule, Matching, Reference, TextForm
from dmaic_assets.store.warehouse.layout import quote_name

# Confidence from which a reference is asked of rows: a wrong one would set clean rows apart.
_SURE = 0.85
# Times outside are placeholders: 1900-01-01 and 9999-12-31 stand for "none" in many systems. The
# first year is not 1970 (R65), before which people were born.
_FROM, _UNTIL = "1900-01-02", "2100-01-01"
# Forms that tell nearly every wrong value and no right one; telephone numbers have too many.
_FORMS: Mapping[str, TextForm] = {"email": "email", "url": "url"}
# Types of columns that hold times of the calendar.
_TIMES = frozenset({"date", "datetime"})
# Words of two times of which one comes first, and of two amounts of which one is 0.
_STARTS, _ENDS = ("start", "begin", "from", "opened"), ("end", "finish", "until", "to", "closed")
_SIDES = ("debit", "credit")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def filters_by_role(study: Study) -> tuple[FilterGraph, ...]:
    """The filters of all tables, in their order; of one with its own only what that leaves out."""
    declared: dict[str, list[FilterRule]] = {}
    for graph in study.settings.validation.filters:
        declared.setdefault(graph.table, []).extend(graph.rules)
    found: list[FilterGraph] = []
    for name, table in study.tables.items():
        rules = list(_rules(study, table))
        if name in declared:
            rules = [r for r in rules if r.ordered and not _speaks_of(declared[name], r.ordered)]
        if rules:
            # Of two rules of one name, as of the columns `a b` and `a_b`, the first is taken.
            named = {rule.name: rule for rule in reversed(rules)}
            kept = tuple(rule for rule in rules if named[rule.name] is rule)
            found.append(FilterGraph(name=_name(f"{name}_by_role"), table=name, rules=kept))
    return tuple(found)


def _speaks_of(rules: Sequence[FilterRule], pair: Sequence[str]) -> bool:
    """Whether one of the rules puts both columns in relation."""
    return any(
        set(pair) <= set(rule.ordered) or all(n in (rule.expression or "") for n in pair)
        for rule in rules
    )


def _rules(study: Study, table: Table) -> Iterator[FilterRule]:
    known = study.value(RelationshipsValue)
    meaning = study.value(SemanticValue, table.name).columns
    for key in known.keys:
        if key.table == table.name and key.is_primary:
            yield FilterRule(name="key_filled", outcome="quarantine", not_null=key.columns)
            needs = ("key_filled",)
            unique = key.columns
            yield FilterRule(name="key_unique", outcome="quarantine", needs=needs, unique=unique)
    for link in known.foreign_keys:
        if link.table == table.name and link.confidence >= _SURE and link.ref_table in study.tables:
            reference = Reference(
                columns=link.columns, table=link.ref_table, ref_columns=link.ref_columns
            )
            name = _name(f"{'_'.join(link.columns)}_refers")
            yield FilterRule(name=name, outcome="exclude", reference=reference)
    yield from _of_columns(meaning)
    yield from _of_pairs(meaning)


def _of_columns(meaning: Mapping[str, ColumnMeaning]) -> Iterator[FilterRule]:
    for name, told in meaning.items():
        if told.role == "timestamp" and told.type in _TIMES:
            column = quote_name(name)
            within = f"{column} >= DATE '{_FROM}' AND {column} < DATE '{_UNTIL}'"
            yield FilterRule(name=_name(f"{name}_is_a_time"), expression=within)
        elif told.type == "text" and (form := _FORMS.get(told.semantic_type or "")):
            matches = Matching(column=name, form=form)
            yield FilterRule(name=_name(f"{name}_is_{form}"), matches=matches)


def _of_pairs(meaning: Mapping[str, ColumnMeaning]) -> Iterator[FilterRule]:
    """Rules of two columns whose names differ in one word."""
    times = [n for n, m in meaning.items() if m.role == "timestamp" and m.type in _TIMES]
    amounts = [n for n, m in meaning.items() if m.role == "measure"]
    for first, second in _twins(times, _STARTS, _ENDS):
        yield FilterRule(name=_name(f"{first}_first"), ordered=(first, second))
    for debit, credit in _twins(amounts, _SIDES[:1], _SIDES[1:]):
        both = f"NOT ({quote_name(debit)} > 0 AND {quote_name(credit)} > 0)"
        yield FilterRule(name=_name(f"{debit}_or_{credit}"), expression=both)


def _twins(
    names: list[str], firsts: tuple[str, ...], seconds: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Pairs of names alike but for one of the first words in one and of the second in the other."""
    words = {name: [w.lower() for w in _WORD.findall(name)] for name in names}
    for one, other in product(names, names):
        changes = product(firsts, seconds)
        if any(
            a in words[one] and [b if w == a else w for w in words[one]] == words[other]
            for a, b in changes
        ):
            yield one, other


def _name(text: str) -> str:
    plain = re.sub(r"\W", "_", text, flags=re.ASCII)
    return plain if plain[:1].isalpha() else f"_{plain}"
