"""Reading a real IMAP mailbox: each message once, people's mail left as it was."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask

from app.db import db
from app.mail.bounces import imap, service
from app.mail.bounces.imap import Fetched, MailboxTrouble, read_mailbox, read_mailbox_tick
from app.mail.stop import Stop
from tests import returned
from tests.conftest import MakeApp
from tests.integration.mail.bounces.mailserver import Mailbox, mail_server
from tests.integration.mail.bounces.test_service import addresses, sent

TO = "mihon1@example.com"
OPENSSL = shutil.which("openssl")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def reading(make_app: MakeApp, mailbox: Mailbox) -> Iterator[Flask]:
    app = make_app(**mailbox.settings)
    with app.app_context():
        yield app
        db.session.remove()


def test_what_is_new_is_read_once_and_peoples_mail_stays_unseen(
    reading: Flask, mailbox: Mailbox
) -> None:
    ours = sent(reading)
    mailbox.put(returned.reply(ours, TO), returned.postfix(ours, TO))
    assert read_mailbox(Stop()) == Fetched(read=2, concerned=1)
    assert addresses() == [(TO, "marked", "returned_unknown", 0)]
    assert mailbox.seen() == [("<reply@example.org>", False), ("<postfix@mx.example.net>", True)]
    assert read_mailbox(Stop()) == Fetched(read=0, concerned=0)
    mailbox.put(returned.holiday(ours, TO))
    assert read_mailbox(Stop()) == Fetched(read=1, concerned=0)


def test_a_bad_message_and_a_large_one_do_not_stop_the_others(
    reading: Flask, mailbox: Mailbox
) -> None:
    ours = sent(reading)
    mailbox.put(
        b"\xff\xfe\x00 no message at all \r\n\r\n\x00",
        b"Subject: large\r\n\r\n" + b"x" * 3000,
        returned.postfix(ours, TO),
    )

    def stumble(raw: bytes, read: object = service.read) -> object:
        if b"no message" in raw:
            raise ValueError("stumbled")
        return read(raw)  # type: ignore[operator]

    with patch.object(service, "read", stumble), patch.object(service, "LARGEST", 2500):
        assert read_mailbox(Stop()) == Fetched(read=3, concerned=1)
    assert [one[1] for one in addresses()] == ["marked"]


def test_a_run_has_a_limit_and_the_next_goes_on(reading: Flask, mailbox: Mailbox) -> None:
    mailbox.put(*(returned.reply(key=f"{n}@example.org") for n in range(5)))
    with patch.object(imap, "MOST", 2):
        assert [read_mailbox(Stop()).read for _ in range(4)] == [2, 2, 1, 0]


def test_asked_to_stop_it_stops(reading: Flask, mailbox: Mailbox) -> None:
    mailbox.put(returned.reply())
    stop = Stop()
    stop.ask()
    assert read_mailbox(stop).read == 0
    assert read_mailbox(Stop()).read == 1


def test_numbered_anew_nothing_is_counted_twice(reading: Flask, mailbox: Mailbox) -> None:
    raw = returned.postfix(sent(reading), TO, status="4.2.2", said="452 full")
    mailbox.put(raw)
    read_mailbox(Stop())
    with patch.object(imap, "_last_read", return_value=0):
        assert read_mailbox(Stop()) == Fetched(read=1, concerned=1)
    assert addresses() == [(TO, "good", "", 1)]


def test_what_concerned_us_is_moved_where_a_folder_is_set(
    make_app: MakeApp, mailbox: Mailbox
) -> None:
    mailbox.make("Done")
    app = make_app(**mailbox.settings, bounce_imap_move_to="Done")
    with app.app_context():
        ours = sent(app)
        mailbox.put(returned.reply(ours, TO), returned.postfix(ours, TO))
        assert read_mailbox(Stop()) == Fetched(read=2, concerned=1)
        db.session.remove()
    assert mailbox.seen() == [("<reply@example.org>", False)]
    assert [key for key, _seen in mailbox.seen("Done")] == ["<postfix@mx.example.net>"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"bounce_imap_password": "wrong"}, "imap_login_refused"),
        ({"bounce_imap_folder": "Nowhere"}, "imap_no_folder"),
        ({"bounce_imap_port": 1}, "imap_unreachable"),
        ({"bounce_imap_host": ""}, "imap_not_set"),
        ({"bounce_imap_security": "tls"}, "imap_tls"),
    ],
)
def test_trouble_is_told_and_stops_no_worker(
    make_app: MakeApp, mailbox: Mailbox, wrong: dict[str, object], code: str
) -> None:
    app = make_app(**{**mailbox.settings, **wrong})
    with app.app_context():
        with pytest.raises(MailboxTrouble) as trouble:
            read_mailbox(Stop())
        assert trouble.value.code == code
        read_mailbox_tick(Stop())


def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if OPENSSL is None:
        pytest.skip("TLS tests: no openssl found")
    key, chain = tmp_path / "key.pem", tmp_path / "cert.pem"
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {key} -out {chain}"
    names = ["-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([OPENSSL, *request.split(), *names], check=True, capture_output=True)
    with mail_server("--cert", str(chain), "--key", str(key)) as running:
        app = make_app(**{**running.settings, "bounce_imap_security": "starttls"})
        with app.app_context():
            with pytest.raises(MailboxTrouble) as trouble:
                read_mailbox(Stop())
            assert trouble.value.code == "imap_tls"
            monkeypatch.setenv("SSL_CERT_FILE", str(chain))
            assert read_mailbox(Stop()).read == 0
