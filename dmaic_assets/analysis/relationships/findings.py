"""What relationships are worth telling people: broken references, tables without keys, fan traps.

What belongs here: the wording and the weight of each.
"""

from collections.abc import Iterator, Mapping, Sequence

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.values.held import Held, with_held
from dmaic_assets.analysis.values.relationships import (
    FanTrap,
    ForeignKey,
    JoinedCorrelation,
    Key,
    RelationshipsValue,
)
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

# Share of orphans up to which they are exceptions to a rule that else holds: each wants an answer.
# With more, the other table is incomplete as a habit.
_EXCEPTIONS = 0.01
# Confidence from which a broken reference is worth an answer.
_SURE = 0.85
# Effect from which one of two columns tells nothing that the other does not (R35).
_REDUNDANT = 0.99
# Pairs of columns of two tables that get a sentence each, and pairs of tables at a hub that are
# named: the value has all.
_MOST_TOLD = 5
# Growth of a join from which a fan trap is more than a note.
_WIDE = 2.0


def findings_of(value: RelationshipsValue, held: Mapping[str, Held]) -> tuple[Finding, ...]:
    """Lists what is found, the gravest first; `held` is what of each table is in quarantine."""
    found = [
        *(_orphans(key, held) for key in value.foreign_keys if key.orphans),
        *(_repeated(key) for key in value.keys if key.repeated_share),
        *_without_key(value),
        *_traps(value.fan_traps),
        *_correlated(value.correlations),
        *(_link(key) for key in value.foreign_keys),
    ]
    return tuple(sorted(found, key=lambda f: -WEIGHTS.index(f.weight)))


def words_of(key: ForeignKey) -> str:
    """Spells a reference: flights (origin, time_hour) -> weather (origin, time_hour)."""
    columns, others = ", ".join(key.columns), ", ".join(key.ref_columns)
    return f"{key.table} ({columns}) -> {key.ref_table} ({others})"


def _orphans(key: ForeignKey, held: Mapping[str, Held]) -> Finding:
    share = key.orphan_share or 0.0
    is_all_held = key.held == key.orphans
    weight: Weight = "high" if share <= _EXCEPTIONS and key.confidence >= _SURE else "medium"
    weight = "low" if key.is_ahead or is_all_held else weight
    columns = ", ".join(key.columns)
    text = (
        f"{plural(key.orphans, 'row')} of {key.table} ({percent(key.orphans / key.rows)}) have a "
        f"value in {columns} that {key.ref_table} does not have in {', '.join(key.ref_columns)}"
    )
    if key.held:
        them = "all" if is_all_held else f"{key.held:,}"
        text += f", {them} of which are held in quarantine"
    rest = "all others" if key.held else "all"
    text += f": {rest} are after its last." if key.is_ahead else "."
    examples: list[Json] = list(key.orphan_examples)
    evidence: dict[str, Json] = {
        "orphans": key.orphans,
        "held": key.held,
        "rows": key.rows,
        "examples": examples,
    }
    metric = "held_key_share" if is_all_held else "orphan_share"
    value = key.held / key.rows if is_all_held else share
    found = Finding(key.table, key.columns, metric, value, "1", text, weight, evidence)
    # Where all that is held was looked at, it explains no more of them.
    is_open = not is_all_held and not key.is_held_whole
    return with_held(found, (key.ref_table,) if is_open else (), held)


def _repeated(key: Key) -> Finding:
    text = (
        f"{', '.join(key.columns)} of {key.table} identifies rows by its name and nearly all of "
        f"its values, but {percent(key.repeated_share)} of the rows repeat another's or have none."
    )
    share = key.repeated_share
    return Finding(key.table, key.columns, "repeated_key_share", share, "1", text, "high")


def _without_key(value: RelationshipsValue) -> Iterator[Finding]:
    known = {key.table for key in value.keys}
    for table in value.tables:
        if table not in known:
            text = f"No one to four columns of {table} that could be a key identify its rows."
            yield Finding(table, (), "keys", 0.0, "", text, "low")


def _traps(traps: Sequence[FanTrap]) -> Iterator[Finding]:
    """One finding for each hub: whoever joins over it wants all its traps together."""
    hubs: dict[str, list[FanTrap]] = {}
    for trap in traps:
        hubs.setdefault(trap.hub, []).append(trap)
    for hub, found in hubs.items():
        told = "; ".join(
            f"{' and '.join(trap.tables)} {trap.growth:,.1f} times" for trap in found[:_MOST_TOLD]
        )
        text = (
            f"Tables that both refer to {hub}, joined over it, give more rows than the larger of "
            f"them has, so sums count rows several times: {told}."
        )
        growth = max(trap.growth for trap in found)
        weight: Weight = "low" if growth >= _WIDE else "info"
        yield Finding(hub, (), "fan_trap_growth", growth, "1", text, weight)


def _correlated(found: Sequence[JoinedCorrelation]) -> Iterator[Finding]:
    strongest = sorted(found, key=lambda one: -min(abs(one.low), abs(one.high)))
    for one in strongest[:_MOST_TOLD]:
        is_redundant = abs(one.effect) >= _REDUNDANT
        meaning = ": one of them tells hardly anything that the other does not"
        sampled = "sampled " if one.is_sampled else ""
        text = (
            f"{one.column} of {one.table} and {one.ref_column} of {one.ref_table}, joined over "
            f"{', '.join(one.by)}, go together (Pearson's r {one.effect:.2f}, {one.low:.2f} to "
            f"{one.high:.2f}, {one.rows:,} {sampled}rows){meaning if is_redundant else ''}."
        )
        evidence: dict[str, Json] = {
            "ref_table": one.ref_table,
            "ref_column": one.ref_column,
            "low": one.low,
            "high": one.high,
            "rows": one.rows,
            "ref_rows": one.ref_rows,
        }
        metric, unit = "joined_correlation", "1"
        columns = (one.column,)
        yield Finding(one.table, columns, metric, one.effect, unit, text, "info", evidence)


def _link(key: ForeignKey) -> Finding:
    success = key.joined_share
    found = "no row to tell it from" if success is None else f"{percent(success)} of rows join"
    text = f"{words_of(key)} is a foreign key ({key.cardinality}; {found})."
    evidence: dict[str, Json] = {"confidence": key.confidence, "used_share": key.used_share}
    return Finding(key.table, key.columns, "join_success", success, "1", text, "info", evidence)
