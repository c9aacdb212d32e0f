"""The hand part of the rule files, and its hash per source, without reading what is unchanged.

Reading a rule file costs milliseconds and there may be a thousand of them, so the hash of the
hand part is remembered under the hash of the file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dmaic_assets.errors import BadInputError, DmaicError, SettingsError
from dmaic_assets.model import ColumnType, Json, Rule, RuleSet
from dmaic_assets.rules.admission import admitted_reach, admitted_values
from dmaic_assets.rules.merge import hand_part
from dmaic_assets.rules.people import released
from dmaic_assets.settings.columns import PLACE
from dmaic_assets.settings.files import is_there
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.artifacts import get_json, is_intact
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.assets.names import RULE_SET
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.plan.hashing import Hasher
from dmaic_assets.work.run.platform import Platform

NO_HAND_RULES = "none"
_ASSET = "hand_rules"
# Version of what is stored under this memo key; raised when its form changes.
_FORM = 2


@dataclass(frozen=True, slots=True)
class HandRules:
    """The hash of what people said in a source's rule file, and the file when it says something.

    `released` names, for each file (SHA-256) that people released, the rules that do not count.
    """

    version: str
    path: Path | None
    released: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def load(self) -> RuleSet | None:
        """Reads the hand part; None when there is none.

        Raises:
            BadInputError: The file is not a rule file; names file, rule and key.
        """
        if self.path is None or self.version == NO_HAND_RULES:
            return None
        return _hand_part_of(self.path)


def rules_path(settings: Settings, source: str) -> Path:
    """Where the rule file of a source is."""
    return settings.paths.rules / f"{source}.yaml"


def hand_rules_of(settings: Settings, source: str) -> HandRules:
    """Reads the hand part of one source's rule file and hashes it.

    Raises:
        BadInputError: The file is not a rule file; names file, rule and key.
    """
    path = rules_path(settings, source)
    if not is_there(path):
        return HandRules(NO_HAND_RULES, None)
    hand = _hand_part_of(path)
    return HandRules(_version(hand), path, released(hand))


def refuse_wrong_rules(platform: Platform, hand: HandRules, accepted: Sequence[Arrival]) -> None:
    """Refuses hand rules that contradict the columns of the source's accepted files.

    Raises:
        BadInputError: A column is misspelt, or a parameter does not fit its type; names the file,
            the rule, the column and the nearest column.
    """
    written = hand.load()
    if written is None:
        return
    from dmaic_assets.rules.fitting import refuse_misfits

    history = {t.column: t for t in types_of(platform, accepted)}
    refuse_misfits(written.rules, history, subject=str(hand.path))


def refuse_wrong_time_column(
    platform: Platform, source: SourceSettings, accepted: Sequence[Arrival]
) -> None:
    """Refuses a declared `time_column` that accepted files lack, or in which they have no times.

    Raises:
        SettingsError: It is wrong; names the file, the source, the key and what would do.
    """
    if source.time_column is None:
        return
    from dmaic_assets.rules.time_column import refuse_time_column

    place = f"config/sources.yaml source {source.name}"
    known = types_of(platform, accepted)
    refuse_time_column(source.time_column, known, subject=place, key="time_column")


def refuse_wrong_columns(platform: Platform, source: str, accepted: Sequence[Arrival]) -> None:
    """Refuses columns of config/thresholds.yaml that the source's accepted files spell otherwise.

    A column without a similar name in these files may come with the next one.

    Raises:
        SettingsError: A column is misspelt; names the file, the key and the nearest column.
    """
    said = platform.settings.thresholds_file.sources.get(source, {}).get("columns", {})
    if not said:
        return
    from dmaic_assets.rules.fitting import nearest

    known = tuple(dict.fromkeys(t.column for t in types_of(platform, accepted)))
    for name in said:
        near = nearest(name, known)
        if name not in known and near is not None:
            culprit = f"column {name} is in no accepted file; the nearest is {near}"
            raise SettingsError(f"{PLACE} sources.{source}.columns", culprit, f"Write {near}.")


def types_of(platform: Platform, accepted: Sequence[Arrival]) -> list[ColumnType]:
    """Gives the column types of accepted files, the newest file's last; lost ones are left out."""
    found: list[ColumnType] = []
    for arrival in accepted:
        if arrival.types is not None and is_intact(platform.paths.artifacts, arrival.types):
            payload = get_json(platform.paths.artifacts, arrival.types)
            found.extend(from_json(tuple[ColumnType, ...], payload))
    return found


