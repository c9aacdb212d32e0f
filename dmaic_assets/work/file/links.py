"""Foreign keys between sources: learnt at the end of a run, judged with the keys known then.

What belongs here: the inclusion rules of a source, the version of the keys that they refer to,
and reading them. A file is judged by the keys known when it is judged, and its memo key says
which; only a file with unknown keys is judged again when the other source has changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.model import Json, Rule, RuleSet, Verdict
from dmaic_assets.store.artifacts import find_json, put_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.file_queries import StoredRows, newest_stored, stored_rows
from dmaic_assets.store.ledger.record.memo import MemoRecord, asset_keys, lookup, remember
from dmaic_assets.work.assets.names import PROFILE
from dmaic_assets.work.file.file_facts import ProfileFacts
from dmaic_assets.work.known_keys.known import KINDS as OWN_KINDS
from dmaic_assets.work.known_keys.listed import current_version
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    import polars as pl

    from dmaic_assets.phenomena.reference.learn import Candidate, SourceColumn

NOT_THERE = "none"
KINDS = frozenset({"inclusion", "orphan_share"})
_ASSET = "links"
_OWN_LISTS = frozenset({"in_set", "near_miss", "new_values", "range", "distribution", "scale_mix"})
# The separator of composite keys, as the rule kind joins them.
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Links:
    """The keys of other sources that a rule set refers to: their versions, and how to read them."""

    versions: Mapping[str, str] = field(default_factory=dict)
    load: "Callable[[], dict[str, pl.Series]]" = dict


def with_links(rules: RuleSet, links: Sequence[Rule]) -> RuleSet:
    """Adds the foreign keys learnt for the source, but those that people speak of themselves.

    A foreign key has the other source's keys as its list: learnt bounds and lists of its own,
    which the next new key would break, are left out.
    """
    known = {rule.id for rule in rules.rules}
    new = [rule for rule in links if rule.id not in known]
    columns = {rule.columns for rule in new}
    kept = [
        rule
        for rule in rules.rules
        if not (rule.origin == "learnt" and rule.kind in _OWN_LISTS and rule.columns in columns)
    ]
    return replace(rules, rules=(*kept, *new)) if new else rules


def links_of(platform: Platform, rules: RuleSet) -> Links:
    """Tells which keys of other sources a rule set needs, and their versions now."""
    names = sorted(
        {str(r.parameters["reference"]) for r in rules.rules if r.kind in KINDS and r.is_enabled}
    )
    if not names:
        return Links()
    stored = stored_rows(platform.ledger, map(_source_of, names))
    versions = {name: _version(stored.get(_source_of(name), [])) for name in names}

    def load() -> "dict[str, pl.Series]":
        found = {name: _keys(platform, name, stored.get(_source_of(name), [])) for name in names}
        return {name: keys for name, keys in found.items() if keys is not None}

    return Links(versions, load)


def current_versions(platform: Platform, names: Iterable[str]) -> dict[str, str]:
    """Tells the versions that keys of other sources have now, by "source.column"."""
    listed = sorted(names)
    stored = stored_rows(platform.ledger, map(_source_of, listed))
    versions = {source: _version(rows) for source, rows in stored.items()}
    return {name: versions.get(_source_of(name), NOT_THERE) for name in listed}


def waits_for_keys(verdict: Verdict, links: Links) -> bool:
    """Whether another state of the other sources could change the verdict for the better."""
    is_missing = NOT_THERE in links.versions.values()
    return is_missing or any(v.kind in KINDS | OWN_KINDS for v in verdict.violations)


def link_components(
    facts: Mapping[str, Json], platform: Platform, home: Path
) -> Mapping[str, Json]:
    """The versions of keys that count for a file judged before, from its settled facts.

    Those it was judged by; those of now if it had unknown keys, or known ones of its own source.
    `home` is where the file arrived.
    """
    components = facts.get("components")
    recorded = components.get(_ASSET) if isinstance(components, dict) else None
    if not isinstance(recorded, dict):
        return {}
    if not facts.get("waits_for_keys"):
        return recorded
    own = {name: v for name in recorded if (v := current_version(platform, name, home))}
    return current_versions(platform, recorded.keys() - own) | own


def learn_links(platform: Platform, sources: Sequence[str], run_id: str) -> None:
    """Learns the foreign keys of the sources that a run worked on, from what is accepted now."""
    from dmaic_assets.phenomena.reference.learn import best_of, candidates_of, keys_by_name

    newest = newest_stored(platform.ledger) if sources else {}
    if len(newest) < 2:
        return
    columns = _columns(platform, newest)
    keys = keys_by_name(column for listed in columns.values() for column in listed)
    records: list[MemoRecord] = []
    for source in sources:
        found = candidates_of(source, columns.get(source, ()), keys)
        rules = [_compared(platform, candidate) for candidate in found]
        best = best_of([rule for rule in rules if rule is not None])
        if best or learnt_links(platform, source):
            records.append(_record(platform, source, best, run_id))
    remember(platform.ledger, records)


def _compared(platform: Platform, candidate: "Candidate") -> Rule | None:
    from dmaic_assets.phenomena.reference.learn import ORPHAN_PART, inclusion_rule, orphan_rule
    from dmaic_assets.rules.budget import budget_for

    column = candidate.column
    stored = stored_rows(platform.ledger, (column.source, candidate.key.source))
    mine = stored[column.source][-platform.settings.dmaic.runs.baseline_window :]
    used = _keys(platform, f"{column.source}.{column.column}", mine)
    keys = _keys(platform, candidate.reference, stored[candidate.key.source])
    if used is None or keys is None:
        return None
    rows = sum(part.rows for part in mine)
    held = inclusion_rule(candidate, used, keys, rows=rows, files=len(mine))
    if held is not None or used.drop_nulls().is_in(keys.implode()).mean() == 0:
        return held
    runs = platform.settings.dmaic.runs
    budget = budget_for(
        runs.false_alarm_budget, platform.settings.source(column.source).criticality
    )
    counts = [_orphans(platform, part, column.column, keys) for part in mine]
    known = [count for count in counts if count is not None]
    return orphan_rule(candidate, known, keys=len(keys.drop_nulls()), alpha=budget * ORPHAN_PART)


def _orphans(
    platform: Platform, part: StoredRows, name: str, keys: "pl.Series"
) -> tuple[int, int] | None:
    """How many accepted rows of a file have a value, and how many of these no key."""
    import polars as pl

    from dmaic_assets.table.text_table import column

    path = platform.paths.data / part.path
    if not path.is_file():
        return None
    frame = pl.scan_parquet(path, glob=False)
    if name not in frame.collect_schema():
        return None
    used = frame.select(column(name).cast(pl.String).alias("used")).drop_nulls()
    is_known = pl.col("used").is_in(keys.drop_nulls().implode())
    there, known = used.select(pl.len(), is_known.sum().alias("known")).collect().row(0)
    return int(there), int(there) - int(known)


def _columns(platform: Platform, newest: Mapping[str, str]) -> "dict[str, list[SourceColumn]]":
    """The columns of every source as the profile of its newest accepted file has them."""
    from dmaic_assets.phenomena.reference.learn import SourceColumn

    settled = lookup(platform.ledger, newest.values())
    keys = {source: _profile_key(settled.get(key)) for source, key in newest.items()}
    profiles = lookup(platform.ledger, [key for key in keys.values() if key])
    found: dict[str, list[SourceColumn]] = {}
    for source, key in keys.items():
        record = profiles.get(key)
        if record is None:
            continue
        told = from_json(ProfileFacts, {**record.facts})
        found[source] = [
            SourceColumn(
                source=source,
                column=c.name,
                type=c.type,
                rows=told.rows,
                nulls=round(c.null_share * told.rows),
                distinct=c.distinct,
            )
            for c in told.columns
        ]
    return found


def _profile_key(settled: MemoRecord | None) -> str:
    return asset_keys(settled).get(PROFILE, "")


def _version(stored: Sequence[StoredRows]) -> str:
    return sha256_json(sorted(part.version for part in stored)) if stored else NOT_THERE


def _keys(platform: Platform, name: str, stored: Sequence[StoredRows]) -> "pl.Series | None":
    """The distinct values of "source.column[,column]" as text; None when no file has them."""
    import polars as pl

    from dmaic_assets.table.text_table import column

    wanted = name.partition(".")[2].split(",")
    parts: list[pl.LazyFrame] = []
    for one in stored:
        path = platform.paths.data / one.path
        if not path.is_file():
            continue
        frame = pl.scan_parquet(path, glob=False)
        if set(wanted) <= set(frame.collect_schema().names()):
            texts = [column(c).cast(pl.String) for c in wanted]
            joined = texts[0] if len(texts) == 1 else pl.concat_str(texts, separator=_SEPARATOR)
            parts.append(frame.select(joined.alias("keys")).unique())
    if not parts:
        return None
    return pl.concat(parts).unique().collect().get_column("keys")


def _source_of(name: str) -> str:
    return name.partition(".")[0]


def _memo_key(source: str) -> str:
    return sha256_json({"asset": _ASSET, "source": source})


def learnt_links(platform: Platform, source: str) -> list[Rule]:
    """The foreign keys learnt for a source; none before a run has ended."""
    return learnt_links_of_all(platform, [source]).get(source, [])


def learnt_links_of_all(platform: Platform, sources: Sequence[str]) -> dict[str, list[Rule]]:
    """The foreign keys learnt for each of some sources that has any."""
    keys = {source: _memo_key(source) for source in sources}
    records = lookup(platform.ledger, keys.values())
    found = {s: _rules_of(platform, records.get(key)) for s, key in keys.items()}
    return {source: rules for source, rules in found.items() if rules}


def _rules_of(platform: Platform, record: MemoRecord | None) -> list[Rule]:
    payload = find_json(platform.paths.artifacts, record.artifact if record else None)
    return [from_json(Rule, entry) for entry in payload] if isinstance(payload, list) else []


def _record(platform: Platform, source: str, rules: Sequence[Rule], run_id: str) -> MemoRecord:
    payload: list[Json] = [to_json(rule) for rule in rules]
    artifact = put_json(platform.paths.artifacts, _ASSET, payload)
    return MemoRecord(
        memo_key=_memo_key(source),
        asset=_ASSET,
        data_version=artifact.sha256,
        code_version="",
        artifact=artifact,
        run_id=run_id,
        computed_at=platform.clock(),
        facts={"source": source},
    )
