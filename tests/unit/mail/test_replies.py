"""What a mail server's answer means."""

import smtplib
import socket
import ssl

import pytest

from app.mail.replies import (
    LONGEST_REPLY,
    FinalRefusal,
    NotSent,
    SettingsFault,
    Temporary,
    classify,
    show_reply,
)

BEFORE = ("connect", "ehlo", "starttls", "login", "mail")


def refused(code: int, text: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"mihon@example.com": (code, text)})


def lost(cause: BaseException) -> smtplib.SMTPServerDisconnected:
    try:
        try:
            raise cause
        except OSError as error:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed") from error
    except smtplib.SMTPServerDisconnected as error:
        return error


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (550, b"5.1.1 User unknown", "address_unknown"),
        (550, b"User unknown", "address_unknown"),
        (551, b"User not local", "address_unknown"),
        (553, b"Mailbox name not allowed", "address_unknown"),
        (550, b"5.2.1 Disabled", "address_unknown"),
        (552, b"5.2.2 Over quota", "mailbox_full"),
        (552, b"Over quota", "mailbox_full"),
        (552, b"5.3.4 Too big", "too_large"),
        (550, b"5.7.1 Policy", "refused"),
        (554, b"Transaction failed", "refused"),
        (550, b"5.7.606 Access denied, banned sender", "refused"),
    ],
)
def test_5xx_to_rcpt_is_final(code: int, text: bytes, reason: str) -> None:
    found = classify(refused(code, text), "rcpt")
    assert isinstance(found, FinalRefusal)
    assert found.code == reason


def test_5xx_to_data_is_final() -> None:
    found = classify(smtplib.SMTPDataError(554, b"5.6.0 Spam"), "data")
    assert isinstance(found, FinalRefusal)
    assert (found.code, found.reply) == ("refused", "554 5.6.0 Spam")


@pytest.mark.parametrize("phase", BEFORE)
@pytest.mark.parametrize("code", [500, 502, 503, 550, 554])
def test_5xx_before_the_recipient_is_the_settings(phase: str, code: int) -> None:
    assert isinstance(classify(smtplib.SMTPResponseException(code, b"no"), phase), SettingsFault)


@pytest.mark.parametrize(
    ("phase", "code", "reason"),
    [
        ("connect", 554, "server_refuses_us"),
        ("ehlo", 550, "server_refuses_us"),
        ("starttls", 502, "no_starttls"),
        ("login", 535, "login_refused"),
        ("login", 554, "login_refused"),
        ("mail", 550, "sender_refused"),
        ("mail", 553, "sender_refused"),
    ],
)
def test_why_the_queue_pauses(phase: str, code: int, reason: str) -> None:
    found = classify(smtplib.SMTPResponseException(code, b"no"), phase)
    assert isinstance(found, SettingsFault)
    assert (found.code, found.reply) == (reason, f"{code} no")


@pytest.mark.parametrize(
    ("code", "text"), [(552, b"5.3.4 Too big"), (552, b"Too big"), (554, b"5.3.4 Too big")]
)
def test_a_letter_too_large_at_mail_from_holds_up_no_other(code: int, text: bytes) -> None:
    """With SIZE (RFC 1870) it is refused before the recipient, and is still this letter's fault."""
    error = smtplib.SMTPSenderRefused(code, text, "tsudoi@example.com")
    found = classify(error, "mail")
    assert isinstance(found, FinalRefusal)
    assert found.code == "too_large"


@pytest.mark.parametrize("phase", [*BEFORE, "rcpt", "data"])
def test_a_wish_to_be_logged_in_to_is_never_the_letters_fault(phase: str) -> None:
    found = classify(smtplib.SMTPResponseException(530, b"5.7.0 Log in"), phase)
    assert isinstance(found, SettingsFault)
    assert found.code == "login_refused"


@pytest.mark.parametrize("phase", [*BEFORE, "rcpt", "data"])
@pytest.mark.parametrize("code", [421, 450, 451, 452, 454, -1])
def test_4xx_and_nonsense_are_temporary(phase: str, code: int) -> None:
    found = classify(smtplib.SMTPResponseException(code, b"later"), phase)
    assert isinstance(found, Temporary)
    assert found.code == "server_busy"
    assert found.whole_server == (phase not in {"mail", "rcpt", "data"})


def test_a_full_mailbox_may_be_emptied() -> None:
    found = classify(refused(452, b"4.2.2 Over quota"), "rcpt")
    assert isinstance(found, Temporary)
    assert found.code == "mailbox_full"


@pytest.mark.parametrize(
    ("error", "phase", "kind", "code"),
    [
        (smtplib.SMTPServerDisconnected("gone"), "data", Temporary, "connection_lost"),
        (lost(TimeoutError("timed out")), "data", Temporary, "timeout"),
        (lost(ConnectionResetError()), "rcpt", Temporary, "connection_lost"),
        (TimeoutError(), "connect", Temporary, "timeout"),
        (ConnectionRefusedError(), "connect", Temporary, "unreachable"),
        (socket.gaierror(-2, "Name or service not known"), "connect", Temporary, "unreachable"),
        (BrokenPipeError(), "data", Temporary, "connection_lost"),
        (ssl.SSLEOFError(), "starttls", Temporary, "unreachable"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "connect", SettingsFault, "tls"),
        (ssl.SSLError(1, "wrong version number"), "starttls", SettingsFault, "tls"),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "starttls", SettingsFault, "no_starttls"),
        (smtplib.SMTPNotSupportedError("AUTH"), "login", SettingsFault, "no_login"),
        (smtplib.SMTPException("No suitable method"), "login", SettingsFault, "no_login"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "login", SettingsFault, "login_refused"),
        (smtplib.SMTPAuthenticationError(454, b"later"), "login", Temporary, "server_busy"),
        (UnicodeError("label too long"), "connect", SettingsFault, "no_server"),
    ],
)
def test_other_trouble(error: Exception, phase: str, kind: type[NotSent], code: str) -> None:
    found = classify(error, phase)
    assert type(found) is kind
    assert found.code == code


def test_a_reply_is_shown_in_one_short_line() -> None:
    assert show_reply(550, b"5.1.1 a\r\nb\x00\x1b c  ") == "550 5.1.1 a b c"
    assert show_reply(550, "5.1.1 いいえ".encode()) == "550 5.1.1 いいえ"
    assert show_reply(550, b"\xff") == "550 \ufffd"
    assert len(show_reply(550, b"x" * 5000)) == LONGEST_REPLY
