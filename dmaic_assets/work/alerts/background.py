"""Sending in the background, so that no command waits for a channel that does not answer.

What belongs here: a sender that outlives the command which starts it. It is `dmaic alerts send`, so
what it cannot send waits as ever, and is told by `dmaic alerts`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from typing import IO, Any

from dmaic_assets.errors import StoreError
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.work.alerts.delivery import Trouble, sending_lock
from dmaic_assets.work.run.platform import Platform

# Seconds that a command waits for its alerts: a sender takes one to start and to reach a receiver
# that is well; longer nobody sits in front of a finished run.
WAIT_S = 4.0
_SENDER = ("-m", "dmaic_assets.cli", "alerts", "send", "--json", "--project")


def send_in_background(platform: Platform, channels: Sequence[str]) -> tuple[str, ...]:
    """Lets a process of its own send what waits, and waits for it shortly.

    Args:
        platform: The stores.
        channels: Those that have something to send, for what is said.

    Returns:
        What people could not be told, and why; that it is still being sent where that is so.
    """
    if _is_sending(platform):
        return (_still(channels),)
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(  # noqa: S603 - our own command, and no shell
            [sys.executable, *_SENDER, str(platform.paths.root)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **platform.settings.environment},
            start_new_session=True,
        )
        try:
            process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            # Where this process lives on, somebody has to see the sender end.
            threading.Thread(target=process.wait, name="alerts sender", daemon=True).start()
            return (_still(channels),)
        return _told(out)


def _is_sending(platform: Platform) -> bool:
    """Whether a sender is at work; before it ends, it looks for what came meanwhile."""
    try:
        with file_lock(sending_lock(platform), wait_s=0):
            return False
    except StoreError:
        return True


def _still(channels: Sequence[str]) -> str:
    return f"alerts are still being sent: {', '.join(channels)} did not answer within {WAIT_S:g} s"


def _told(out: IO[bytes]) -> tuple[str, ...]:
    out.seek(0)
    try:
        session: Any = json.loads(out.read() or b"null")
        troubles = [
            Trouble(str(t["channel"]), int(t["waiting"]), str(t["why"]))
            for t in session["troubles"]
        ]
    except (ValueError, TypeError, KeyError):
        return ("alerts wait: the sender broke off; see dmaic alerts send",)
    return tuple(trouble.words for trouble in troubles)
