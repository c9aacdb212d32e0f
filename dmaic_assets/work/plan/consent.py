"""Accepted rows leave the warehouse by a change of settings only when somebody says yes.

What belongs here: which settings changed since a file was accepted, and refusing a verdict that
takes rows of it away. New content, hand rules, repairs and code are no settings: what they do to
accepted rows is what they are for.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dmaic_assets.errors import PolicyError
from dmaic_assets.model import Json, Verdict
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.plan.reasons import differences

# Parts of a key that people set in config/*.yaml or by --threshold, without what is no setting.
_SETTINGS = ("read", "types", "rules", "gate")
_NO_SETTINGS = frozenset({"hand_rules", "released", "examples"})
_IN_WAREHOUSE = frozenset({"accepted", "quarantine"})


@dataclass(frozen=True, slots=True)
class Stake:
    """The accepted rows of one file, and the settings that changed since they were accepted.

    `columns` are those that the rows have in the warehouse.
    """

    rows: int
    changed: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def refuse_loss(
        self, verdict: Verdict, columns: Collection[str], *, source: str, name: str
    ) -> None:
        """Refuses a verdict under which rows, or whole columns of them, would leave.

        Args:
            verdict: The new one.
            columns: The columns that the rows would have now.
            source: The source of the file.
            name: The file's name.

        Raises:
            PolicyError: The file would have fewer accepted rows than it has, or lacks columns that
                they have; names the settings.
        """
        lost = self._lost(0 if verdict.decision == "reject" else verdict.accepted, columns)
        if not lost:
            return
        raise PolicyError(
            f"{source}/{name}",
            f"{lost} would leave the warehouse, since settings changed"
            f" ({', '.join(self.changed[:3])}): nothing was moved",
            "Put the setting back, or say yes: dmaic ingest --source"
            f" {source} --force (in Dagster: force: true).",
        )

    def _lost(self, kept: int, columns: Collection[str]) -> str:
        if kept < self.rows:
            return f"{self.rows - kept:,} of its {self.rows:,} accepted rows"
        missing = [name for name in self.columns if name not in columns]
        return f"column {', '.join(missing[:3])} of its {self.rows:,} rows" if missing else ""


def changed_settings(now: Mapping[str, Json], then: Mapping[str, Json]) -> tuple[str, ...]:
    """Names the settings that differ between two sets of key components, in words."""
    found: list[str] = []
    for part in _SETTINGS if then else ():
        found += differences("", _of(now, part), _of(then, part))
    return tuple(found)


def stake_of(arrival: Arrival, now: Mapping[str, Json], then: Mapping[str, Json]) -> Stake | None:
    """Tells what a file has to lose by changed settings; None when it is nothing.

    Args:
        arrival: The file as the ledger knows it.
        now: The components of its key under the settings of now.
        then: Those under which it was judged; empty when that is not known.
    """
    if arrival.disposition not in _IN_WAREHOUSE or not arrival.accepted:
        return None
    changed = changed_settings(now, then)
    return Stake(arrival.accepted, changed) if changed else None


def _of(components: Mapping[str, Json], part: str) -> Json:
    value = components.get(part)
    if not isinstance(value, dict):
        return value
    return {k: v for k, v in value.items() if k not in _NO_SETTINGS}
