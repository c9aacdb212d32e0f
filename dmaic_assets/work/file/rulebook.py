"""The rule set that judges a file: learnt from its baseline, merged with what people wrote.

The YAML file of a source is where people write; the learnt part in it is shown for reading and
is replaced at each learning. Only the hand part is an input here.
"""

from collections.abc import Sequence

from dmaic_assets.gate.short_history import is_short
from dmaic_assets.model import Json, RuleSet
from dmaic_assets.phenomena.reference.foreign_keys import budget_beside, foreign_keys
from dmaic_assets.phenomena.spread.drift import drift_documents
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.merge import merge_rules
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.artifacts import get_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.assets.names import RULE_SET
from dmaic_assets.work.file.baseline import BaselineFile, baseline_version
from dmaic_assets.work.file.baseline_facts import facts_of
from dmaic_assets.work.file.links import learnt_links, with_links
from dmaic_assets.work.file.steps import AssetRecord, Computed, Steps
from dmaic_assets.work.people.hand_rules import HandRules, enforced, rules_path
from dmaic_assets.work.plan.memo_keys import rule_params
from dmaic_assets.work.run.platform import Platform


def rule_set_for(
    platform: Platform,
    steps: Steps,
    source: SourceSettings,
    *,
    baseline: Sequence[BaselineFile],
    hand: HandRules,
    run_id: str,
) -> tuple[AssetRecord, RuleSet]:
    """Gives the rule set learnt from `baseline` and merged with the hand rules, by memo.

    The rules come with the foreign keys learnt for the source; the record is of those without.
    """
    learnt: list[RuleSet] = []
    links = learnt_links(platform, source.name)

    def compute() -> Computed:
        facts, fresh = facts_of(platform, baseline, run_id)
        steps.also(fresh)
        written = hand.load()
        budget = budget_beside(links, platform.settings.dmaic.runs.false_alarm_budget)
        keys = foreign_keys(links, written)
        rules = learn_rules(facts, source=source, budget=budget, foreign_keys=keys)
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
        },
    )
    if learnt:
        return record, with_links(learnt[0], links)
    if record.artifact is None:
        return record, with_links(RuleSet(source.name, ()), links)
    rules = from_json(RuleSet, get_json(platform.paths.artifacts, record.artifact))
    return record, with_links(rules, links)


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
