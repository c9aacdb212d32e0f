"""A project with alerts on, whose clock the test holds, and receivers on this machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dmaic_assets.model import Severity
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.work.alerts.telling import keep
from dmaic_assets.work.run.platform import Platform, open_platform
from dmaic_assets_tests.work.alerts.receivers import WebReceiver, web_receiver

OPS = {"name": "ops", "kind": "webhook", "url_env": "OPS_URL"}
KEPT = ({"name": "log", "kind": "log"}, {"name": "file", "kind": "file"})


@dataclass
class Desk:
    """A project that has alerts to tell."""

    root: Path
    environment: dict[str, str]
    alerts: dict[str, Any]
    now: datetime = datetime(2026, 11, 21, 4, 15, tzinfo=UTC)
    raised: int = 0
    platform: Platform = field(init=False)

    def __post_init__(self) -> None:
        (self.root / "config").mkdir(parents=True, exist_ok=True)
        (self.root / "config" / "dmaic.yaml").touch()
        self.open()

    def open(self) -> None:
        settings = load_settings(
            self.root,
            environment=self.environment,
            overrides={"alerts": {"enabled": True, **self.alerts}},
        )
        self.platform = open_platform(settings, clock=lambda: self.now)

    def change(self, **alerts: object) -> None:
        """Opens the project again under other settings."""
        self.platform.close()
        self.alerts |= alerts
        self.open()

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def happens(
        self, subject: str = "held|orders|row_count|", *, severity: Severity = "high", **more: Any
    ) -> Alert:
        """Something happens that people are to be told."""
        self.raised += 1
        made: Mapping[str, Any] = {
            "key": f"{self.raised:024d}",
            "kind": "held",
            "source": "orders",
            "run_id": f"run-{self.raised}",
            "title": f"event {self.raised}",
            **more,
        }
        alert = Alert(subject=subject, severity=severity, raised_at=self.now, **made)
        keep(self.platform, [alert])
        return alert

    def lines(self, name: str = "alerts.jsonl") -> Sequence[str]:
        path = self.root / "data" / "logs" / name
        return path.read_text().splitlines() if path.exists() else []


def make_desk(root: Path, url: str, **alerts: Any) -> Desk:
    return Desk(root, {"OPS_URL": url}, {"channels": [OPS], **alerts})


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


@pytest.fixture
def desk(tmp_path: Path, web: WebReceiver) -> Iterator[Desk]:
    made = make_desk(tmp_path, web.url)
    yield made
    made.platform.close()
