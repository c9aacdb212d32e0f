"""A running trial goes on with another configuration, and says so as an event of the next tick."""

from dataclasses import replace

from dmaic_assets.hashmaps.config.file import values_of
from dmaic_assets.hashmaps.config.options import Config
from dmaic_assets.hashmaps.controller import Decision
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.trial.trial import Session

# Keys that count when a map begins and never after.
_AT_START = frozenset(
    f"adaptive.{name}"
    for name in ("start_backend", "initial_buckets", "groups_per_bucket", "initial_capacity_rh")
)


def configure(session: Session, config: Config) -> tuple[str, ...]:
    """Goes on with another configuration and tells each key that has changed.

    Limits, mode, policy and pace count from the next step on, keys of the start with the next play.
    """
    before, after = values_of(session.setting.config), values_of(config)
    changed = tuple(
        f"{key} is {after[key]}, was {was}" + (" (from the next play on)" * (key in _AT_START))
        for key, was in before.items()
        if was != after[key]
    )
    if changed:
        session.setting = replace(session.setting, config=config)
        session.held.pace = config.adaptive.incremental_batch
        session.recorder.watchdog.limits = config.watchdog
        _exchange_control(session)
        session.recorder.note("config", "; ".join(changed))
    return changed


def _exchange_control(session: Session) -> None:
    """Lets what is now configured decide; decisions so far stay where ticks count them."""
    made, was = session.setting.controller(), session.player.control
    if was is None:
        session.player.control = made
    elif made is None:
        was.policy = _stay
    else:
        was.price(made.table)
        was.aim, was.policy = made.aim, made.policy
        was.may_freeze = made.may_freeze


def _stay(held: DenseMap, told: Decision) -> None:
    """The policy of a mode that keeps its index."""
    del held, told
