"""The check of the mail settings against real servers on loopback, right and with every fault."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import update

from app.base.clock import now
from app.config import current_settings
from app.db import db, transaction
from app.mail.check import service, words
from app.mail.check.facts import Finding, is_ready
from app.mail.check.models import MailCheck
from app.mail.check.server import check_server
from app.mail.stop import Stop
from tests.conftest import MakeApp
from tests.integration.mail.postoffice import PostOffice, post_office, raw_server
from tests.nameserver import name_server

DOMAIN = "mihon.example.jp"
SENDER = f"tsudoi@{DOMAIN}"
OPENSSL = shutil.which("openssl")
ZONE = {
    (DOMAIN, "TXT"): ["v=spf1 ip4:192.0.2.5 -all"],
    (f"s1._domainkey.{DOMAIN}", "TXT"): ["v=DKIM1; p=QUJD"],
    (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=none"],
}


def found(app: Flask, to: str = "") -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.code, one.state) for one in check_server(current_settings(), to)]


def app_for(make_app: MakeApp, port: int, **more: Any) -> Flask:
    given = {"mail_port": port, "mail_timeout": 2, "mail_sender": SENDER}
    return make_app(**{**given, **more})


def test_a_good_server(make_app: MakeApp, office: PostOffice) -> None:
    app = app_for(make_app, office.port)
    assert found(app) == [("server_ok", "ok"), ("sender_ok", "ok"), ("recipient_ok", "ok")]
    assert office.letters == [], "nobody is written to"
    assert office.tries == [SENDER]


def test_a_test_letter_goes_where_it_is_told(make_app: MakeApp, office: PostOffice) -> None:
    app = app_for(make_app, office.port)
    assert found(app, "taro@example.org")[-1] == ("letter_ok", "ok")
    (letter,) = office.letters
    assert letter.to == "taro@example.org"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["From"] == f"WNJ <{SENDER}>"


@pytest.mark.parametrize(
    ("command", "reply", "code"),
    [
        ("mail", "550 5.7.1 Not your sender", "sender_refused"),
        ("mail", "530 5.7.0 Log in first", "login_refused"),
        ("rcpt", "550 5.1.1 No such user", "recipient_refused"),
        ("rcpt", "451 4.7.1 Greylisted", "recipient_refused"),
        ("data", "554 5.7.1 Spam", "letter_refused"),
        ("mail", "drop", "connection_lost"),
        ("mail", "hang", "timeout"),
    ],
)
def test_what_a_server_refuses(
    make_app: MakeApp, office: PostOffice, command: str, reply: str, code: str
) -> None:
    office.on(command, reply)
    app = app_for(make_app, office.port, mail_timeout=0.6)
    assert found(app, "taro@example.org")[-1] == (code, "bad")


def test_nobody_listens(make_app: MakeApp) -> None:
    with raw_server(b"") as port:
        pass
    assert found(app_for(make_app, port)) == [("port_closed", "bad")]


def test_a_name_that_does_not_resolve(make_app: MakeApp) -> None:
    app = app_for(make_app, 25, mail_server="smtp.invalid")
    assert found(app) == [("name_unknown", "bad")]


def test_no_server(make_app: MakeApp) -> None:
    assert found(app_for(make_app, 25, mail_server="")) == [("no_server", "bad")]


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        (b"554 Go away\r\n", "server_refuses_us"),
        (b"421 Later\r\n", "server_busy"),
        (b"", "timeout"),
    ],
)
def test_greetings(make_app: MakeApp, greeting: bytes, code: str) -> None:
    with raw_server(greeting) as port:
        assert found(app_for(make_app, port, mail_timeout=0.5)) == [(code, "bad")]


def test_without_starttls(make_app: MakeApp, office: PostOffice) -> None:
    assert found(app_for(make_app, office.port, mail_starttls=True)) == [("no_starttls", "bad")]


def test_tls_to_a_plain_port(make_app: MakeApp) -> None:
    with raw_server(b"220 plain\r\n") as port:
        assert found(app_for(make_app, port, mail_tls=True)) == [("tls", "bad")]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    if OPENSSL is None:
        pytest.skip("TLS tests: no openssl found")
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "cert.pem"
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {key} -out {chain}"
    names = ["-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([OPENSSL, *request.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return chain, context


def test_certificates_and_login(
    make_app: MakeApp,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain, context = certificate
    with post_office(password="right", tls_context=context, require_starttls=True) as office:
        given = {"mail_starttls": True, "mail_username": "mihon", "mail_password": "right"}
        good = app_for(make_app, office.port, **given)
        assert found(good) == [("tls_unknown", "bad")]
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        other = app_for(make_app, office.port, **{**given, "mail_server": "localhost"})
        assert found(other) == [("tls_name", "bad")]
        wrong = app_for(make_app, office.port, **{**given, "mail_password": "wrong"})
        assert found(wrong)[-1] == ("login_refused", "bad")
        codes = [code for code, state in found(good) if state == "ok"]
        assert codes == ["server_ok", "encryption_ok", "login_ok", "sender_ok", "recipient_ok"]


@pytest.fixture
def checking(make_app: MakeApp, office: PostOffice) -> Iterator[Flask]:
    """Everything is right but for the address of the mail server, which is this machine."""
    with name_server(ZONE) as server:
        app = app_for(make_app, office.port, mail_dkim_selector="s1", dns_server=server)
        with app.app_context():
            yield app
            db.session.remove()


def test_all_is_right(checking: Flask) -> None:
    findings = service.check(current_settings())
    assert [one.code for one in findings if one.state != "ok"] == ["spf_unsure", "imap_not_set"]
    assert is_ready(findings)


def test_one_fault_is_enough(checking: Flask, office: PostOffice) -> None:
    office.on("mail", "550 5.7.1 Not your sender")
    assert not is_ready(service.check(current_settings()))
    assert not is_ready(()), "nothing looked at is not ready"


def test_the_worker_checks_when_asked_and_once_a_day(checking: Flask, office: PostOffice) -> None:
    assert service.read_last() == service.Checked(asked_at=None, done_at=None, findings=())
    assert service.check_tick(Stop())
    last = service.read_last()
    assert last.ready
    assert not service.check_tick(Stop()), "not again at once"
    office.on("mail", "550 5.7.1 Not your sender")
    service.ask()
    assert service.read_last().under_way
    assert service.check_tick(Stop())
    assert not service.read_last().under_way
    assert not service.read_last().ready
    with transaction() as session:
        session.execute(update(MailCheck).values(done_at=now() - timedelta(days=1)))
    assert service.check_tick(Stop())
    assert service.read_last().ready


def test_a_first_run_asks_nobody(make_app: MakeApp) -> None:
    trying = make_app(local_mailbox=True)
    with trying.app_context():
        assert [one.code for one in service.check(current_settings())] == ["local_mailbox"]
    sample = make_app(mail_server="smtp.invalid")
    with sample.app_context():
        assert [one.code for one in service.check(current_settings())] == ["sender_sample"]


def test_the_command_says_it_and_ends_so(checking: Flask, office: PostOffice) -> None:
    run = checking.test_cli_runner()
    good = run.invoke(args=["mail", "check", "--to", "taro@example.org"])
    assert good.exit_code == 0, good.output
    assert "OK    SPF" not in good.output
    assert "OK    DKIM: there is a key" in good.output
    assert "Letters can go out" in good.output
    assert len(office.letters) == 1
    office.on("rcpt", "550 5.1.1 No such user")
    bad = run.invoke(args=["mail", "check", "--to", "taro@example.org", "--language", "ja"])
    assert bad.exit_code == 1
    assert "BAD   メールサーバーが受取人 taro@example.org を断りました" in bad.output
    assert "550 5.1.1 No such user" in bad.output
    assert "準備ができていません" in bad.output
    assert run.invoke(args=["mail", "check", "--dns", "nonsense"]).exit_code == 2


@pytest.mark.parametrize("code", [*words._WORDS, "never heard of"])
def test_words_in_both_languages(session_app: Flask, code: str) -> None:
    values = dict.fromkeys(
        ("host", "port", "sender", "to", "domain", "name", "selector", "folder"), "mihon"
    )
    with session_app.app_context():
        with force_locale("en"):
            en = words.tell(Finding(code=code, state="bad", data=values))
        with force_locale("ja"):
            ja = words.tell(Finding(code=code, state="bad", data=values))
    assert en.title.isascii()
    assert not ja.title.isascii()
    assert bool(en.advice) is bool(ja.advice)
    assert "%(" not in ja.title + ja.advice
