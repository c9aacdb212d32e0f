"""A channel that takes connections and never answers holds no command up, and loses nothing."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.ledger.record.deliveries import waiting_deliveries
from dmaic_assets.work.alerts import background
from dmaic_assets.work.alerts.delivery import sending_lock
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.work.alerts.conftest import Desk
from dmaic_assets_tests.work.alerts.receivers import WebReceiver

CONFIG = """
alerts:
  enabled: true
  timeout_s: 2
  channels:
    - {name: file, kind: file}
    - {name: ops, kind: webhook, url_env: OPS_URL}
"""
LONGEST_S = 60.0


@contextmanager
def hanging() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"


def desk_at(root: Path, url: str) -> Desk:
    """A project whose settings stand in its files, where a sender of its own finds them."""
    desk = Desk(root, {"OPS_URL": url}, {})
    (root / "config" / "dmaic.yaml").write_text(CONFIG)
    desk.platform.close()
    desk.platform = open_platform(load_settings(root, environment=desk.environment))
    return desk


def test_a_channel_that_hangs_holds_nobody_up_and_gets_it_later(
    tmp_path: Path, web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "WAIT_S", 1.0)
    with hanging() as url:
        desk = desk_at(tmp_path, url)
        alert = desk.happens()
        began = time.monotonic()
        told = tell_people(desk.platform)
        assert time.monotonic() - began < 1.0 + 3.0
        assert told == ("alerts are still being sent: ops did not answer within 1 s",)
        assert [json.loads(line)["alerts"][0]["key"] for line in desk.lines()] == [alert.key]
        # The sender goes on, gives the channel up after its time-out, and notes it.
        deadline = time.monotonic() + LONGEST_S
        while not (found := waiting_deliveries(desk.platform.ledger))[0].error:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert [d.channel for d in found] == ["ops"]
        with file_lock(sending_lock(desk.platform), wait_s=LONGEST_S):
            pass
    desk.platform.close()

    desk = desk_at(tmp_path, web.url)
    monkeypatch.setattr(background, "WAIT_S", LONGEST_S)
    assert tell_people(desk.platform) == ()

    assert [r.document["alerts"][0]["key"] for r in web.requests] == [alert.key]
    assert waiting_deliveries(desk.platform.ledger) == []
    assert len(desk.lines()) == 1
    desk.platform.close()


def test_nobody_starts_a_sender_beside_one_or_for_a_channel_that_cannot_be_asked(
    desk: Desk, web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background.subprocess, "Popen", None)
    desk.happens()
    with file_lock(sending_lock(desk.platform), wait_s=1):
        (words,) = tell_people(desk.platform)
    assert words.startswith("alerts are still being sent: ops")

    del desk.environment["OPS_URL"]
    desk.change()
    assert tell_people(desk.platform) == ("1 alert not told by ops: OPS_URL is not set",)
    assert web.requests == []
