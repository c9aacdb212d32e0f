"""What waits reaches its channel under one key; what does not is told, kept and tried again."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from dmaic_assets.model import Json
from dmaic_assets.settings.alerts import ChannelSettings
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.ledger.record.deliveries import channel_states, waiting_deliveries
from dmaic_assets.work.alerts import delivery
from dmaic_assets.work.alerts.delivery import send_waiting
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets_tests.work.alerts.conftest import KEPT, OPS, Desk
from dmaic_assets_tests.work.alerts.receivers import WebReceiver


def test_an_alert_is_sent_once(desk: Desk, web: WebReceiver) -> None:
    alert = desk.happens()

    assert send_waiting(desk.platform).sent == (("ops", 1),)
    assert send_waiting(desk.platform).sent == ()

    (request,) = web.requests
    document = request.document
    assert document["title"] == alert.title
    assert document["key"] == request.key
    assert [told["key"] for told in document["alerts"]] == [alert.key]


def test_an_alert_that_is_raised_again_is_the_same(desk: Desk, web: WebReceiver) -> None:
    for _ in range(2):
        desk.happens()
        desk.raised = 0

    send_waiting(desk.platform)

    assert len(web.requests) == 1


def test_what_a_dead_channel_did_not_take_is_sent_later_under_the_same_key(
    desk: Desk, web: WebReceiver
) -> None:
    desk.happens()
    web.answers = [503, 503]

    (trouble,) = send_waiting(desk.platform).troubles
    send_waiting(desk.platform)
    assert send_waiting(desk.platform).sent == (("ops", 1),)

    assert trouble.words == ("1 alert not told by ops: OPS_URL (127.0.0.1): answers 503: ok")
    assert len({request.key for request in web.requests}) == 1
    assert len(web.requests) == 3
    assert waiting_deliveries(desk.platform.ledger) == []


def test_one_message_that_is_refused_does_not_stop_the_others(desk: Desk, web: WebReceiver) -> None:
    desk.happens("a")
    desk.happens("b")
    web.answers = [400]

    session = send_waiting(desk.platform)

    assert session.sent == (("ops", 1),)
    assert [trouble.waiting for trouble in session.troubles] == [1]


def test_a_channel_that_is_away_costs_a_session_one_try(desk: Desk, web: WebReceiver) -> None:
    for subject in "abc":
        desk.happens(subject)
    web.status = 500

    send_waiting(desk.platform)

    assert len(web.requests) == 1
    # The next session begins with what was tried least.
    web.status = 200
    assert send_waiting(desk.platform).sent == (("ops", 3),)
    titles = [request.document["title"] for request in web.requests[1:]]
    assert titles == ["event 2", "event 3", "event 1"]


def test_five_failures_open_the_breaker_and_one_message_tries_it(
    desk: Desk, web: WebReceiver
) -> None:
    desk.happens("a")
    desk.happens("b")
    web.status = 500
    for _ in range(6):
        session = send_waiting(desk.platform)

    assert len(web.requests) == 5
    assert session.troubles[0].why.startswith("left alone after 5 failures in a row: OPS_URL")
    desk.move(301)
    send_waiting(desk.platform)
    assert len(web.requests) == 6
    send_waiting(desk.platform)
    assert len(web.requests) == 6
    desk.move(301)
    web.status = 200
    assert send_waiting(desk.platform).sent == (("ops", 2),)
    assert channel_states(desk.platform.ledger)["ops"].failures == 0


def test_a_variable_that_is_not_set_is_no_failure_and_told(desk: Desk, web: WebReceiver) -> None:
    desk.happens()
    del desk.environment["OPS_URL"]
    desk.change()

    (trouble,) = send_waiting(desk.platform).troubles

    assert trouble.why == "OPS_URL is not set"
    assert channel_states(desk.platform.ledger) == {}
    desk.environment["OPS_URL"] = web.url
    desk.change()
    assert send_waiting(desk.platform).sent == (("ops", 1),)


def test_a_channel_that_is_gone_is_told_and_taken_up_again(desk: Desk) -> None:
    desk.happens()
    desk.change(channels=list(KEPT))

    (trouble,) = send_waiting(desk.platform).troubles

    assert (trouble.channel, trouble.why) == ("ops", "it is no longer in config/dmaic.yaml")
    desk.change(channels=[OPS])
    assert send_waiting(desk.platform).sent == (("ops", 1),)


def test_channels_take_their_severities(desk: Desk, web: WebReceiver) -> None:
    desk.change(channels=[{**OPS, "severities": ["critical"]}, *KEPT])
    desk.happens("a", severity="critical")
    desk.happens("b", severity="high")
    desk.happens("c", severity="medium")

    assert send_waiting(desk.platform).sent == (("log", 2), ("file", 2), ("ops", 1))
    assert [request.document["severity"] for request in web.requests] == ["critical"]
    assert [json.loads(line)["title"] for line in desk.lines()] == ["event 1", "event 2"]
    assert [line.split()[1] for line in desk.lines("alerts.log")] == ["CRITICAL", "HIGH"]


def test_a_receiver_that_drips_is_given_up(desk: Desk, web: WebReceiver) -> None:
    desk.change(timeout_s=0.2)
    web.delay_s = 5
    desk.happens()

    began = time.monotonic()
    (trouble,) = send_waiting(desk.platform).troubles

    assert time.monotonic() - began < 3
    assert trouble.why == "OPS_URL (127.0.0.1): does not answer in time"


def test_a_session_begins_nothing_after_its_time(desk: Desk, web: WebReceiver) -> None:
    desk.happens("a")
    desk.happens("b")
    web.delay_s = 0.2

    session = send_waiting(desk.platform, within_s=0.1)

    assert session.sent == (("ops", 1),)
    assert session.troubles[0].why == "no time was left; the next run sends it"


def test_two_processes_send_nothing_twice(desk: Desk, web: WebReceiver) -> None:
    for number in range(6):
        desk.happens(f"subject {number}")
    threads = [threading.Thread(target=send_waiting, args=(desk.platform,)) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(request.document["title"] for request in web.requests) == [
        f"event {number}" for number in range(1, 7)
    ]


def test_nothing_that_goes_wrong_in_telling_ends_the_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.happens()
    monkeypatch.setattr("dmaic_assets.work.alerts.delivery.messages_for", lambda *_: [][1])

    assert tell_people(desk.platform) == ("alerts wait: IndexError; see data/logs/dmaic.log",)


def test_a_full_disk_keeps_the_line_for_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.change(channels=list(KEPT))
    desk.happens()
    monkeypatch.setenv("DMAIC_FAILPOINT", "before_line:full")
    session = send_waiting(desk.platform)
    assert {trouble.channel for trouble in session.troubles} == {"log", "file"}

    monkeypatch.delenv("DMAIC_FAILPOINT")
    assert send_waiting(desk.platform).sent == (("log", 1), ("file", 1))
    assert len(desk.lines()) == 1


def test_nothing_of_a_secret_is_kept_or_told(desk: Desk, web: WebReceiver) -> None:
    desk.happens()
    web.status, web.words = 500, b"no {path} here"

    (trouble,) = send_waiting(desk.platform).troubles

    assert trouble.why == "OPS_URL (127.0.0.1): answers 500: no *** here"
    desk.platform.close()
    kept = [p for p in desk.root.rglob("*") if p.is_file() and b"T0/secret" in p.read_bytes()]
    assert kept == []
    assert "T0/secret" not in repr(desk.platform.settings)


def test_log_and_file_wait_for_no_other_channel(desk: Desk, web: WebReceiver) -> None:
    desk.change(channels=[OPS, *KEPT])
    desk.happens()

    assert send_waiting(desk.platform, within_s=-1).sent == (("log", 1), ("file", 1))
    assert web.requests == []
    assert send_waiting(desk.platform).sent == (("ops", 1),)


def test_a_defect_in_one_channel_silences_no_other(
    desk: Desk, web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = {"name": "chat", "kind": "webhook", "form": "slack", "url_env": "OPS_URL"}
    desk.change(channels=[chat, OPS])
    desk.happens()
    real = delivery.send

    def broken(
        settings: Settings, channel: ChannelSettings, message: Message, *, left_s: float
    ) -> dict[str, Json]:
        if channel.name == "chat":
            raise LookupError("secret")
        return real(settings, channel, message, left_s=left_s)

    monkeypatch.setattr(delivery, "send", broken)
    session = send_waiting(desk.platform)

    assert session.sent == (("ops", 1),)
    (trouble,) = session.troubles
    assert trouble.words.endswith("chat: channel chat: cannot be used (LookupError: a defect)")
    assert channel_states(desk.platform.ledger)["chat"].failures == 1


def test_a_channel_that_drips_takes_neither_time_nor_turn_of_others(
    desk: Desk, web: WebReceiver
) -> None:
    with dripping() as url:
        desk.environment["DRIP_URL"] = url
        slow = {"name": "slow", "kind": "webhook", "url_env": "DRIP_URL"}
        desk.change(channels=[slow, OPS], timeout_s=0.4)
        desk.happens()

        began = time.monotonic()
        first = send_waiting(desk.platform, within_s=0.5)
        took_s = time.monotonic() - began
        second = send_waiting(desk.platform, within_s=0.5)

    assert took_s < 3 * 0.4
    assert "slow" not in dict(first.sent)
    # What failed comes last, so the other has its turn now.
    assert dict(first.sent) | dict(second.sent) == {"ops": 1}
    assert channel_states(desk.platform.ledger)["slow"].failures == 2


@contextmanager
def dripping() -> Iterator[str]:
    """A receiver that answers a byte at a time, each well within a time-out."""

    def drip(taken: socket.socket) -> None:
        with suppress(OSError), taken:
            taken.recv(100_000)
            for sign in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100:
                taken.sendall(bytes([sign]))
                time.sleep(0.1)

    def listen(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                taken, _ = listener.accept()
                threading.Thread(target=drip, args=(taken,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
