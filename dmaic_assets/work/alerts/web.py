"""One HTTP POST to an address that a person named in a variable, and nothing beyond it.

What belongs here: the way of the bytes. Redirects are not followed, answers are hardly read, and no
error repeats the address: it is a secret.
"""

import http.client
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from dmaic_assets.errors import RefusedMessageError, UndeliveredError

# Bytes of an answer that are read: enough for the word by which a receiver says what it minds.
_READ_BYTES = 2_000
_SHOWN = 120  # characters of it that are told
# Answers that speak of the channel and not of the message: not allowed, not there, too often.
_OF_THE_CHANNEL = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429})
_ODD = re.compile(r"[^\x21-\x7e]")
_FIX = "Look at the channel: dmaic alerts channels; what waits is sent by the next run."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes. It is a secret: `shown` is what may be told of it."""

    url: str = field(repr=False)
    shown: str

    @property
    def parts(self) -> SplitResult:
        """The address in parts."""
        return urlsplit(self.url)


def address_of(url: str, shown: str) -> Address:
    """Takes an address that requests may go to.

    Args:
        url: What the variable holds.
        shown: What it is called where it may not be shown.

    Raises:
        UndeliveredError: It is none of http or https, or has a name or password in it.
    """
    fix = f"Set {shown} to an address that begins with https://."
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
        # As it is spelled when its name is looked up.
        _ = (parts.hostname or "").encode("idna")
    except ValueError:
        raise UndeliveredError(shown, "holds no address", fix) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or _ODD.search(url):
        raise UndeliveredError(shown, "holds no address of http or https", fix)
    if parts.username or parts.password:
        raise UndeliveredError(shown, "holds a name or password in the address", fix)
    return Address(url, f"{shown} ({parts.hostname})")


def post(address: Address, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> int:
    """Sends one request; the answer has to be 2xx.

    Returns:
        The status of the answer.

    Raises:
        UndeliveredError: Nobody answered, or the answer speaks against the channel.
        RefusedMessageError: The answer speaks against this message.
    """
    try:
        connection = _connection(address.parts, timeout_s)
        target = _target(address)
    except ValueError:
        fix = "Set http_proxy and https_proxy to http://HOST:PORT."
        culprit = "the proxy that the environment names is no address"
        raise UndeliveredError(address.shown, culprit, fix) from None
    try:
        connection.request("POST", target, body, {"Content-Type": "application/json", **headers})
        with connection.getresponse() as answer:
            said = b"" if 200 <= answer.status < 300 else answer.read(_READ_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise UndeliveredError(address.shown, _why(error), _FIX) from None
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise _refusal(address, answer.status, said)
    return answer.status


def _connection(parts: SplitResult, timeout_s: float) -> http.client.HTTPConnection:
    proxy = _proxy(parts)
    host, port = (proxy.hostname, proxy.port or 3128) if proxy else (parts.hostname, parts.port)
    if parts.scheme == "http":
        return http.client.HTTPConnection(host or "", port, timeout=timeout_s)
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(host or "", port, timeout=timeout_s, context=context)
    if proxy:
        connection.set_tunnel(parts.hostname or "", parts.port or 443)
    return connection


def _proxy(parts: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for an address, as other programs read it."""
    named = getproxies().get(parts.scheme)
    if not named or proxy_bypass(parts.netloc):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _target(address: Address) -> str:
    parts = address.parts
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_asked_of_proxy = parts.scheme == "http" and _proxy(parts) is not None
    return f"http://{parts.netloc}{path}" if is_asked_of_proxy else path


def _why(error: Exception) -> str:
    """Says what went wrong; never in the words of an error, which may repeat the address."""
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"the encrypted connection failed ({error.reason or 'no reason given'})"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or type(error).__name__}"
    return f"gives no answer of HTTP ({type(error).__name__})"


def _refusal(address: Address, status: int, said: bytes) -> UndeliveredError:
    if 300 <= status < 400:
        culprit = f"answers {status}: it sends on to another address, which is not followed"
        return UndeliveredError(address.shown, culprit, "Set the variable to the final address.")
    parts = address.parts
    words = said.decode("utf-8", "replace")
    for secret in (address.url, parts.path, parts.query):
        words = words.replace(secret, "***") if len(secret) > 1 else words
    words = "".join(sign if sign.isprintable() else " " for sign in words)[:_SHOWN].strip()
    culprit = f"answers {status}" + (f": {words}" if words else "")
    is_of_message = 400 <= status < 500 and status not in _OF_THE_CHANNEL
    return (RefusedMessageError if is_of_message else UndeliveredError)(
        address.shown, culprit, _FIX
    )
