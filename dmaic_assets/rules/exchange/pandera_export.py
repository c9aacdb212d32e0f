"""A rule set as a pandera schema; see exchange_pandera.py, which loads this module when asked."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pandera.polars as pa
import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.compile import compile_rules, only
from dmaic_assets.rules.evaluate import Evaluation, evaluate
from dmaic_assets.rules.yaml.file import format_rules

METADATA_KEY = "dmaic_rules"
# The kinds that report an obstacle of other rules, which then pass.
_REPORTING = ("columns_present", "type")

_References: TypeAlias = Mapping[str, pl.Series]


class EagerSchema(pa.DataFrameSchema):
    """A pandera schema that refuses lazy frames, of which pandera checks names and types only."""

    @classmethod
    def get_backend(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - pandera's own signature
        """Gives the backend of the base class; pandera registers it for exactly that class."""
        return pa.DataFrameSchema.get_backend(*args, **kwargs)

    def validate(self, check_obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - pandera's own signature
        """Validates an eager frame as pandera does.

        Raises:
            BadInputError: The frame is lazy.
            pandera.errors.SchemaError: The frame fails a check; SchemaErrors with `lazy=True`.
        """
        if isinstance(check_obj, pl.LazyFrame):
            raise BadInputError(
                "pandera schema",
                "got a LazyFrame, whose values pandera does not check",
                "Collect the frame first: schema.validate(frame.collect()).",
            )
        return super().validate(check_obj, *args, **kwargs)


def build_schema(rule_set: RuleSet, references: _References) -> pa.DataFrameSchema:
    """Builds the schema; see `to_pandera`."""
    enabled = [rule for rule in rule_set.rules if rule.is_enabled]
    for rule in enabled:
        kind_of(rule).validate(rule)
    required = _columns_of(enabled, "columns_present")
    filled = _columns_of(enabled, "not_null")
    named = dict.fromkeys([t.column for t in rule_set.types])
    named |= dict.fromkeys(c for rule in enabled for c in rule.columns)
    columns = {
        name: pa.Column(nullable=name not in filled, required=name in required)
        for name in named
        if not _is_pattern(name)
    }
    told = tuple(rule for rule in enabled if rule.kind in _REPORTING)
    checks = [_check(rule, told, references) for rule in enabled if not _is_native(rule)]
    return EagerSchema(
        columns,
        checks=checks,
        name=rule_set.source,
        metadata={METADATA_KEY: format_rules(rule_set)},
    )


def _is_pattern(name: str) -> bool:
    return name == "*" or name.startswith("^") or not name


def _is_native(rule: Rule) -> bool:
    is_native = rule.kind in ("columns_present", "not_null")
    return is_native and not any(_is_pattern(c) for c in rule.columns)


def _columns_of(rules: list[Rule], kind: str) -> frozenset[str]:
    return frozenset(c for r in rules if r.kind == kind and _is_native(r) for c in r.columns)


def _check(rule: Rule, told: tuple[Rule, ...], references: _References) -> pa.Check:
    return pa.Check(
        _function(rule, RuleSet("pandera", (rule, *told)), references),
        name=rule.id,
        description=kind_of(rule).describe(rule),
        statistics={**rule.parameters, "columns": list(rule.columns), "kind": rule.kind},
    )


def _function(
    rule: Rule, rules: RuleSet, references: _References
) -> Callable[[pa.PolarsData], pl.LazyFrame]:
    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        frame = data.lazyframe.collect()
        ctx = FrameContext(dict(frame.schema), frame.height, references=references)
        compiled = only(compile_rules(rules, ctx), rule)
        return _holds(evaluate(compiled, frame.lazy())).lazy()

    return holds


def _holds(evaluation: Evaluation) -> pl.DataFrame:
    """Per row whether the rule holds; one row for a file rule, also of an empty frame."""
    for row in evaluation.rows:
        if row.mask is not None:
            return (~row.mask).alias("holds").to_frame()
    is_broken = any(f.judgement.is_violated for f in evaluation.files)
    is_broken |= any(
        s.reported_by is None and s.obstacle.reason in ("incompatible", "expression")
        for s in evaluation.skipped
    )
    return pl.DataFrame({"holds": [not is_broken]})
