"""The way of one message through one channel, whatever kind it is of.

What belongs here: secrets and bytes put together. Secrets come from the environment each time, and
go nowhere else.
"""

import json
import math
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from dmaic_assets.errors import UndeliveredError
from dmaic_assets.model import Json
from dmaic_assets.settings.alerts import (
    ChannelSettings,
    FileChannel,
    LogChannel,
    MailChannel,
    WebhookChannel,
)
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.effect_files import failpoint
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.work.alerts.lines import append_once
from dmaic_assets.work.alerts.mail import mail_of, send_mail
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.payloads import Sender, body_of, document_of
from dmaic_assets.work.alerts.web import address_of, post

PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
# How many time-outs a whole message may take: connecting, encrypting, sending, being answered. One
# that drips its answer byte by byte is given up then.
_STEPS = 3


def log_folder(settings: Settings) -> Path:
    """Where channels that are files lie."""
    return settings.paths.data / "logs"


def sender_of(settings: Settings) -> Sender:
    """Who tells the alerts of a project."""
    return Sender(settings.dmaic.project, socket.gethostname(), settings.alerts.address)


def trial_message(settings: Settings, now: datetime) -> Message:
    """Builds a message that is none of an event; each one has a key of its own."""
    project = settings.dmaic.project
    key = sha256_json(["test", project, now.isoformat()])[:32]
    alert = Alert(
        key=key,
        kind="test",
        severity="low",
        source="",
        run_id=None,
        subject="test",
        title="this is a test: the channel works",
        raised_at=now,
        facts=(("sent by", "dmaic alerts test"), ("project", project)),
    )
    return Message(key, (alert,))


def missing_variables(channel: ChannelSettings, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that a channel names and that are not set."""
    return tuple(name for name in variables_of(channel) if not environment.get(name))


def variables_of(channel: ChannelSettings) -> tuple[str, ...]:
    """The variables that a channel names."""
    if isinstance(channel, WebhookChannel):
        named = (channel.url_env, channel.key_env, channel.token_env)
    elif isinstance(channel, MailChannel):
        named = (channel.password_env,)
    else:
        named = ()
    return tuple(name for name in named if name)


def send(
    settings: Settings, channel: ChannelSettings, message: Message, *, left_s: float = math.inf
) -> dict[str, Json]:
    """Gives a channel a message.

    Args:
        settings: The project's.
        channel: One of its channels.
        message: What it is given.
        left_s: Seconds that are left for it: it is given up then, and no sooner than after the
            time-out of one step.

    Returns:
        What proves it.

    Raises:
        UndeliveredError: The channel did not take it; nothing of a secret is in the words.
        StoreError: The disk of a log or file refuses.
    """
    missing = missing_variables(channel, settings.environment)
    if missing:
        fix = f"Set {missing[0]} in the environment or in .env, beside config/."
        raise UndeliveredError(f"channel {channel.name}", f"{missing[0]} is not set", fix)
    if isinstance(channel, LogChannel | FileChannel):
        return _kept(settings, channel, message)
    timeout_s = settings.alerts.timeout_s
    limit_s = max(timeout_s, min(_STEPS * timeout_s, left_s))
    if isinstance(channel, WebhookChannel):
        receipt = _in_time(limit_s, channel, lambda: _posted(settings, channel, message))
    else:
        receipt = _in_time(limit_s, channel, lambda: _mailed(settings, channel, message))
    failpoint("after_sending")
    return receipt


def _kept(
    settings: Settings, channel: LogChannel | FileChannel, message: Message
) -> dict[str, Json]:
    path = log_folder(settings) / channel.path
    sender = sender_of(settings)
    if isinstance(channel, FileChannel):
        line = json.dumps(document_of(message, sender), ensure_ascii=True, allow_nan=False)
    else:
        alert = message.alerts[-1]
        facts = "; ".join(f"{word}: {text}" for word, text in alert.facts)
        moment = f"{alert.raised_at:%Y-%m-%dT%H:%M:%SZ}"
        line = f"{moment} {message.severity.upper():8} {message.title} | {facts} [{message.key}]"
    is_new = append_once(path, line, message.key)
    failpoint("after_sending")
    return {"file": channel.path, "is_new": is_new}


def _posted(settings: Settings, channel: WebhookChannel, message: Message) -> dict[str, Json]:
    secrets = settings.environment
    if channel.url_env is not None:
        address = address_of(secrets[channel.url_env], channel.url_env)
    else:
        address = address_of(PAGERDUTY, "PagerDuty")
    key = secrets[channel.key_env].strip() if channel.key_env else None
    headers = {"Idempotency-Key": message.key, "User-Agent": "dmaic-assets"}
    if channel.token_env is not None:
        headers["Authorization"] = _header(f"Bearer {secrets[channel.token_env]}", channel)
    body = body_of(channel.form, message, sender_of(settings), key)
    return {"status": post(address, body, headers, timeout_s=settings.alerts.timeout_s)}


def _header(text: str, channel: WebhookChannel) -> str:
    """A secret as a header; one that is none would be repeated by the error of the library."""
    line = text.strip()
    if not line.isascii() or not line.isprintable():
        fix = f"Set {channel.token_env} to the token alone."
        raise UndeliveredError(f"channel {channel.name}", "its token is no token", fix)
    return line


def _mailed(settings: Settings, channel: MailChannel, message: Message) -> dict[str, Json]:
    named = channel.password_env
    password = settings.environment[named] if named is not None else None
    mail = mail_of(channel, message, sender_of(settings))
    refused = send_mail(channel, mail, password, timeout_s=settings.alerts.timeout_s)
    return {"refused": list(refused)}


def _in_time(
    limit_s: float, channel: ChannelSettings, work: Callable[[], dict[str, Json]]
) -> dict[str, Json]:
    """Does what may take for ever, and gives up on it after a while.

    Whoever asks for a name, or reads byte after byte, cannot be told to stop: the thread is left.
    What it still sends has the key of what is sent then.
    """
    done: queue.SimpleQueue[dict[str, Json] | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            done.put(error)

    threading.Thread(target=run, name=f"alert {channel.name}", daemon=True).start()
    try:
        found = done.get(timeout=limit_s)
    except queue.Empty:
        culprit = f"took longer than {limit_s:.3g} s"
        fix = "Look at it; what waits is sent by the next run."
        raise UndeliveredError(f"channel {channel.name}", culprit, fix) from None
    if isinstance(found, BaseException):
        raise found
    return found
