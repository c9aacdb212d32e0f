"""What a receiver is sent: one JSON document, in the form that it reads, of bounded size.

What belongs here: forms. Every text is plain to the receiver: signs that would format, link or
notify are escaped, since names of files are their senders' choice.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dmaic_assets.model import Json, Severity
from dmaic_assets.settings.alerts import WebhookForm
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.words import clean

# Alerts that one message tells in full; of more, it says how many. Fewer where their texts are
# long, since a message has to fit.
SHOWN_ALERTS = 10
_FEWER = (SHOWN_ALERTS, 5, 2, 1)
# Bytes of a request: the 28 KB that Teams takes, which is the least of all, and some spare.
_MOST_BYTES = 27_000
_PAGERDUTY_SUMMARY = 1024  # characters that PagerDuty takes
_SLACK_TEXT = 2900  # characters of a block; Slack takes 3,000
_PAGERDUTY_SEVERITY: Mapping[Severity, str] = {
    "critical": "critical",
    "high": "error",
    "medium": "warning",
    "low": "info",
}
# Adaptive cards format a text in Markdown.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~])")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who tells: the project by name, its machine, and the address of its pages ("": none)."""

    project: str
    host: str
    address: str = ""

    def link(self, alert: Alert) -> str:
        """The page that an alert is about; "" without an address."""
        if not self.address:
            return ""
        base = self.address.rstrip("/")
        if alert.source:
            return f"{base}/sources/{alert.source}"
        return f"{base}/runs/{alert.run_id}" if alert.run_id else base


def body_of(form: WebhookForm, message: Message, sender: Sender, key: str | None = None) -> bytes:
    """Builds the bytes of a request.

    Args:
        form: Who reads it.
        message: What it tells.
        sender: Who tells.
        key: The integration key of PagerDuty, which stands in the document.
    """
    body = b""
    for shown in _FEWER:
        document = _FORMS[form](message, sender, shown)
        if form == "pagerduty":
            document = {"routing_key": key or "", **document}
        body = json.dumps(document, ensure_ascii=True, allow_nan=False).encode("ascii")
        if len(body) <= _MOST_BYTES:
            break
    return body


def document_of(message: Message, sender: Sender, shown: int = SHOWN_ALERTS) -> dict[str, Json]:
    """The generic form: everything that is known, under names that stay."""
    return {
        "key": message.key,
        "project": sender.project,
        "host": sender.host,
        "severity": message.severity,
        "subject": message.subject,
        "title": message.title,
        "count": len(message.alerts),
        "alerts": [_alert_document(a, sender) for a in message.alerts[:shown]],
    }


def text_of(message: Message, sender: Sender) -> str:
    """The message as plain text, for mails."""
    lines = [message.title, ""]
    for alert in message.alerts[:SHOWN_ALERTS]:
        if len(message.alerts) > 1:
            lines += [f"{alert.severity}: {alert.title}"]
        lines += [f"  {word}: {text}" for word, text in alert.facts]
        lines += [f"  $ {command}" for command in alert.commands]
        lines += [f"  {link}" for link in [sender.link(alert)] if link]
        lines += [""]
    lines += [f"{_more(message, SHOWN_ALERTS)}", ""] if _more(message, SHOWN_ALERTS) else []
    return "\n".join([*lines, f"{sender.project} on {sender.host}", f"key {message.key}", ""])


def _more(message: Message, shown: int) -> str:
    more = len(message.alerts) - shown
    return f"and {more:,} more: dmaic alerts" if more > 0 else ""


def _alert_document(alert: Alert, sender: Sender) -> dict[str, Json]:
    return {**alert.document(), "link": sender.link(alert) or None}


def _slack(message: Message, sender: Sender, shown: int) -> dict[str, Json]:
    head = f"{message.severity.upper()} {message.title}"
    blocks: list[Json] = [_slack_block(f"*{_slack_text(head)}*")]
    for alert in message.alerts[:shown]:
        lines = [f"*{_slack_text(alert.title)}*"] if len(message.alerts) > 1 else []
        lines += [f"{_slack_text(word)}: {_slack_text(text)}" for word, text in alert.facts]
        lines += [f"`{_slack_text(command).replace('`', '')}`" for command in alert.commands]
        lines += [f"<{link}|Look closer>" for link in [sender.link(alert)] if link]
        blocks.append(_slack_block("\n".join(lines)[:_SLACK_TEXT]))
    if _more(message, shown):
        blocks.append(_slack_block(_more(message, shown)))
    foot = _slack_text(f"{sender.project} on {sender.host}")
    blocks.append({"type": "context", "elements": [{"type": "plain_text", "text": foot}]})
    # The first is what a notification shows.
    return {"text": _slack_text(head), "unfurl_links": False, "blocks": blocks}


def _slack_block(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text or " ", "verbatim": True}}


def _slack_text(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A zero-width space keeps signs from formatting what stands between two of them.
    return re.sub(r"([*_~`])", "\\1\u200b", escaped)


def _teams(message: Message, sender: Sender, shown: int) -> dict[str, Json]:
    head = f"{message.severity.upper()} {message.title}"
    body: list[Json] = [_teams_text(head, weight="Bolder", size="Medium")]
    actions: list[Json] = []
    for alert in message.alerts[:shown]:
        if len(message.alerts) > 1:
            body.append(_teams_text(alert.title, weight="Bolder"))
        facts: list[Json] = [{"title": _plain(w), "value": _plain(t)} for w, t in alert.facts]
        body.append({"type": "FactSet", "facts": facts})
        body += [_teams_text(command, fontType="Monospace") for command in alert.commands]
        if not actions and sender.link(alert):
            link = {"type": "Action.OpenUrl", "title": "Look closer", "url": sender.link(alert)}
            actions.append({**link})
    if _more(message, shown):
        body.append(_teams_text(_more(message, shown)))
    body.append(_teams_text(f"{sender.project} on {sender.host}", isSubtle=True))
    card: dict[str, Json] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _teams_text(text: str, **style: Json) -> Json:
    return {"type": "TextBlock", "text": _plain(text), "wrap": True, **style}


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _pagerduty(message: Message, sender: Sender, shown: int) -> dict[str, Json]:
    first = message.alerts[0]
    about = message.key if message.subject == "digest" else sha256_json(message.subject)[:32]
    links: list[Json] = [
        {"href": link, "text": clean(alert.title, width=100)}
        for alert in message.alerts[:shown]
        for link in [sender.link(alert)]
        if link
    ]
    return {
        "event_action": "trigger",
        # One incident a subject: what comes of it later goes to the one that is open.
        "dedup_key": f"dmaic-{sha256_json([sender.project, about])[:32]}",
        "payload": {
            "summary": clean(f"{sender.project}: {message.title}", width=_PAGERDUTY_SUMMARY),
            "source": sender.host,
            "severity": _PAGERDUTY_SEVERITY[message.severity],
            "timestamp": message.alerts[-1].raised_at.isoformat(),
            "component": first.source or sender.project,
            "class": first.kind,
            "custom_details": document_of(message, sender, shown),
        },
        "links": links,
    }


_FORMS: Mapping[WebhookForm, Callable[[Message, Sender, int], dict[str, Json]]] = {
    "generic": document_of,
    "slack": _slack,
    "teams": _teams,
    "pagerduty": _pagerduty,
}
