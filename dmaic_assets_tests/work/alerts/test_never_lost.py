"""No alert is lost, whatever fails; none is doubled but by a death between sending and receipt."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmaic_assets.work.alerts.delivery import send_waiting
from dmaic_assets_tests.work.alerts.conftest import KEPT, OPS, Desk, make_desk
from dmaic_assets_tests.work.alerts.receivers import WebReceiver, web_receiver
from dmaic_assets_tests.work.crash.project import ROOT

# Answers of a receiver: mostly it works, at times it is away or minds the message.
ANSWERS = st.sampled_from([200, 200, 200, 200, 204, 400, 429, 500, 503])
STEPS = st.one_of(
    st.tuples(st.just("happens"), st.integers(0, 4)),
    st.tuples(st.just("send"), st.lists(ANSWERS, max_size=6).map(tuple)),
    st.tuples(st.just("move"), st.integers(-50, 4000)),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_every_alert_reaches_every_channel_once(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder, web_receiver() as web:
        desk = make_desk(Path(folder), web.url, channels=[OPS, *KEPT], most_messages=3)
        taken: list[str] = []
        for step, value in steps:
            if step == "happens":
                desk.happens(f"subject {value}")
            elif step == "move":
                desk.move(float(str(value)))
            else:
                assert isinstance(value, tuple)
                taken += _sent(web, value, desk)
        # In the end everything works, long enough for every cool-down.
        for _ in range(3):
            desk.move(4000)
            taken += _sent(web, (), desk)
        expected = Counter({f"{number + 1:024d}": 1 for number in range(desk.raised)})
        assert Counter(taken) == expected
        for name in ("alerts.jsonl", "alerts.log"):
            assert len(desk.lines(name)) == desk.raised
        kept = [json.loads(line)["alerts"][0]["key"] for line in desk.lines()]
        assert Counter(kept) == expected
        desk.platform.close()


def _sent(web: WebReceiver, answers: tuple[int, ...], desk: Desk) -> list[str]:
    """The keys of the alerts that the receiver took in one session."""
    web.answers, before = list(answers), len(web.requests)
    send_waiting(desk.platform)
    new = web.requests[before:]
    said = [*answers, *[200] * len(new)]
    return [
        alert["key"]
        for request, status in zip(new, said, strict=False)
        if status < 300
        for alert in request.document["alerts"]
    ]


def _project(root: Path, url: str, channels: list[dict[str, str]]) -> dict[str, str]:
    """A project whose settings another process reads, with three alerts that wait."""
    desk = make_desk(root, url, channels=channels)
    for number in range(3):
        desk.happens(f"subject {number}")
    desk.platform.close()
    told = {"alerts": {"enabled": True, "channels": channels}}
    (root / "config" / "dmaic.yaml").write_text(yaml.safe_dump(told))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DMAIC_")}
    return {**clean, "OPS_URL": url}


def _work(root: Path, environment: dict[str, str], failpoint: str = "") -> int:
    found = subprocess.run(
        [sys.executable, "-m", "dmaic_assets_tests.work.alerts.killed", str(root)],
        env={**environment, "DMAIC_FAILPOINT": failpoint},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.returncode <= 0, found.stderr[-2000:]
    return found.returncode


@pytest.mark.crash
@pytest.mark.parametrize("place", ["after_sending", "before_record", "after_record"])
def test_a_death_doubles_at_most_the_message_in_hand_and_under_its_key(
    tmp_path: Path, web: WebReceiver, place: str
) -> None:
    environment = _project(tmp_path, web.url, [OPS])

    assert _work(tmp_path, environment, f"{place}:kill:2") < 0
    assert _work(tmp_path, environment) == 0

    by_alert = Counter(alert["key"] for r in web.requests for alert in r.document["alerts"])
    assert len(by_alert) == 3
    doubled = [key for key, times in by_alert.items() if times > 1]
    # With its receipt recorded, it is known to have been sent.
    assert len(doubled) == (0 if place == "after_record" else 1)
    assert len({request.key for request in web.requests}) == 3


@pytest.mark.crash
@pytest.mark.parametrize("place", ["after_sending", "before_record"])
def test_a_death_doubles_no_line(tmp_path: Path, place: str) -> None:
    environment = _project(tmp_path, "http://127.0.0.1:9/", list(KEPT))

    assert _work(tmp_path, environment, f"{place}:kill:{random.Random(place).randint(1, 6)}") < 0
    assert _work(tmp_path, environment) == 0

    for name in ("alerts.jsonl", "alerts.log"):
        lines = (tmp_path / "data" / "logs" / name).read_text().splitlines()
        assert len(lines) == len(set(lines)) == 3
