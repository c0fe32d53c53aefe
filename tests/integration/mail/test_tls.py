"""STARTTLS and implicit TLS: the certificate is verified, and only then is the password told."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.integration.mail.posting import letter, make_due, paused, post, row, send
from tests.integration.mail.postoffice import post_office

OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself, and a server's context with it."""
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


def mailer(make_app: MakeApp, port: int, **more: object) -> Flask:
    given = {"mail_port": port, "mail_timeout": 3, "mail_username": "mihon"}
    return make_app(**{**given, "mail_password": "right", **more})


def test_starttls_verified_then_logged_in(
    make_app: MakeApp,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain, context = certificate
    with post_office(password="right", tls_context=context, require_starttls=True) as office:
        app = mailer(make_app, office.port, mail_starttls=True)
        with app.app_context():
            post(letter())
        send(app)
        assert paused(app) == "tls", "nobody vouches for this certificate"
        assert office.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        make_due(app)
        send(app)
        assert row(app).state == "accepted"
        assert paused(app) == ""
        wrong = mailer(make_app, office.port, mail_starttls=True, mail_server="localhost")
        with wrong.app_context():
            post(letter(2))
        send(wrong)
        assert paused(wrong) == "tls", "the certificate is of another name"
        assert len(office.letters) == 1


def test_implicit_tls(
    make_app: MakeApp,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain, context = certificate
    with post_office(ssl_context=context) as office:
        app = mailer(make_app, office.port, mail_tls=True, mail_username="")
        with app.app_context():
            post(letter())
        send(app)
        assert paused(app) == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        make_due(app)
        send(app)
        assert row(app).state == "accepted"
