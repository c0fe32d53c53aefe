"""The local mailbox: a real SMTP server, files, and pages for this machine only."""

import email
import stat
from collections.abc import Iterator
from email import policy

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.mail import mailbox
from tests.conftest import PUBLIC_URL, MakeApp, browser
from tests.integration.mail.posting import letter, post, row, send
from tests.serving import free_port


@pytest.fixture
def trial(make_app: MakeApp) -> Iterator[Flask]:
    """An application with its mailbox running."""
    app = make_app(local_mailbox=True, local_mailbox_port=free_port(), mail_starttls=True)
    server = mailbox.controller(app.extensions["settings"])
    server.start()
    with app.app_context():
        yield app
    server.stop()


@pytest.fixture
def reader(trial: Flask) -> FlaskClient:
    return browser(trial, use_cookies=False)


def kept(app: Flask) -> list[str]:
    return list(mailbox.names(mailbox.folder_of(app.extensions["settings"])))


def test_a_letter_is_sent_kept_and_read(trial: Flask, reader: FlaskClient) -> None:
    link = f"{PUBLIC_URL}/r/abc234?lang=en"
    post(letter(1, subject="【受付完了】<b>", body=f"見本 様\n{link}\nhttps://evil.example/ <i>\n"))
    send(trial)
    assert row(trial).state == "accepted"
    (name,) = kept(trial)
    listing = reader.get("/mailbox/")
    assert "【受付完了】&lt;b&gt;" in listing.text
    assert "見本 1 &lt;mihon1@example.com&gt;" in listing.text
    page = reader.get(f"/mailbox/{name}")
    assert f'<a class="any" href="{link}">{link}</a>' in page.text, "one can go on from here"
    assert "https://evil.example/ &lt;i&gt;" in page.text
    assert 'href="https://evil.example' not in page.text
    for answer in (listing, page):
        assert answer.headers["Cache-Control"] == "no-store"
    file = reader.get(f"/mailbox/{name}.eml")
    assert file.mimetype == "message/rfc822"
    message = email.message_from_bytes(file.data, policy=policy.default)
    assert str(message["Subject"]) == "【受付完了】<b>"


def test_only_the_owner_can_read_the_files(trial: Flask) -> None:
    post(letter())
    send(trial)
    folder = mailbox.folder_of(trial.extensions["settings"])
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"],
)
def test_nothing_through_a_proxy(reader: FlaskClient, header: str) -> None:
    for path in ("/mailbox/", "/mailbox/20260623T103000000000-00000000.eml"):
        assert reader.get(path, headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "", "::ffff:10.0.0.1"])
def test_nothing_for_other_machines(reader: FlaskClient, address: str) -> None:
    answer = reader.get("/mailbox/", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_by_any_of_its_addresses(reader: FlaskClient, address: str) -> None:
    answer = reader.get("/mailbox/", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "name", ["x", "..%2f..%2fsecret-key", "20260623T103000000000-00000000", "%00", "a" * 300]
)
def test_unknown_letters(reader: FlaskClient, name: str) -> None:
    assert reader.get(f"/mailbox/{name}").status_code == 404
    assert reader.get(f"/mailbox/{name}.eml").status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: <<>>\r\nTo: ,,;\r\n\r\n\xe3\x81",
        b"Content-Type: text/plain; charset=no-such\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b; charset=\xe3",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Transfer-Encoding: base64\r\n\r\n%%%",
    ],
)
def test_whatever_was_sent_can_be_looked_at(trial: Flask, reader: FlaskClient, raw: bytes) -> None:
    name = mailbox.keep(mailbox.folder_of(trial.extensions["settings"]), raw)
    assert reader.get("/mailbox/").status_code == 200
    assert reader.get(f"/mailbox/{name}").status_code == 200
    assert reader.get(f"/mailbox/{name}.eml").data == raw


def test_pages_of_letters(trial: Flask, reader: FlaskClient) -> None:
    folder = mailbox.folder_of(trial.extensions["settings"])
    for n in range(60):
        mailbox.keep(folder, f"Subject: letter {n}.\r\n\r\nx".encode())
    first = reader.get("/mailbox/")
    assert first.text.index("letter 59.") < first.text.index("letter 10.")
    assert "letter 9." not in first.text
    last = kept(trial)[49]
    second = reader.get(f"/mailbox/?before={last}")
    assert "letter 9." in second.text
    assert "letter 10." not in second.text


def test_there_is_no_mailbox_in_production(app: Flask, client: FlaskClient) -> None:
    assert client.get("/mailbox/").status_code == 404
    result = app.test_cli_runner().invoke(args=["mailbox"])
    assert result.exit_code == 1
    assert "LOCAL_MAILBOX=1" in result.output


def test_a_taken_port_is_told(trial: Flask) -> None:
    from app.cli.worker import mailbox as command

    result = trial.test_cli_runner().invoke(command)
    assert result.exit_code == 1
    assert "LOCAL_MAILBOX_PORT" in result.output
