"""Alerts are configured without secrets; what cannot work is refused when it is loaded."""

from pathlib import Path
from typing import Any

import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.alerts import AlertSettings, FileChannel, LogChannel, WebhookChannel
from dmaic_assets.settings.project import Settings, load_settings

WEB = {"name": "ops", "kind": "webhook", "url_env": "OPS_URL"}
MAIL = {"name": "m", "kind": "mail", "host": "h", "sender": "a@b.c", "to": ["d@e.f"]}


def loaded(root: Path, **alerts: Any) -> Settings:
    return load_settings(root, environment={}, overrides={"alerts": alerts})


def test_alerts_are_off_and_kept_here_when_they_are_on() -> None:
    settings = AlertSettings()

    assert not settings.enabled
    assert settings.severities == ("critical", "high")
    assert [type(channel) for channel in settings.channels] == [LogChannel, FileChannel]


def test_a_project_that_says_nothing_of_alerts_loads_nothing_of_them(tmp_path: Path) -> None:
    assert not load_settings(tmp_path, environment={}).is_telling
    assert not loaded(tmp_path, severities=["low"]).is_telling
    assert loaded(tmp_path, enabled=True).is_telling


def test_a_channel_may_take_other_severities(tmp_path: Path) -> None:
    settings = loaded(tmp_path, channels=[{**WEB, "severities": ["critical"]}]).alerts
    (channel,) = settings.channels

    assert isinstance(channel, WebhookChannel)
    assert settings.severities_of(channel) == ("critical",)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ({"name": "x", "kind": "pigeon"}, "pigeon"),
        ({"name": "Ops!", "kind": "log"}, "name"),
        ({"name": "log", "kind": "log", "path": "../../etc/passwd"}, "path"),
        ({"name": "log", "kind": "log", "path": "a/b"}, "path"),
        ({"name": "log", "kind": "log", "path": "web-server.log"}, "a log of dmaic itself"),
        ({"name": "f", "kind": "file", "path": "dmaic.log.1"}, "a log of dmaic itself"),
        ({**WEB, "url_env": "https://hooks.example.com/secret"}, "url_env"),
        ({"name": "x", "kind": "webhook"}, "url_env is missing"),
        ({**WEB, "form": "pagerduty"}, "key_env"),
        ({**WEB, "key_env": "KEY"}, "token_env"),
        ({**WEB, "url": "https://hooks.example.com/secret"}, "url"),
        ({**MAIL, "user": "kim"}, "go together"),
        ({**MAIL, "user": "kim", "password_env": "P", "security": "none"}, "in the clear"),
        ({**MAIL, "sender": "a@b.c\nBcc: x@y.z"}, "one line"),
        ({**MAIL, "to": []}, "to"),
        ({**MAIL, "port": 0}, "port"),
    ],
)
def test_a_channel_that_cannot_work_is_refused_without_its_values(
    tmp_path: Path, channel: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path, channels=[channel])

    assert words in str(refused.value)
    assert "secret" not in f"{refused.value} {refused.value.fix}"


def test_two_channels_of_a_name_or_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="channel ops is declared twice"):
        loaded(tmp_path, channels=[WEB, WEB])
    with pytest.raises(SettingsError, match=r"two channels write alerts\.log"):
        loaded(tmp_path, channels=[{"name": n, "kind": "log"} for n in ("a", "b")])


@pytest.mark.parametrize("address", ["ftp://x", "https://user:secret@x", "https://x?a", "x"])
def test_an_address_for_links_is_one_of_http(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="address"):
        loaded(tmp_path, address=address)


def test_a_mistake_is_told_whatever_the_command_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"alerts\.colour"):
        loaded(tmp_path, colour="red")


def test_a_password_may_go_in_the_clear_to_this_machine(tmp_path: Path) -> None:
    here = {**MAIL, "host": "localhost", "security": "none", "user": "k", "password_env": "P"}

    assert loaded(tmp_path, channels=[here]).alerts.channels[0].name == "m"
