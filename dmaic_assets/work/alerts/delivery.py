"""Delivering: what waits is given to each channel, and what happened is noted.

What belongs here: one session over all channels. A channel that is away costs a session one try;
nothing that goes wrong here is lost, and nothing of it ends a run.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.errors import RefusedMessageError, StoreError, UndeliveredError
from dmaic_assets.model import Json
from dmaic_assets.settings.alerts import ChannelSettings
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.store.ledger.record.deliveries import (
    ChannelState,
    channel_states,
    keep_channel_state,
    mark_told,
    mark_untold,
    waiting_deliveries,
)
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.alerts.breaker import after_failure, after_success, position_of
from dmaic_assets.work.alerts.channels import missing_variables, send
from dmaic_assets.work.alerts.mail import refused_words
from dmaic_assets.work.alerts.messages import Message, is_kept_here, messages_for
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)
# Seconds that a run which has ended gives to telling people; what is left, the next one sends.
SESSION_S = 30.0
_FIX = "Look at the channel: dmaic alerts channels; what waits is sent by the next run."
# Seconds to wait for another process that is sending.
_OTHERS_S = 5.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A channel that did not take everything: how many alerts wait for it, and why."""

    channel: str
    waiting: int
    why: str

    @property
    def words(self) -> str:
        """The trouble in one sentence."""
        return f"{plural(self.waiting, 'alert')} not told by {self.channel}: {self.why}"


@dataclass(frozen=True, slots=True)
class Session:
    """What one round of sending came to: messages sent, by channel, and what is in trouble.

    `cooling` counts alerts that wait for the end of their subject's cool-down.
    """

    sent: tuple[tuple[str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    cooling: int = 0

    @property
    def messages(self) -> int:
        """How many messages were sent."""
        return sum(count for _, count in self.sent)

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        troubles: list[Json] = [
            {"channel": t.channel, "waiting": t.waiting, "why": t.why} for t in self.troubles
        ]
        return {"sent": dict(self.sent), "cooling": self.cooling, "troubles": troubles}


@dataclass(slots=True)
class _Round:
    """A channel's part of a session."""

    channel: ChannelSettings
    state: ChannelState
    sent: int = 0
    why: str | None = None
    untold: set[str] = field(default_factory=set)


def send_waiting(platform: Platform, *, within_s: float = SESSION_S) -> Session:
    """Gives every channel what waits for it, and notes how far it got.

    One process sends at a time; a second one waits for it shortly.

    Args:
        platform: The stores.
        within_s: No message is begun after so many seconds; one that is at work then has the
            time-out of one step.

    Raises:
        StoreError: The ledger refuses, or another process is sending for long. What waits, waits.
    """
    if not waiting_deliveries(platform.ledger):
        return Session()
    deadline = time.monotonic() + within_s
    with file_lock(platform.paths.ledger / "alerts.lock", wait_s=_OTHERS_S):
        states = channel_states(platform.ledger)
        rounds = [
            _worked(platform, _Round(c, states.get(c.name, ChannelState(c.name))), deadline)
            for c in _in_order(platform.settings.alerts.channels, states)
        ]
    return _summed_up(platform, rounds)


def _in_order(
    channels: Sequence[ChannelSettings], states: Mapping[str, ChannelState]
) -> list[ChannelSettings]:
    """Logs and files first, which get every alert at once; last those that failed and may be slow.

    So a channel that hangs uses up no time of one that works.
    """

    def patience(channel: ChannelSettings) -> tuple[bool, int]:
        state = states.get(channel.name)
        return not is_kept_here(channel), state.failures if state else 0

    return sorted(channels, key=patience)


def _worked(platform: Platform, round_: _Round, deadline: float) -> _Round:
    settings, channel = platform.settings.alerts, round_.channel
    now = platform.clock()
    messages = messages_for(platform.ledger, settings, channel, now)
    missing = missing_variables(channel, platform.settings.environment)
    if missing and messages:
        # Nobody was asked: the breaker has nothing to learn from it.
        round_.why = f"{missing[0]} is not set"
        return round_
    for message in messages:
        if position_of(round_.state, settings.breaker, platform.clock()) == "open":
            round_.why = f"left alone after {plural(round_.state.failures, 'failure')} in a row"
            round_.why += f": {round_.state.error}" if round_.state.error else ""
            break
        if time.monotonic() > deadline and not is_kept_here(channel):
            round_.why = round_.why or "no time was left; the next run sends it"
            break
        if not _told(platform, round_, message, deadline - time.monotonic()):
            break
    return round_


def _told(platform: Platform, round_: _Round, message: Message, left_s: float) -> bool:
    """Sends one message; tells whether the channel may be given another."""
    settings, channel = platform.settings, round_.channel
    refusals: list[StoreError] = []

    def effect() -> dict[str, Json]:
        try:
            return send(settings, channel, message, left_s=left_s)
        except StoreError as error:
            refusals.append(error)
            raise
        except Exception as error:  # noqa: BLE001 - a defect in one channel silences no other
            # Not its words, which may repeat a secret.
            culprit = f"cannot be used ({type(error).__name__}: a defect)"
            refusals.append(UndeliveredError(f"channel {channel.name}", culprit, _FIX))
            raise refusals[-1] from None

    try:
        receipt = run_effect(
            platform.ledger, f"alert:{channel.name}:{message.key}", effect, kind="alert"
        )
    except StoreError as error:
        if not refusals:
            raise
        return _note_failure(platform, round_, message, error)
    mark_told(platform.ledger, channel.name, message.key, platform.clock())
    round_.sent += 1
    _note_success(platform, round_, receipt.value)
    return True


def _note_success(platform: Platform, round_: _Round, receipt: Json) -> None:
    refused = receipt.get("refused") if isinstance(receipt, dict) else None
    before = round_.state
    round_.state = after_success(before, platform.clock())
    if isinstance(refused, list) and refused:
        round_.why = refused_words([str(address) for address in refused])
        _log.warning("channel %s: %s", round_.channel.name, round_.why)
    keep_channel_state(platform.ledger, round_.state)


def _note_failure(platform: Platform, round_: _Round, message: Message, error: StoreError) -> bool:
    why = str(error)
    mark_untold(platform.ledger, round_.channel.name, message.key, why)
    rule = platform.settings.alerts.breaker
    round_.state = after_failure(round_.state, rule, platform.clock(), why)
    keep_channel_state(platform.ledger, round_.state)
    round_.why = why
    _log.warning("alert not told by %s: %s", round_.channel.name, why)
    return isinstance(error, RefusedMessageError)


def _summed_up(platform: Platform, rounds: Sequence[_Round]) -> Session:
    waiting: dict[str, int] = {}
    cooling = 0
    reasons = {r.channel.name: r.why for r in rounds}
    for delivery in waiting_deliveries(platform.ledger):
        if delivery.channel not in reasons:
            waiting[delivery.channel] = waiting.get(delivery.channel, 0) + 1
        elif delivery.message is None and reasons[delivery.channel] is None:
            cooling += 1
        else:
            waiting[delivery.channel] = waiting.get(delivery.channel, 0) + 1
    gone = "it is no longer in config/dmaic.yaml"
    troubles = [
        Trouble(name, count, reasons.get(name, gone) or "not tried yet")
        for name, count in waiting.items()
    ]
    troubles += [
        Trouble(r.channel.name, 0, r.why) for r in rounds if r.why and r.channel.name not in waiting
    ]
    sent = tuple((r.channel.name, r.sent) for r in rounds if r.sent)
    return Session(sent, tuple(troubles), cooling)
