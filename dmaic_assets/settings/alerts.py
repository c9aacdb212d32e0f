"""Settings of alerts: the section `alerts` of config/dmaic.yaml.

What belongs here: who is told what, and how. Secrets are never written down: a key that ends in
`_env` names the variable that holds one.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from dmaic_assets.model import Severity
from dmaic_assets.settings.phases import Strict

AlertKind: TypeAlias = Literal["held", "split", "alarm", "late", "failed", "sigma", "test"]
WebhookForm: TypeAlias = Literal["generic", "slack", "teams", "pagerduty"]
ChannelName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]
Variable: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]
# Logs of our own processes, which are turned over: an alert would be there twice, or no more.
_TAKEN = ("dmaic.log", "web-server.log", "daemon.log", "code-server.log")


def _is_free(path: str) -> str:
    if path.startswith(_TAKEN):
        raise ValueError("is a log of dmaic itself: name another")
    return path


# A plain name: what is told lies under data/logs/ and nowhere else.
LogName: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"), AfterValidator(_is_free)
]
# Machines that only this one can listen on.
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def _one_line(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("write it in one line, and something in it")
    return text


Line: TypeAlias = Annotated[str, AfterValidator(_one_line)]


class Channel(Strict):
    """What every channel has. Without `severities` it takes what the section says."""

    name: ChannelName
    severities: tuple[Severity, ...] | None = None


class LogChannel(Channel):
    """One readable line an alert, in a file under data/logs/."""

    kind: Literal["log"]
    path: LogName = "alerts.log"


class FileChannel(Channel):
    """One JSON document a line, in a file under data/logs/."""

    kind: Literal["file"]
    path: LogName = "alerts.jsonl"


class WebhookChannel(Channel):
    """One HTTP POST a message, in the form that the receiver reads.

    `url_env` names the variable of the address; PagerDuty has one of its own and needs `key_env`,
    the integration key. `token_env` is sent as a bearer token.
    """

    kind: Literal["webhook"]
    form: WebhookForm = "generic"
    url_env: Variable | None = None
    key_env: Variable | None = None
    token_env: Variable | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> "WebhookChannel":
        if self.form == "pagerduty" and self.key_env is None:
            raise ValueError("form pagerduty needs key_env: the variable of its integration key")
        if self.form != "pagerduty" and self.url_env is None:
            raise ValueError("url_env is missing: the variable that holds the address")
        if self.form != "pagerduty" and self.key_env is not None:
            raise ValueError("key_env is of form pagerduty alone; use token_env")
        return self


class MailChannel(Channel):
    """One e-mail a message. `password_env` names the variable of the password of `user`."""

    kind: Literal["mail"]
    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Line | None = None
    password_env: Variable | None = None
    sender: Line
    to: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _keeps_its_password(self) -> "MailChannel":
        if (self.user is None) != (self.password_env is None):
            raise ValueError("user and password_env go together")
        if self.user is not None and self.security == "none" and self.host not in _HERE:
            raise ValueError("a password is not sent in the clear: use starttls or tls")
        return self


ChannelSettings: TypeAlias = Annotated[
    LogChannel | FileChannel | WebhookChannel | MailChannel, Field(discriminator="kind")
]


class Told(Strict):
    """Which events become alerts."""

    held: bool = True
    split: bool = True
    alarm: bool = True
    late: bool = True
    failed: bool = True
    sigma: bool = True


class BreakerSettings(Strict):
    """After so many failures in a row a channel is left alone for so long, then tried once."""

    failures: Annotated[int, Field(ge=1, le=1000)] = 5
    open_s: Annotated[float, Field(ge=0, le=86_400)] = 300.0


class AlertSettings(Strict):
    """Who is told of what. `severities` hold for channels that name none of their own.

    `address` is where the project's pages are served, for links.
    """

    enabled: bool = False
    severities: tuple[Severity, ...] = ("critical", "high")
    tell: Told = Told()
    cool_down_s: Annotated[float, Field(ge=0, le=30 * 86_400)] = 3600.0
    sigma_fall: Annotated[float, Field(gt=0, le=10)] = 0.25
    most_messages: Annotated[int, Field(ge=1, le=1000)] = 10
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    breaker: BreakerSettings = BreakerSettings()
    address: Annotated[str, Field(pattern=r"^(https?://[^\s@?#]+)?$")] = ""
    channels: tuple[ChannelSettings, ...] = (
        LogChannel(name="log", kind="log"),
        FileChannel(name="file", kind="file"),
    )

    @model_validator(mode="after")
    def _has_each_once(self) -> "AlertSettings":
        names = [channel.name for channel in self.channels]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"channel {twice} is declared twice")
        paths = [c.path for c in self.channels if isinstance(c, LogChannel | FileChannel)]
        if same := next((path for path in paths if paths.count(path) > 1), None):
            raise ValueError(f"two channels write {same}")
        return self

    def severities_of(self, channel: Channel) -> tuple[Severity, ...]:
        """The severities that a channel takes."""
        return self.severities if channel.severities is None else channel.severities
