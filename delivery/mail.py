"""A mail server's answers as outcomes: the one place that speaks SMTP (RFC 5321)."""

import re
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from delivery.model import Failed, Gone, Outcome, Sent, TryLater, Unknown

TIMEOUT = 60.0  # seconds for one answer; RFC 5321 section 4.5.3.2 allows servers far longer
SUBMISSION, SUBMISSIONS = 587, 465  # RFC 6409, RFC 8314
_BUSY = timedelta(minutes=5)  # 4xx: greylisting servers want to be asked again after minutes
_TROUBLE = timedelta(minutes=1)  # the server is away or refuses all of us
_PERMANENT, _CLOSING = 500, 421  # RFC 5321 sections 4.2.1 and 3.8
_ENHANCED = re.compile(r"\b5\.(\d{1,3}\.\d{1,3})\b")  # RFC 3463
# X.1 addressing, X.2 mailbox status (RFC 3463 sections 3.2 and 3.3); of these the sender's
# address, the sender's domain and the length of the mail say nothing about the mailbox
_OF_MAILBOX, _OF_OURS = ("1.", "2."), {"1.7", "1.8", "2.3"}
# in the words of servers that send no such code, as Exim: "relay not permitted"
_POLICY_SAID = re.compile(
    r"relay|spam|junk|block|black|dnsbl|polic|prohibit|permi|denied|authenti|reputation|sender",
    re.IGNORECASE,
)
_POLICY = SMTP.clone(cte_type="7bit")  # every server takes it: quoted-printable or base64
_LONGEST_REASON = 200
_AN_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


class BadMailServer(ValueError):
    """The address of the mail server cannot be used; says why, without the password."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. *tls*: from the first byte; *starttls*: before anything else is said."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False
    starttls: bool = True


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it is to leave.

    *list_id*: the name of the list (RFC 2919), such as ``digest.example.org``. *stop*: the
    address that ends it at one POST (RFC 8058); None for mails that were asked for just now.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    list_id: str
    stop: str | None = None


def read_url(url: str) -> Server:
    """Return the server that *url* names: ``smtp://user:password@host:587`` or ``smtps://``.

    With smtp STARTTLS is needed, except on this machine, where there is nobody in between.

    Raises:
        BadMailServer: it names none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise BadMailServer("the mail server's address has a wrong host or port") from exc
    if parts.scheme not in {"smtp", "smtps"} or not host:
        raise BadMailServer("write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465")
    tls = parts.scheme == "smtps"
    return Server(
        host,
        port or (SUBMISSIONS if tls else SUBMISSION),
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
        tls=tls,
        starttls=not tls and not _is_loopback(host),
    )


def message(envelope: Envelope, sender: str, name: str, now: datetime) -> EmailMessage:
    """Return *envelope* as a MIME message with plain text and HTML, from *name* <*sender*>.

    Raises:
        ValueError: an address or a header holds a line break, or is no address.
    """
    mail = EmailMessage(policy=_POLICY)
    user, _, domain = sender.rpartition("@")
    mail["From"] = Address(display_name=name, username=user, domain=domain)
    to_user, _, to_domain = envelope.to.rpartition("@")
    mail["To"] = Address(username=to_user, domain=to_domain)
    mail["Subject"] = envelope.subject
    mail["Date"] = now
    mail["Message-ID"] = envelope.message_id
    mail["List-Id"] = f"<{envelope.list_id}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    if envelope.stop is not None:
        mail["List-Unsubscribe"] = f"<{envelope.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(envelope.text)
    mail.add_alternative(envelope.html, subtype="html")
    mail["Content-Language"] = envelope.language  # earlier it would stay with the plain text
    return mail


