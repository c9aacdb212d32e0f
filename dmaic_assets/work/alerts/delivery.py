"""Delivering: what waits is given to each channel, and what happened is noted.

What belongs here: one session over all channels. A channel that is away costs a session one try;
nothing that goes wrong here is lost, and nothing of it ends a run.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
# Seconds that a sender gives to telling people; what is left, the next one sends.
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

    `cooling` counts alerts that wait for the end of their subject's cool-down. `left` names the
    channels whose alerts another sender is to send.
    """

    sent: tuple[tuple[str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    cooling: int = 0
    left: tuple[str, ...] = ()

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
    is_left: bool = False


def send_waiting(platform: Platform, *, within_s: float = SESSION_S) -> Session:
    """Gives every channel what waits for it, and notes how far it got.

    One process sends at a time; a second one waits for it shortly. What comes while it sends is
    sent too: whoever raised it may have left it to this sender.

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
    rounds = _kept(platform)
    with file_lock(sending_lock(platform), wait_s=_OTHERS_S):
        seen: set[tuple[str, str]] = set()
        while (new := _waiting(platform) - seen) and (not seen or time.monotonic() < deadline):
            seen |= new
            rounds += [_worked(platform, round_, deadline) for round_ in _away(platform)]
    return _summed_up(platform, rounds)


def send_here(platform: Platform) -> Session:
    """Gives logs and files what waits for them, and tells which other channels have to be asked.

    Nobody has to be waited for: no other channel is asked.

    Raises:
        StoreError: The ledger refuses. What waits, waits.
    """
    if not waiting_deliveries(platform.ledger):
        return Session()
    rounds = _kept(platform)
    for round_ in _away(platform):
        messages = _to_send(platform, round_)
        round_.is_left = bool(messages) and not _left_alone(platform, round_)
        rounds.append(round_)
    return _summed_up(platform, rounds)


def sending_lock(platform: Platform) -> Path:
    """What a process holds while it sends to channels other than logs and files."""
    return platform.paths.ledger / "alerts.lock"


def _kept(platform: Platform) -> list[_Round]:
    """Logs and files, which get every alert at once and wait for no other channel."""
    with file_lock(platform.paths.ledger / "alerts-here.lock", wait_s=_OTHERS_S):
        return [
            _worked(platform, round_, math.inf)
            for round_ in _rounds(platform)
            if is_kept_here(round_.channel)
        ]


def _away(platform: Platform) -> list[_Round]:
    """The other channels; last those that failed: one that hangs uses up no time of the others."""
    found = [round_ for round_ in _rounds(platform) if not is_kept_here(round_.channel)]
    return sorted(found, key=lambda round_: round_.state.failures)


def _rounds(platform: Platform) -> list[_Round]:
    states = channel_states(platform.ledger)
    channels = platform.settings.alerts.channels
    return [_Round(c, states.get(c.name, ChannelState(c.name))) for c in channels]


def _waiting(platform: Platform) -> set[tuple[str, str]]:
    return {(d.channel, d.alert_key) for d in waiting_deliveries(platform.ledger)}


def _to_send(platform: Platform, round_: _Round) -> list[Message]:
    """What a channel is to be given now; nothing where a variable of it is not set, which is said.

    Nobody is asked then: the breaker has nothing to learn from it.
    """
    settings, channel = platform.settings.alerts, round_.channel
    messages = messages_for(platform.ledger, settings, channel, platform.clock())
    missing = missing_variables(channel, platform.settings.environment)
    if missing and messages:
        round_.why = f"{missing[0]} is not set"
        return []
    return [*messages]


def _left_alone(platform: Platform, round_: _Round) -> bool:
    """Whether the breaker is open, which is said."""
    rule = platform.settings.alerts.breaker
    if position_of(round_.state, rule, platform.clock()) != "open":
        return False
    round_.why = f"left alone after {plural(round_.state.failures, 'failure')} in a row"
    round_.why += f": {round_.state.error}" if round_.state.error else ""
    return True


def _worked(platform: Platform, round_: _Round, deadline: float) -> _Round:
    for message in _to_send(platform, round_):
        if _left_alone(platform, round_):
            break
        if time.monotonic() > deadline:
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
    left = tuple(r.channel.name for r in rounds if r.is_left)
    # Of a channel that was asked twice the last word holds.
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
        if name not in left
    ]
    troubles += [Trouble(n, 0, why) for n, why in reasons.items() if why and n not in waiting]
    sent = Counter[str]()
    for round_ in rounds:
        sent[round_.channel.name] += round_.sent
    return Session(tuple((n, c) for n, c in sent.items() if c), tuple(troubles), cooling, left)