def hand_rules_of_all(
    platform: Platform, sources: Iterable[str], hasher: Hasher
) -> tuple[dict[str, HandRules], dict[str, DmaicError]]:
    """Gives the hand rules of many sources, reading only rule files that changed.

    Returns:
        The hand rules of each source, and the refusals of those whose rule file cannot be read:
        one broken file is no reason to leave out other sources.
    """
    code = code_versions()[RULE_SET]
    keys: dict[str, str] = {}
    result: dict[str, HandRules] = {}
    refused: dict[str, DmaicError] = {}
    for source in sources:
        try:
            sha256 = hash_if_there(rules_path(platform.settings, source), hasher)
        except DmaicError as error:
            refused[source] = error
            continue
        if sha256 is None:
            result[source] = HandRules(NO_HAND_RULES, None)
        else:
            keys[source] = _key(sha256, code)
    known = lookup(platform.ledger, list(keys.values()))
    fresh: list[MemoRecord] = []
    for source, key in keys.items():
        if key in known:
            path = rules_path(platform.settings, source)
            result[source] = HandRules(known[key].data_version, path, _released(known[key]))
            continue
        try:
            result[source] = hand_rules_of(platform.settings, source)
        except BadInputError as error:
            refused[source] = error
            continue
        fresh.append(_remembered(platform, key, result[source]))
    remember(platform.ledger, fresh)
    return result, refused


def hash_if_there(path: Path, hasher: Callable[[Path], str]) -> str | None:
    """Hashes a file of the configuration; None when there is none.

    Raises:
        SettingsError: A folder has its name, or it cannot be read.
    """
    if not is_there(path):
        return None
    try:
        return hasher(path)
    except OSError as error:
        fix = "Give this user read access to the file, or remove it."
        raise SettingsError(str(path), f"cannot be read: {error.strerror}", fix) from error


def remember_hand_rules(platform: Platform, rules: RuleSet) -> None:
    """Remembers the hand part of a rule file that was just written, so that nobody reads it."""
    path = rules_path(platform.settings, rules.source)
    key = _key(hash_file(path), code_versions()[RULE_SET])
    hand = HandRules(_version(hand_part(rules)), None, released(rules))
    remember(platform.ledger, [_remembered(platform, key, hand)])


def _hand_part_of(path: Path) -> RuleSet:
    # Rule files that nobody touched are not read, and then Polars is not loaded either.
    from dmaic_assets.rules.yaml.file import load_rules

    return hand_part(load_rules(path))


def _key(sha256: str, code: str) -> str:
    return sha256_json({"asset": _ASSET, "code": code, "file": sha256, "form": _FORM})


def enforced(rule: Rule) -> dict[str, Json]:
    """The part of a rule that decides: evidence and wording change no verdict."""
    return {
        "id": rule.id,
        "kind": rule.kind,
        "columns": list(rule.columns),
        "parameters": dict(rule.parameters),
        "severity": rule.severity,
        "tolerance": rule.tolerance,
        "origin": rule.origin,
        "enabled": rule.is_enabled,
    }


def _version(hand: RuleSet) -> str:
    values: Json = {c: list(known) for c, known in admitted_values(hand).items()}
    reach: Json = {rule: dict(far) for rule, far in admitted_reach(hand).items()}
    if not hand.rules and not values and not reach:
        return NO_HAND_RULES
    rules: list[Json] = [enforced(rule) for rule in hand.rules]
    told: dict[str, Json] = {"admitted": values} if values else {}
    told |= {"bounds": reach} if reach else {}
    return sha256_json({"rules": rules, **told} if told else rules)


def _released(record: MemoRecord) -> dict[str, tuple[str, ...]]:
    facts = record.facts if isinstance(record.facts, dict) else {}
    found = facts.get("released")
    if not isinstance(found, dict):
        return {}
    return {
        sha256: tuple(str(rule) for rule in rules)
        for sha256, rules in found.items()
        if isinstance(rules, list)
    }


def _remembered(platform: Platform, key: str, hand: HandRules) -> MemoRecord:
    return MemoRecord(
        memo_key=key,
        asset=_ASSET,
        data_version=hand.version,
        code_version=code_versions()[RULE_SET],
        artifact=None,
        run_id="",
        computed_at=platform.clock(),
        facts={"released": {sha256: list(rules) for sha256, rules in hand.released.items()}},
    )
