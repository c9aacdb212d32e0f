"""One e-mail over SMTP, encrypted unless the settings say otherwise.

What belongs here: the way of a mail. Headers are built by the standard library, which lets no line
end into them; no error repeats the password.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime

from dmaic_assets.errors import RefusedMessageError, UndeliveredError
from dmaic_assets.settings.alerts import MailChannel
from dmaic_assets.work.alerts.messages import Message
from dmaic_assets.work.alerts.payloads import Sender, text_of
from dmaic_assets.work.alerts.words import TITLE_WIDTH, clean

_FIX = "Look at the channel: dmaic alerts channels; what waits is sent by the next run."
_SHOWN = 120  # characters of a server's words that are told


def mail_of(channel: MailChannel, message: Message, sender: Sender) -> EmailMessage:
    """Builds the mail; its Message-ID is the same however often it is sent."""
    mail = EmailMessage()
    title = f"[{sender.project}] {message.severity}: {message.title}"
    mail["Subject"] = clean(title, width=TITLE_WIDTH)
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = format_datetime(message.alerts[-1].raised_at)
    mail["Message-ID"] = f"<{message.key}.{channel.name}@dmaic-assets.invalid>"
    # So that no absent person's mailbox answers.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Dmaic-Severity"] = message.severity
    mail.set_content(text_of(message, sender), cte="quoted-printable")
    return mail


def send_mail(
    channel: MailChannel, mail: EmailMessage, password: str | None, *, timeout_s: float
) -> tuple[str, ...]:
    """Hands a mail over to the server of a channel.

    Returns:
        The addresses that the server refused while it took others.

    Raises:
        UndeliveredError: The server is away, refuses the password, or everybody.
        RefusedMessageError: The server refuses this mail.
    """
    place = f"{channel.host}:{channel.port}"
    try:
        refused = _handed_over(channel, mail, password, timeout_s)
    except smtplib.SMTPDataError as error:
        culprit = f"does not take the mail: {_said(error.smtp_code, error.smtp_error, password)}"
        raise RefusedMessageError(place, culprit, _FIX) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        culprit = f"takes mail for none of the addresses: {_said(code, words, password)}"
        raise UndeliveredError(place, culprit, _FIX) from None
    except smtplib.SMTPAuthenticationError as error:
        culprit = f"refuses user and password: {_said(error.smtp_code, error.smtp_error, password)}"
        raise UndeliveredError(place, culprit, _FIX) from None
    except UnicodeError:
        culprit = "user or password has signs that SMTP does not carry"
        raise UndeliveredError(place, culprit, _FIX) from None
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(place, _why(error, password), _FIX) from None
    return tuple(refused)


def refused_words(refused: Sequence[str]) -> str:
    """Says who did not get a mail that others got."""
    return f"the server refused {', '.join(refused)}" if refused else ""


def _handed_over(
    channel: MailChannel, mail: EmailMessage, password: str | None, timeout_s: float
) -> Sequence[str]:
    server = _connected(channel, timeout_s)
    try:
        if channel.user is not None and password is not None:
            server.login(channel.user, password)
        refused = server.send_message(mail)
        # The mail is theirs now, however they say goodbye.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()
    return tuple(refused)


def _connected(channel: MailChannel, timeout_s: float) -> smtplib.SMTP:
    # The name that it says hello with; asking DNS for a full one may take a minute.
    here = socket.gethostname()
    if channel.security == "tls":
        return smtplib.SMTP_SSL(
            channel.host,
            channel.port,
            local_hostname=here,
            timeout=timeout_s,
            context=ssl.create_default_context(),
        )
    server = smtplib.SMTP(channel.host, channel.port, local_hostname=here, timeout=timeout_s)
    if channel.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _why(error: Exception, password: str | None) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answers {_said(error.smtp_code, error.smtp_error, password)}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "cannot encrypt (STARTTLS) or log in, as the settings ask"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"the encrypted connection failed ({error.reason or 'no reason given'})"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "ended the connection"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or type(error).__name__}"
    return f"gives no answer of SMTP ({type(error).__name__})"


def _said(code: int, words: bytes | str, password: str | None) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = text.replace(password, "***") if password else text
    return clean(f"{code} {text}", width=_SHOWN)
