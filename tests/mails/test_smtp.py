"""What becomes of a mail, by what the mail server says or does not say."""

import shutil
import ssl
import subprocess
from datetime import UTC, datetime

import pytest

from delivery.mail import (
    BadMailServer,
    Envelope,
    Server,
    SmtpSender,
    message,
    of_refusal,
    read_url,
)
from delivery.model import Failed, Gone, Sent, TryLater, Unknown
from tests.mails.server import OURS, mail_server

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ANN = "ann@example.com"


def an_envelope(to=ANN, **changed):
    values = {
        "to": to,
        "subject": "أخبار – News",
        "text": "Hello.\n.\nEnd, نهاية.\n",
        "html": "<p>Hello نهاية</p>",
        "message_id": "<digest.2026-W47.1@digest.example.org>",
        "language": "ar",
        "list_id": "digest.example.org",
        "stop": "https://digest.example.org/digest/stop/abc",
    }
    return Envelope(**values | changed)


async def sent(server, *to, sender=None):
    """Send a mail to each address over one connection; return the outcomes."""
    smtp = sender or SmtpSender(server, OURS)
    outcomes = [await smtp.send(message(an_envelope(each), OURS, "News", NOW), each) for each in to]
    await smtp.close()
    return outcomes


async def test_a_mail_arrives_whole_with_everything_that_mail_programs_look_for():
    async with mail_server() as server:
        assert await sent(server.server, ANN) == [Sent(())]
        (mail,) = server.to(ANN)
    assert mail["From"] == f"News <{OURS}>"
    assert (mail["To"], mail["Subject"]) == (ANN, "أخبار – News")
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<digest.2026-W47.1@digest.example.org>"
    assert mail["List-Id"] == "<digest.example.org>"
    assert mail["List-Unsubscribe"] == "<https://digest.example.org/digest/stop/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ar"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    plain, html = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "Hello.\n.\nEnd, نهاية.\n"
    assert html.get_content().strip() == "<p>Hello نهاية</p>"
    for part in (plain, html):
        assert part["Content-Transfer-Encoding"] in {"quoted-printable", "base64"}
        assert part.get_content_charset() == "utf-8"


async def test_many_mails_share_one_connection():
    async with mail_server() as server:
        await sent(server.server, ANN, "ben@example.com", "cy@example.com")
        assert (len(server.taken), server.connections) == (3, 1)


@pytest.mark.parametrize(
    ("answer", "outcome", "arrived"),
    [
        pytest.param("rcpt 550 5.1.1 No such user", Gone, 0, id="no such mailbox"),
        pytest.param("rcpt 550 no", Gone, 0, id="refused without a reason"),
        pytest.param("rcpt 550 5.7.1 Relaying denied", Failed, 0, id="refused by policy"),
        pytest.param("rcpt 451 4.7.1 Greylisted", TryLater, 0, id="not yet"),
        pytest.param("data 554 5.7.1 Spam", Failed, 0, id="the words are refused"),
        pytest.param("data 452 4.3.1 Disk full", TryLater, 0, id="the disk is full"),
        pytest.param("data drop", Unknown, 1, id="silence after the mail"),
        pytest.param("rcpt 421 4.3.2 Going down", TryLater, 0, id="it goes down"),
    ],
)
async def test_answers_become_outcomes(answer, outcome, arrived):
    async with mail_server() as server:
        server.answers[ANN] = [answer]
        found, after = await sent(server.server, ANN, "ben@example.com")
        assert type(found) is outcome
        assert len(server.to(ANN)) == arrived
        # whatever it was, the next mail leaves
        assert after == Sent(())


async def test_a_connection_that_was_closed_meanwhile_is_opened_again():
    async with mail_server() as server:
        server.answers["ben@example.com"] = ["rcpt drop"]
        assert await sent(server.server, ANN, "ben@example.com") == [Sent(()), Sent(())]
        assert server.connections == 2


