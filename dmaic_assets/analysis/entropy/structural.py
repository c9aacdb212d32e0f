"""Structural uncertainty: types, keys, and the ways from one table to another.

What belongs here: detectors of this layer.
"""

from collections import Counter

from dmaic_assets.analysis.entropy.detector import Detector, Said, root
from dmaic_assets.analysis.entropy.facts import ColumnFacts, TableFacts
from dmaic_assets.analysis.values.relationships import ForeignKey, RelationshipsValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.table.spelled_numbers import percent, plural

# Share of a text column's values that another type must fit to be called into question.
_MOSTLY = 0.5
# Scores of the number of links between two tables (R72): none at all, one, two or three, more.
_ALONE = 0.9
_ONE_PATH = 0.1
_FEW_PATHS = 0.4
_MANY_PATHS = 0.7
_FEW = 3
# Score of a table whose rows nothing identifies: between investigating and being blocked.
_NO_KEY = 0.6
# Reliability below which a link is in doubt: relationships tells none below 0.55.
_SURE = 0.9


def _type_fidelity(facts: ColumnFacts) -> Said:
    """How many values are not what the column is: unparsed, no numbers, or not of their kind."""
    profile = facts.statistics.profile if facts.statistics else None
    if profile is None or profile.null_count == profile.rows:
        return None
    values = profile.rows - profile.null_count
    shares = {
        "values are no numbers (NaN or infinite)": (profile.nonfinite_count or 0) / values,
        "values fit no other type than text": _unparsed(facts),
    }
    quality = facts.value(StatisticalQualityValue)
    misfits = quality.misfits.get(facts.name) if quality else None
    if misfits is not None:
        shares[f"values are no {misfits.type}"] = misfits.count / misfits.values
    meaning = facts.meaning
    if meaning is not None and meaning.semantic_type and meaning.looked_at:
        kind = meaning.semantic_type.replace("_", " ")
        shares[f"distinct values are no {kind}"] = meaning.failing / meaning.looked_at
    worst = max(shares, key=lambda words: shares[words])
    if not shares[worst]:
        return 0.0, f"every value is of type {profile.type}"
    return root(shares[worst]), f"{percent(shares[worst])} of the {worst}"


def _unparsed(facts: ColumnFacts) -> float:
    """Share of the values of a text column that keep it from a type which most of them have."""
    read = facts.read_as
    if read is None or read.type != "text" or read.decided_by == "override":
        return 0.0
    best = max((c.parse_share for c in read.candidates if c.type != "text"), default=0.0)
    return 1 - best if _MOSTLY < best < 1 else 0.0


def _relationship(facts: ColumnFacts) -> Said:
    """How sure a reference to another table is: the worst of its parts counts (R76)."""
    known = facts.value(RelationshipsValue)
    name = facts.table.name
    links = [k for k in known.foreign_keys if k.table == name] if known else []
    own = [k for k in links if facts.name in k.columns]
    if not own:
        return None
    return max((_of_link(link) for link in own), key=lambda said: said[0])


def _of_link(link: ForeignKey) -> tuple[float, str, float]:
    # Plans beyond the last of the other table are no fault of either.
    orphans = 0.0 if link.is_ahead else link.orphan_share or 0.0
    doubt = max(_SURE - link.confidence, 0.0)
    target = f"{link.ref_table} ({', '.join(link.ref_columns)})"
    if root(orphans) >= doubt and orphans:
        words = f"{percent(orphans)} of the references to {target} lead nowhere"
        return root(orphans), words, root(orphans)
    return doubt, f"refers to {target}, with confidence {link.confidence:.2f}", root(orphans)


def _identity(facts: TableFacts) -> Said:
    known, statistics = facts.value(RelationshipsValue), facts.value(StatisticsValue)
    if known is None or (statistics is not None and not statistics.rows):
        return None
    keys = [key for key in known.keys if key.table == facts.name]
    if not keys:
        return _NO_KEY, "no column, and no few columns together, identify a row"
    repeated = min(key.repeated_share for key in keys)
    columns = ", ".join(keys[0].columns)
    if repeated:
        words = f"{percent(repeated)} of the rows repeat the key ({columns})"
        return root(repeated), words, root(repeated)
    return 0.0, f"({columns}) identifies every row"


def _join_path(facts: TableFacts) -> Said:
    """How many ways lead from this table to another: none, one, or several to choose from."""
    known, statistics = facts.value(RelationshipsValue), facts.value(StatisticsValue)
    if known is None or len(known.tables) < 2 or (statistics is not None and not statistics.rows):
        return None
    others: Counter[str] = Counter()
    for link in known.foreign_keys:
        if facts.name in (link.table, link.ref_table) and link.table != link.ref_table:
            others[link.ref_table if link.table == facts.name else link.table] += 1
    if not others:
        return _ALONE, "no key links it to another table"
    other, ways = others.most_common(1)[0]
    score = _ONE_PATH if ways == 1 else _FEW_PATHS if ways <= _FEW else _MANY_PATHS
    return score, f"{plural(ways, 'way')} to join it with {other}"


DETECTORS = (
    Detector("type_fidelity", "structural", "statistics", column=_type_fidelity, is_fault=True),
    Detector("relationship", "structural", "relationships", column=_relationship),
    Detector("identity", "structural", "relationships", table=_identity),
    Detector("join_path", "structural", "relationships", table=_join_path),
)
