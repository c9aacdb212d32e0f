"""The rule set that judges a file: learnt from other files, merged with what people wrote.

The other files are the baseline, or for a file of a cohort those that arrived with it.

The YAML file of a source is where people write; the learnt part in it is shown for reading and
is replaced at each learning. Only the hand part is an input here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dmaic_assets.gate.short_history import is_short
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.reference.foreign_keys import budget_beside, foreign_keys
from dmaic_assets.phenomena.spread.drift import drift_documents
from dmaic_assets.rules.criticality import criticality_of, with_criticality
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.merge import merge_rules
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.settings.columns import NOTHING_SAID
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.artifacts import get_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.assets.names import RULE_SET
from dmaic_assets.work.cohort.facts import cohort_code
from dmaic_assets.work.cohort.members import Peers
from dmaic_assets.work.cohort.study import Learning, study_of
from dmaic_assets.work.file.baseline import BaselineFile, baseline_version
from dmaic_assets.work.file.baseline_facts import facts_of
from dmaic_assets.work.file.links import learnt_links, with_links
from dmaic_assets.work.file.steps import AssetRecord, Computed, Steps
from dmaic_assets.work.people.hand_rules import HandRules, enforced, rules_path
from dmaic_assets.work.people.source_changes import SourceChanges
from dmaic_assets.work.plan.memo_keys import rule_params
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Among:
    """A member of a cohort: its peers, its SHA-256, and the repairs that all are read with."""

    peers: Peers
    sha256: str
    changes: SourceChanges

    @property
    def inputs(self) -> dict[str, Json]:
        """What its rules depend on beside the baseline."""
        version = self.peers.cohort.version
        return {"cohort": [version, cohort_code(), self.changes.component], "file": self.sha256}

    def rules(self, platform: Platform, learning: Learning, run_id: str) -> RuleSet:
        """Learns the rules for it from the others."""
        study = study_of(
            platform, self.peers, learning=learning, changes=self.changes, run_id=run_id
        )
        return study.rules_for(self.sha256)


def rule_set_for(
    platform: Platform,
    steps: Steps,
    source: SourceSettings,
    *,
    baseline: Sequence[BaselineFile],
    hand: HandRules,
    among: Among | None = None,
) -> tuple[AssetRecord, RuleSet]:
    """Gives the learnt rule set, merged with the hand rules, by memo.

    The rules come with the foreign keys learnt for the source; the record is of those without.

    Args:
        platform: The stores.
        steps: The memo around the file.
        source: The settings of the source.
        baseline: The files accepted before.
        hand: What people wrote.
        among: The files that the judged one came with, when it is one of a cohort.
    """
    learnt: list[RuleSet] = []
    links = _links(platform, source)

    def compute() -> Computed:
        written = hand.load()
        learning = _learning(platform, steps, source, baseline, links, written)
        if among is None:
            rules = learning.learn(learning.before())
        else:
            rules = among.rules(platform, learning, steps.run_id)
        merged = merge_rules(rules, written) if written is not None else rules
        learnt.append(merged)
        return Computed(to_json(merged), _facts(merged), rule_set_version(merged))

    record = steps.take(
        RULE_SET,
        compute,
        params={"source": source.name, **rule_params(platform.settings, source, hand.version)},
        inputs={
            "baseline": baseline_version(baseline),
            **({"links": [[r.id, r.parameters["reference"]] for r in links]} if links else {}),
            **(among.inputs if among else {}),
        },
    )
    if learnt:
        return record, with_links(learnt[0], links)
    if record.artifact is None:
        return record, with_links(RuleSet(source.name, ()), links)
    rules = from_json(RuleSet, get_json(platform.paths.artifacts, record.artifact))
    return record, with_links(rules, links)


def _links(platform: Platform, source: SourceSettings) -> Sequence[Rule]:
    """The foreign keys learnt for the source, as severe as configuration says of their columns."""
    links, said = (
        learnt_links(platform, source.name),
        platform.settings.said_of_columns(source.name),
    )
    if not links or said == NOTHING_SAID:
        return links
    keys = {name for link in links for name in link.columns}
    told = criticality_of(said, columns=(), keys=keys, primary_key=source.primary_key)
    return with_criticality(links, told)


def _learning(
    platform: Platform,
    steps: Steps,
    source: SourceSettings,
    baseline: Sequence[BaselineFile],
    links: Sequence[Rule],
    written: RuleSet | None,
) -> Learning:
    """How the rules of the source are learnt, and from which accepted files."""

    def before() -> list[FileFacts]:
        facts, fresh = facts_of(platform, baseline, steps.run_id)
        steps.also(fresh)
        return facts

    budget = budget_beside(links, platform.settings.dmaic.runs.false_alarm_budget)
    keys = foreign_keys(links, written)
    params: dict[str, Json] = {
        **rule_params(platform.settings, source, ""),
        "budget": budget,
        "keys": {**keys},
        "baseline": baseline_version(baseline),
    }
    said = platform.settings.said_of_columns(source.name)
    learn = partial(learn_rules, source=source, budget=budget, foreign_keys=keys, said=said)
    return Learning(learn, params, before)


def rule_set_version(rules: RuleSet) -> str:
    """Hashes what a rule set enforces: evidence and wording do not change a verdict.

    How much history is behind it does, as long as that is too little.
    """
    said: dict[str, Json] = {"is_short": True} if is_short(rules) else {}
    enforces = [enforced(rule) for rule in rules.rules]
    return sha256_json({"rules": enforces, "types": types_version(rules), **said})


def types_version(rules: RuleSet) -> str:
    """Hashes the column types that a rule set expects; their evidence does not count."""
    return sha256_json(
        [
            [t.column, t.type, t.pattern, t.format, t.unit, t.physical, list(t.null_tokens)]
            for t in rules.types
        ]
    )


def write_rule_file(settings: Settings, rules: RuleSet) -> RuleSet:
    """Writes the rule file of a source if that changes its bytes; hand edits made meanwhile stay.

    Returns:
        What the file holds now.
    """
    path = rules_path(settings, rules.source)
    merged = merge_rules(rules, load_rules(path)) if path.is_file() else rules
    path.parent.mkdir(parents=True, exist_ok=True)
    save_rules(merged, path)
    return merged


def _facts(rules: RuleSet) -> dict[str, Json]:
    by_severity: dict[str, Json] = {}
    by_origin: dict[str, Json] = {}
    for severity in ("critical", "high", "medium", "low"):
        by_severity[severity] = sum(r.severity == severity and r.is_enabled for r in rules.rules)
    for origin in ("learnt", "hand", "override"):
        by_origin[origin] = sum(r.origin == origin and r.is_enabled for r in rules.rules)
    return {
        "rules": len(rules.rules),
        "enabled": sum(r.is_enabled for r in rules.rules),
        "by_severity": by_severity,
        "by_origin": by_origin,
        "baseline_files": len(rules.baseline),
        "notes": list(rules.notes),
        "drift": to_json(drift_documents(rules)),
        "types_version": types_version(rules),
    }