async def test_a_server_that_is_away_makes_all_wait():
    async with mail_server() as server:
        away = server.server
    (outcome,) = await sent(away, ANN)
    assert isinstance(outcome, TryLater) and outcome.flood


def test_a_reason_that_is_kept_names_no_address():
    outcome = of_refusal(550, f"5.1.1 <{ANN}>: unknown", recipient=True)
    assert isinstance(outcome, Gone) and ANN not in outcome.reason


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"subject": "Hi\r\nBcc: eve@example.com"}, id="subject"),
        pytest.param({"to": "ann@example.com\nBcc: eve@example.com"}, id="address"),
        pytest.param({"stop": "https://x.example/>\r\nBcc: eve@example.com"}, id="link"),
        pytest.param({"message_id": "<a@b>\r\nBcc: eve@example.com"}, id="number"),
    ],
)
def test_no_header_can_be_smuggled_in(changed):
    try:
        made = message(an_envelope(**changed), OURS, "News", NOW)
    except ValueError:
        return
    assert "Bcc" not in made
    assert b"\nBcc:" not in made.as_bytes()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost"
    subprocess.run(
        [*command.split(), *names.split(), "-keyout", folder / "key", "-out", folder / "cert"],
        check=True,
        capture_output=True,
    )
    return folder / "cert", folder / "key"


async def test_starttls_comes_before_anything_else(certificate):
    cert, key = certificate
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    offered.load_cert_chain(cert, key)
    trusting = ssl.create_default_context(cafile=cert)
    async with mail_server(offered) as server:
        sender = SmtpSender(server.server, OURS, tls_context=trusting)
        assert await sent(server.server, ANN, sender=sender) == [Sent(())]
        assert server.tls == [True]
        # a certificate that nobody vouches for: nothing is said to such a server
        (outcome,) = await sent(server.server, ANN)
        assert isinstance(outcome, TryLater) and len(server.taken) == 1


async def test_a_server_without_starttls_gets_nothing():
    async with mail_server() as server:
        strict = Server("127.0.0.1", server.server.port, starttls=True)
        (outcome,) = await sent(strict, ANN)
        assert isinstance(outcome, TryLater) and server.taken == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://me:p%40ss@mail.example.org",
            Server("mail.example.org", 587, "me", "p@ss", tls=False, starttls=True),
        ),
        ("smtps://m.example.org", Server("m.example.org", 465, tls=True, starttls=False)),
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525, starttls=False)),
        ("smtp://localhost:25", Server("localhost", 25, starttls=False)),
        ("smtp://[::1]:25", Server("::1", 25, starttls=False)),
    ],
)
def test_the_address_of_a_server_is_read(url, server):
    assert read_url(url) == server


@pytest.mark.parametrize(
    "url", ["http://me:secret@x.example", "smtp://", "smtp://x:secret", "x.org"]
)
def test_a_wrong_address_is_refused_without_its_password(url):
    with pytest.raises(BadMailServer) as refused:
        read_url(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param("5.1.1 <ann@example.com>: unknown", Gone, id="a code: no such mailbox"),
        pytest.param("5.2.1 Mailbox disabled", Gone, id="a code: disabled"),
        pytest.param("No such user here", Gone, id="no code: no such user"),
        pytest.param("<relay@example.com>: User unknown", Gone, id="words of an address"),
        pytest.param("5.7.1 Relay access denied", Failed, id="a code: relaying"),
        pytest.param("5.1.8 Sender's domain not found", Failed, id="a code: our own domain"),
        pytest.param("5.2.3 Message too long", Failed, id="a code: too long"),
        pytest.param("relay not permitted", Failed, id="no code: relaying, as Exim says it"),
        pytest.param("Blocked, see dnsbl.example", Failed, id="no code: we are on a list"),
        pytest.param("Sender verify failed", Failed, id="no code: the sender"),
    ],
)
def test_only_who_cannot_be_reached_is_gone(said, outcome):
    assert type(of_refusal(550, said, recipient=True)) is outcome
