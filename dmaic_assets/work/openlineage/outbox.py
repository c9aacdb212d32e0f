"""Events on their way: kept before a run counts as published, and sent until they were taken.

What belongs here: the files of the outbox, one for each event. Nothing that goes wrong while
sending is lost, ends a run, or holds a command up: a process of its own sends.
"""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.errors import RefusedMessageError, StoreError, UndeliveredError
from dmaic_assets.model import Json
from dmaic_assets.settings.openlineage import openlineage_of
from dmaic_assets.store.effect_files import store_error, write_bytes
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.alerts.lines import append_once
from dmaic_assets.work.alerts.web import Address, address_of, post
from dmaic_assets.work.openlineage.events import events_of
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)
_SENDER = ("-m", "dmaic_assets.cli", "openlineage", "send", "--json", "--project")
# Seconds after which a sender begins no further event; what is left, the next one sends.
SESSION_S = 300.0
# Seconds to wait for another process that is sending.
_OTHERS_S = 5.0
_REFUSED = ".refused"
# Seconds after which a person is told that events wait.
_LONG_S = 3600.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending came to: events sent, those that wait, and why."""

    sent: int
    waiting: int
    refused: int
    why: str | None = None

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "sent": self.sent,
            "waiting": self.waiting,
            "refused": self.refused,
            "why": self.why,
        }


def keep_events(platform: Platform, run_id: str) -> None:
    """Writes the events of a run to its file, and keeps those that are to be sent.

    Raises:
        StoreError: Ledger or disk refuse; the run is not to count as published.
    """
    settings = openlineage_of(platform.settings)
    for number, event in enumerate(events_of(platform, run_id)):
        line = json.dumps(event.document, allow_nan=False)
        if settings.file is not None:
            append_once(platform.paths.data / "logs" / settings.file, line, event.key)
        if settings.url_env is not None:
            # In the order of runs, and within a run as they happened.
            target = _outbox(platform) / f"{run_id}-{number:06d}-{event.key}.json"
            write_bytes(target, line.encode())


def waiting_events(platform: Platform) -> list[Path]:
    """The events that are still to be sent, the oldest first."""
    return sorted(_outbox(platform).glob("*.json"))


def refused_events(platform: Platform) -> list[Path]:
    """The events that the server refused for good; they stay, and are not sent again."""
    return sorted(_outbox(platform).glob(f"*{_REFUSED}"))


def send_events(platform: Platform, *, within_s: float = SESSION_S) -> Sent:
    """Sends what waits, the oldest first, until the server does not take one.

    Raises:
        StoreError: The ledger refuses, or another process is sending for long. What waits, waits.
    """
    deadline = time.monotonic() + within_s
    sent, why = 0, None
    with file_lock(_lock(platform), wait_s=_OTHERS_S):
        for path in waiting_events(platform):
            if time.monotonic() > deadline:
                why = "no time was left; the next run sends it"
                break
            try:
                _send(platform, path)
            except RefusedMessageError as error:
                # It stands in no other's way.
                _log.warning("event %s is refused: %s", path.name, error)
                path.rename(path.with_suffix(_REFUSED))
                why = str(error)
                continue
            except UndeliveredError as error:
                why = str(error)
                break
            sent += 1
    left, refused = len(waiting_events(platform)), len(refused_events(platform))
    return Sent(sent, left, refused, why)


def start_sending(platform: Platform) -> tuple[str, ...]:
    """Lets a process of its own send what waits; nobody waits for it.

    Returns:
        That events wait for long, where they do.
    """
    waiting = waiting_events(platform)
    if not waiting or _is_sending(platform):
        # A sender at work looks at what was there when it began; the next run sends the rest.
        return ()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command, and no shell
            [sys.executable, *_SENDER, str(platform.paths.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **platform.settings.environment},
            start_new_session=True,
        )
    except OSError as error:
        _log.warning("events of OpenLineage wait: %s", error)
    else:
        # Where this process lives on, somebody has to see the sender end.
        threading.Thread(target=process.wait, name="OpenLineage sender", daemon=True).start()
    return _waiting_long(waiting, platform.clock().timestamp())


def _is_sending(platform: Platform) -> bool:
    try:
        with file_lock(_lock(platform), wait_s=0):
            return False
    except StoreError:
        return True


def _waiting_long(waiting: list[Path], now: float) -> tuple[str, ...]:
    try:
        age_s = now - waiting[0].stat().st_mtime
    except FileNotFoundError:
        # It was sent meanwhile.
        return ()
    if age_s < _LONG_S:
        return ()
    hours = plural(int(age_s // _LONG_S), "hour")
    return (f"{plural(len(waiting), 'event')} of OpenLineage not sent, the oldest for {hours}",)


def _send(platform: Platform, path: Path) -> None:
    """Sends one event, once: a receipt that is there already is enough."""
    address, headers = _receiver(platform, path.stem)
    timeout_s = openlineage_of(platform.settings).timeout_s
    try:
        body = path.read_bytes()
    except OSError as error:
        raise store_error(path, error) from error
    refusals: list[StoreError] = []

    def effect() -> Json:
        try:
            return {"status": post(address, body, headers, timeout_s=timeout_s)}
        except StoreError as error:
            refusals.append(error)
            raise

    try:
        run_effect(platform.ledger, f"openlineage:{path.stem}", effect, kind="openlineage")
    except StoreError as error:
        raise (refusals[-1] if refusals else error) from None
    path.unlink(missing_ok=True)


def _receiver(platform: Platform, key: str) -> tuple[Address, dict[str, str]]:
    """Where an event goes, and what goes with it; secrets are read each time."""
    settings, secrets = openlineage_of(platform.settings), platform.settings.environment
    if settings.url_env is None:
        fix = "Set openlineage.url_env in config/dmaic.yaml."
        raise UndeliveredError("openlineage", "no address is named any more", fix)
    headers = {"User-Agent": "dmaic-assets", "Idempotency-Key": key}
    if settings.token_env is not None:
        token = _secret(secrets, settings.token_env)
        headers["Authorization"] = _bearer(token, settings.token_env)
    return address_of(_secret(secrets, settings.url_env), settings.url_env), headers


def _secret(secrets: Mapping[str, str], name: str) -> str:
    if not secrets.get(name):
        fix = f"Set {name} in the environment or in .env, beside config/."
        raise UndeliveredError("openlineage", f"{name} is not set", fix)
    return secrets[name]


def _bearer(secret: str, name: str) -> str:
    line = secret.strip()
    if not line.isascii() or not line.isprintable():
        raise UndeliveredError("openlineage", f"{name} is no token", f"Set {name} to it alone.")
    return f"Bearer {line}"


def _outbox(platform: Platform) -> Path:
    return platform.paths.ledger / "openlineage"


def _lock(platform: Platform) -> Path:
    return platform.paths.ledger / "openlineage.lock"
