"""Mails go over real connections: encrypted, to everybody, once under one Message-ID."""

from collections.abc import Iterator
from email import message_from_string
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from dmaic_assets.errors import RefusedMessageError
from dmaic_assets.settings.alerts import MailChannel
from dmaic_assets.store.ledger.record.deliveries import channel_states
from dmaic_assets.work.alerts.delivery import send_waiting
from dmaic_assets_tests.work.alerts.conftest import Desk
from dmaic_assets_tests.work.alerts.receivers import (
    MailReceiver,
    mail_receiver,
    make_certificate,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def post_office(certificate: tuple[Path, Path]) -> Iterator[MailReceiver]:
    with mail_receiver(certificate=certificate) as receiver:
        receiver.password = "open sesame"
        yield receiver


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def mailing(desk: Desk, receiver: MailReceiver, **more: object) -> Desk:
    desk.environment["MAIL_PASSWORD"] = "open sesame"
    channel = {
        "name": "mail",
        "kind": "mail",
        "host": "localhost",
        "port": receiver.port,
        "user": "dmaic",
        "password_env": "MAIL_PASSWORD",
        "sender": "dmaic@example.com",
        "to": ["a@example.com", "b@example.com"],
        **more,
    }
    desk.change(channels=[channel])
    return desk


@pytest.mark.usefixtures("trusted")
def test_a_mail_is_encrypted_and_reaches_everybody(desk: Desk, post_office: MailReceiver) -> None:
    mailing(desk, post_office)
    facts = (("files", "größe.csv"),)
    desk.happens(title="orders: 1 file held – café", facts=facts, commands=("dmaic show latest",))

    assert send_waiting(desk.platform).sent == (("mail", 1),)

    (mail,) = post_office.mails
    assert (mail.is_encrypted, mail.user, mail.sender) == (True, "dmaic", "dmaic@example.com")
    assert mail.to == ["a@example.com", "b@example.com"]
    read = message_from_string(mail.text)
    subject = str(make_header(decode_header(str(read["Subject"]))))
    assert subject == "[dmaic-assets] high: orders: 1 file held – café"
    body = read.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "files: größe.csv" in body.decode()
    assert "$ dmaic show latest" in body.decode()


@pytest.mark.usefixtures("trusted")
def test_a_mail_has_the_same_id_in_every_try(desk: Desk, post_office: MailReceiver) -> None:
    mailing(desk, post_office)
    desk.happens()
    post_office.data_answer = "451 later"
    send_waiting(desk.platform)
    post_office.data_answer = "250 taken"
    send_waiting(desk.platform)

    (mail,) = post_office.mails
    (key,) = [line for line in mail.text.splitlines() if line.startswith("key ")]
    assert f"Message-ID: <{key.removeprefix('key ')}.mail@dmaic-assets.invalid>" in mail.text


def test_tls_from_the_first_byte(
    desk: Desk, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with mail_receiver(certificate=certificate, is_tls=True) as receiver:
        receiver.password = "open sesame"
        mailing(desk, receiver, security="tls")
        desk.happens()
        send_waiting(desk.platform)

    assert [mail.is_encrypted for mail in receiver.mails] == [True]


def test_a_password_goes_to_nobody_whose_certificate_is_unknown(
    desk: Desk, post_office: MailReceiver
) -> None:
    mailing(desk, post_office)
    desk.happens()

    (trouble,) = send_waiting(desk.platform).troubles

    assert "its certificate is not trusted" in trouble.why
    assert post_office.mails == []


def test_a_server_that_does_not_encrypt_gets_no_password(desk: Desk) -> None:
    with mail_receiver() as receiver:
        mailing(desk, receiver)
        desk.happens()
        (trouble,) = send_waiting(desk.platform).troubles

    assert "cannot encrypt (STARTTLS)" in trouble.why
    assert receiver.mails == []


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_without_it(desk: Desk, post_office: MailReceiver) -> None:
    mailing(desk, post_office)
    desk.environment["MAIL_PASSWORD"] = "close sesame"
    desk.change()
    desk.happens()

    (trouble,) = send_waiting(desk.platform).troubles

    assert "refuses user and password: 535 no: *** is wrong" in trouble.why
    desk.environment["MAIL_PASSWORD"] = "sésame"
    desk.change()
    (trouble,) = send_waiting(desk.platform).troubles
    assert "has signs that SMTP does not carry" in trouble.why


@pytest.mark.usefixtures("trusted")
def test_an_address_that_is_refused_keeps_the_mail_from_nobody_else(
    desk: Desk, post_office: MailReceiver
) -> None:
    mailing(desk, post_office)
    post_office.refused = ("b@example.com",)
    desk.happens()

    session = send_waiting(desk.platform)

    assert session.sent == (("mail", 1),)
    assert [t.why for t in session.troubles] == ["the server refused b@example.com"]
    assert [mail.to for mail in post_office.mails] == [["a@example.com"]]
    post_office.refused = ("a@example.com", "b@example.com")
    desk.happens("another")
    (trouble,) = send_waiting(desk.platform).troubles
    assert "takes mail for none of the addresses: 550 nobody of that name" in trouble.why


@pytest.mark.usefixtures("trusted")
def test_a_server_that_hangs_up_after_taking_a_mail_has_taken_it(
    desk: Desk, post_office: MailReceiver
) -> None:
    mailing(desk, post_office)
    post_office.is_rude = True
    desk.happens()

    assert send_waiting(desk.platform).sent == (("mail", 1),)
    assert channel_states(desk.platform.ledger)["mail"].failures == 0


def test_a_name_of_a_file_makes_no_header(desk: Desk) -> None:
    from dmaic_assets.work.alerts.channels import sender_of
    from dmaic_assets.work.alerts.mail import mail_of
    from dmaic_assets.work.alerts.messages import Message

    alert = desk.happens(title="x\r\nBcc: everybody@example.com")
    channel = MailChannel(name="m", kind="mail", host="h", sender="a@b.c", to=("d@e.f",))

    mail = mail_of(channel, Message("k", (alert,)), sender_of(desk.platform.settings))

    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]


def test_a_refused_mail_is_a_refused_message(desk: Desk) -> None:
    from dmaic_assets.work.alerts.channels import send
    from dmaic_assets.work.alerts.messages import Message

    with mail_receiver() as receiver:
        receiver.data_answer = "552 too big"
        mailing(desk, receiver, security="none", user=None, password_env=None)
        (channel,) = desk.platform.settings.alerts.channels
        with pytest.raises(RefusedMessageError, match="552 too big"):
            send(desk.platform.settings, channel, Message("k", (desk.happens(),)))
