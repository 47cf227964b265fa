"""A mail server on this machine that answers as it is told to, and an installation with mails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP

from delivery.mail import Server

OURS = "digest@example.org"


@dataclass
class MailServer:
    """Remembers each mail it took; *answers*: what it says to an address, instead of yes.

    An answer is ``rcpt 550 5.1.1 Unknown`` or ``data 451 Later``; ``data drop`` takes the mail
    and closes the connection without a word, ``rcpt drop`` closes it before.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    tls: list[bool] = field(default_factory=list)
    server: Server = field(default_factory=lambda: Server("127.0.0.1", 9, starttls=False))

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for to, mail in self.taken if to == address]

    def _answer(self, stage: str, address: str) -> str | None:
        waiting = self.answers.get(address, [])
        if waiting and waiting[0].startswith(stage):
            return waiting.pop(0).partition(" ")[2]
        return None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        said = self._answer("rcpt", address)
        if said == "drop":
            server.transport.abort()
            return "421 closing"
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        said = self._answer("data", envelope.rcpt_tos[0])
        if said in (None, "drop"):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append((envelope.rcpt_tos[0], mail))
            self.tls.append(session.ssl is not None)
        if said == "drop":
            server.transport.abort()
        return said or "250 OK"


@asynccontextmanager
async def mail_server(tls_context=None) -> AsyncIterator[MailServer]:
    """Run a mail server while the block runs; with *tls_context* it wants STARTTLS first."""
    made = MailServer()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(
            made,
            hostname="mail.test",
            tls_context=tls_context,
            require_starttls=tls_context is not None,
            loop=loop,
        ),
        "127.0.0.1",
        0,
    )
    port = listening.sockets[0].getsockname()[1]
    made.server = Server("127.0.0.1", port, starttls=tls_context is not None)
    try:
        yield made
    finally:
        listening.close()