def plain(
    to: str, subject: str, text: str, *, sender: str, message_id: str, now: datetime
) -> EmailMessage:
    """Return a mail of plain text to one address, for who runs this installation.

    Raises:
        ValueError: an address or a header holds a line break, or is no address.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = now
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    mail.set_content(text)
    return mail


class SmtpSender:
    """Hands mails to one server over one connection, which is kept until `close`."""

    def __init__(
        self, server: Server, sender: str, *, tls_context: ssl.SSLContext | None = None
    ) -> None:
        """*sender*: the address that bounces go to. *tls_context*: for a server of one's own."""
        self._server = server
        self._sender = sender
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.starttls,
            timeout=TIMEOUT,
            tls_context=tls_context,
            # without it the machine's own name would be looked up, and told
            local_hostname=sender.rpartition("@")[2],
        )

    async def send(self, mail: EmailMessage, to: str) -> Outcome:
        """Hand *mail* to the server and say what became of it; never raises for its answers.

        `TryLater` with *flood* means the server as a whole, not this mail: all must wait.
        """
        fresh = not self._client.is_connected
        outcome = await self._attempt(mail, to)
        if outcome is not None:
            return outcome
        # a kept connection that the server had closed meanwhile is nobody's failure
        again = None if fresh else await self._attempt(mail, to)
        return again or TryLater(_TROUBLE, "the mail server closed the connection", flood=True)

    async def close(self) -> None:
        """End the connection politely; harmless when there is none."""
        if self._client.is_connected:
            try:
                await self._client.quit()
            except (SMTPException, OSError):
                self._client.close()

    async def _attempt(self, mail: EmailMessage, to: str) -> Outcome | None:
        """Try once; None when the connection was lost before the mail was handed over."""
        if (trouble := await self._connected()) is not None:
            return trouble
        try:
            await self._client.mail(self._sender)
        except SMTPResponseException as refusal:
            return await self._refused(refusal, ours=True)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
            self._dropped()
            return None
        try:
            await self._client.rcpt(to)
        except SMTPResponseException as refusal:
            return await self._refused(refusal, recipient=True)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
            self._dropped()
            return None
        return await self._hand_over(mail.as_bytes(policy=_POLICY))

    async def _hand_over(self, content: bytes) -> Outcome:
        try:
            await self._client.data(content)
        except SMTPResponseException as refusal:
            return await self._refused(refusal)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            # it may have been taken: RFC 5321 section 4.5.4.1 knows no way to ask
            self._dropped()
            return Unknown(f"no answer after the mail was handed over ({type(error).__name__})")
        return Sent(())

    async def _connected(self) -> TryLater | None:
        if self._client.is_connected:
            return None
        try:
            await self._client.connect()
        except SMTPAuthenticationError as refusal:
            self._dropped()
            return TryLater(_BUSY, f"the mail server refuses the login: {refusal.code}", flood=True)
        except (SMTPException, OSError) as error:
            self._dropped()
            return TryLater(_TROUBLE, f"no connection: {type(error).__name__}", flood=True)
        return None

    async def _refused(
        self, refusal: SMTPResponseException, *, ours: bool = False, recipient: bool = False
    ) -> Outcome:
        """Return what a refusal means, and make the connection ready for the next mail."""
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self._dropped()
        return of_refusal(refusal.code, refusal.message, ours=ours, recipient=recipient)

    def _dropped(self) -> None:
        self._client.close()


def of_refusal(code: int, said: str, *, ours: bool = False, recipient: bool = False) -> Outcome:
    """Return what the server's *code* and words mean for a mail.

    *ours*: it refused the sender, so every mail of ours; *recipient*: it refused the address.
    A refusal by policy (5.7.x, or in such words: relaying denied, blocked) says nothing about
    the mailbox.
    """
    reason = _AN_ADDRESS.sub("(address)", f"{code} {said}")[:_LONGEST_REASON]
    if ours or code == _CLOSING:
        return TryLater(_BUSY, reason, flood=True)
    if code < _PERMANENT:
        return TryLater(_BUSY, reason)
    return Gone(reason) if recipient and _about_mailbox(said) else Failed(reason)


def _about_mailbox(said: str) -> bool:
    """Say whether a refused recipient cannot be reached, or only our mail is not wanted."""
    if (found := _ENHANCED.search(said)) is None:
        return _POLICY_SAID.search(_AN_ADDRESS.sub("", said)) is None
    return found[1].startswith(_OF_MAILBOX) and found[1] not in _OF_OURS


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
