"""Every receiver reads its own form; what names say formats, links and notifies nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmaic_assets.settings.alerts import WebhookForm
from dmaic_assets.store.ledger.record.alerts import Alert
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.payloads import Sender, body_of, text_of
from dmaic_assets.work.alerts.words import TEXT_WIDTH, TITLE_WIDTH, clean

AT = datetime(2026, 11, 21, 4, 15, tzinfo=UTC)
SENDER = Sender("shop", "machine", "https://dq.example.com/")
FORMS: tuple[WebhookForm, ...] = ("generic", "slack", "teams", "pagerduty")
# The smallest of what the receivers take: a message of Teams.
MOST_BYTES = 28_000


def alert(number: int = 1, **more: Any) -> Alert:
    made: dict[str, Any] = {
        "key": f"{number:024d}",
        "kind": "held",
        "severity": "high",
        "source": "orders",
        "run_id": "run-1",
        "subject": "held|orders|row_count|",
        "title": "orders: 1 file held",
        "raised_at": AT,
        "facts": (("files", "a.csv"),),
        "commands": ("dmaic show run-1",),
        **more,
    }
    return Alert(**made)


def document(form: WebhookForm, *alerts: Alert) -> dict[str, Any]:
    body = body_of(form, Message("k" * 32, alerts), SENDER, "integration key")
    found: dict[str, Any] = json.loads(body)
    return found


def test_the_generic_form_tells_everything() -> None:
    told = document("generic", alert())

    assert told == {
        "key": "k" * 32,
        "project": "shop",
        "host": "machine",
        "severity": "high",
        "subject": "held|orders|row_count|",
        "title": "orders: 1 file held",
        "count": 1,
        "alerts": [
            {
                "key": f"{1:024d}",
                "kind": "held",
                "severity": "high",
                "source": "orders",
                "run_id": "run-1",
                "title": "orders: 1 file held",
                "raised_at": AT.isoformat(),
                "facts": {"files": "a.csv"},
                "commands": ["dmaic show run-1"],
                "link": "https://dq.example.com/sources/orders",
            }
        ],
    }


def test_slack_notifies_nobody_and_links_to_nothing_else() -> None:
    name = "<!channel> <https://evil.example|click> *bold* `code` & co.csv"

    told = document("slack", alert(title=name, facts=(("files", name),)))

    texts = [told["text"], *(b["text"]["text"] for b in told["blocks"] if "text" in b)]
    for text in texts:
        assert "<!channel>" not in text
        assert "<https://evil" not in text
        assert "*bold*" not in text
    assert any("<https://dq.example.com/sources/orders|Look closer>" in text for text in texts)
    assert told["blocks"][0]["type"] == "section"


def test_teams_takes_a_card() -> None:
    told = document("teams", alert(title="[click](https://evil.example) **bold**"))

    card = told["attachments"][0]["content"]
    assert told["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["body"][0]["text"] == (
        "HIGH \\[click\\]\\(https://evil\\.example\\) \\*\\*bold\\*\\*"
    )
    assert card["body"][1]["facts"] == [{"title": "files", "value": "a\\.csv"}]
    assert card["actions"][0]["url"] == "https://dq.example.com/sources/orders"


@pytest.mark.parametrize(
    ("severity", "word"),
    [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info")],
)
def test_pagerduty_keeps_one_incident_a_subject(severity: Any, word: str) -> None:
    told = document("pagerduty", alert(severity=severity))
    later = document("pagerduty", alert(2, run_id="run-2"))
    other = document("pagerduty", alert(3, subject="late|orders"))

    assert told["routing_key"] == "integration key"
    assert told["event_action"] == "trigger"
    assert told["payload"]["severity"] == word
    assert told["payload"]["summary"] == "shop: orders: 1 file held"
    assert told["dedup_key"] == later["dedup_key"] != other["dedup_key"]


def test_a_digest_says_how_many_it_does_not_show() -> None:
    many = [alert(n, subject=f"s{n}") for n in range(25)]

    assert document("generic", *many)["count"] == 25
    for form in ("slack", "teams"):
        assert "and 15 more: dmaic alerts" in json.dumps(document(form, *many)).replace("\\", "")
    assert "and 15 more: dmaic alerts" in text_of(Message("k", tuple(many)), SENDER)


TEXTS = st.text(max_size=1000)


@settings(max_examples=40)
@given(st.sampled_from(FORMS), TEXTS, TEXTS, TEXTS)
@example("teams", "\U0001f600" * 300, "é" * 30, "\U0001f600" * 400)
@example("pagerduty", "." * 300, "." * 30, "\U0001f600" * 400)
def test_any_text_gives_a_document_of_bounded_size(
    form: WebhookForm, title: str, word: str, text: str
) -> None:
    """The longest texts that alerts have fit the smallest receiver."""
    facts = ((clean(word, width=30), clean(text, width=TEXT_WIDTH)),) * 5
    worst = [
        alert(n, title=clean(title, width=TITLE_WIDTH), facts=facts, subject=f"s{n}")
        for n in range(12)
    ]

    body = body_of(form, Message("k" * 32, tuple(worst)), SENDER, "key")

    assert json.loads(body)
    assert body.isascii()
    assert len(body) <= MOST_BYTES


@given(st.text())
def test_a_clean_text_is_one_printable_line(text: str) -> None:
    found = clean(text, width=50)

    assert len(found) <= 50
    assert found.isprintable()
    assert clean(found, width=50) == found
