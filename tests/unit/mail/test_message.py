"""From a row of the outbox to what travels."""

import email
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from icalendar import Calendar

from app.config import Settings, load_settings
from app.mail import setup
from app.mail.letter import Invite
from app.mail.message import build, message_id, one_line
from app.mail.models import OutboxLetter
from app.mail.replies import FinalRefusal

CREATED = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
INVITE = Invite(
    uid="u@example.com",
    sequence=0,
    method="REQUEST",
    start=datetime(2026, 6, 23, 1, 30, tzinfo=UTC),
    end=datetime(2026, 6, 23, 3, 30, tzinfo=UTC),
    zone="Asia/Tokyo",
    summary="総会",
    location="",
    description="",
    url="",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(instance_path=tmp_path, mail_sender="tsudoi@example.com")


@pytest.fixture(autouse=True)
def app(settings: Settings) -> Iterator[Flask]:
    made = Flask(__name__)
    Babel(made, default_translation_directories=str(Path("app/translations").resolve()))
    setup.init_app(made, settings)
    with made.app_context():
        yield made


def row(**more: object) -> OutboxLetter:
    given = {
        "id": 7,
        "key": "confirm:3:1",
        "to_address": "mihon@example.com",
        "to_name": "見本 花子",
        "locale": "ja",
        "subject": "【受付完了】第30回 WNJ 定期総会 (受付番号 A-0123)",
        "body": "見本 花子 様\n\nお申し込みありがとうございます。\n",
        "created_at": CREATED,
        "invites": [],
    }
    return OutboxLetter(**{**given, **more})


def travelled(letter: OutboxLetter, settings: Settings) -> EmailMessage:
    raw = build(letter, settings).as_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) < 200
    raw.decode("ascii")  # goes through any server
    return email.message_from_bytes(raw, policy=policy.default)


def test_headers(settings: Settings) -> None:
    message = travelled(row(), settings)
    assert str(message["From"]) == "WNJ 事務局 <tsudoi@example.com>"
    assert str(message["To"]) == "見本 花子 <mihon@example.com>"
    assert str(message["Subject"]) == "【受付完了】第30回 WNJ 定期総会 (受付番号 A-0123)"
    assert message["Date"].datetime == CREATED
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ja"
    assert message["Reply-To"] == "tsudoi@example.com"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == row().body
    assert "List-Unsubscribe" not in message


def test_letters_that_one_may_be_tired_of_can_be_ended_by_one_press(settings: Settings) -> None:
    settings = settings.model_copy(update={"public_url": "https://meetings.example.com"})
    url = "https://meetings.example.com/i/" + "a2" * 30 + "/leave"
    raw = build(row(unsubscribe_url=url), settings).as_bytes().decode("ascii")
    # RFC 8058, 2: both headers, the second with just this value, in any program's reading.
    assert f"\r\nList-Unsubscribe: <{url}>\r\n" in raw.replace("\r\n ", " ")
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert "List-Unsubscribe-Post" not in travelled(row(), settings)


def test_without_tls_a_mail_program_opens_the_page(settings: Settings) -> None:
    """RFC 8058, 3.1: the one press needs https; the address alone (RFC 2369) does not."""
    url = "http://127.0.0.1:8000/i/" + "a2" * 30 + "/leave"
    message = travelled(row(unsubscribe_url=url), settings)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert "List-Unsubscribe-Post" not in message


def test_in_english_the_office_has_an_english_name(settings: Settings) -> None:
    message = travelled(row(locale="en"), settings)
    assert str(message["From"]) == "WNJ office <tsudoi@example.com>"


def test_replies_reach_the_office(settings: Settings) -> None:
    changed = settings.model_copy(update={"mail_reply_to": "office@example.com"})
    assert travelled(row(), changed)["Reply-To"] == "office@example.com"


def test_the_message_id_belongs_to_the_row(settings: Settings) -> None:
    known = message_id(row(), settings)
    assert known == message_id(row(subject="other", attempts=3), settings)
    assert known.startswith("<letter-7-")
    assert known.endswith("@example.com>")
    anew = row(created_at=CREATED + timedelta(seconds=1))
    others = [row(id=8), row(key="confirm:3:2"), anew]
    assert len({known, *(message_id(other, settings) for other in others)}) == 4
    assert travelled(row(), settings)["Message-ID"] == known


@pytest.mark.parametrize(
    "name",
    [
        '髙橋 "𠮷子", <b>',
        "Mihon, Hanako",
        'O"Hara <x@example.com>',
        "見本 花子" * 16,
        "Hanako " * 12,
        "😀" * 80,
        "{{ 7*7 }} %s",
    ],
)
def test_names_arrive_as_typed(settings: Settings, name: str) -> None:
    raw = build(row(to_name=name), settings).as_bytes()
    plain = email.message_from_bytes(raw)
    shown = str(make_header(decode_header(plain["To"].replace("\r\n", ""))))
    assert shown.endswith("<mihon@example.com>")
    bare = shown.removesuffix("<mihon@example.com>").strip().strip('"').replace('\\"', '"')
    assert bare == name.strip()
    (address,) = travelled(row(to_name=name), settings)["To"].addresses
    assert address.addr_spec == "mihon@example.com"


@pytest.mark.parametrize("subject", ["長い件名 " * 40, "long subject " * 30, "a" * 200, "①髙𠮷😀"])
def test_subjects_arrive_as_written(settings: Settings, subject: str) -> None:
    raw = email.message_from_bytes(build(row(subject=subject), settings).as_bytes())
    shown = str(make_header(decode_header(raw["Subject"].replace("\r\n", ""))))
    assert shown == " ".join(subject.split())


@pytest.mark.parametrize("subject", ["長い件名" * 50, "①髙𠮷😀" * 25, "word " * 40], ids=len)
def test_every_header_line_is_folded(settings: Settings, subject: str) -> None:
    """RFC 5322, 2.1.1, and RFC 2047, 2: lines of 76 at most, encoded words of 75."""
    letter = row(subject=subject, to_name="見本" * 30)
    raw = build(letter, settings).as_bytes().partition(b"\r\n\r\n")[0].decode("ascii")
    for line in raw.split("\r\n"):
        assert len(line) <= 76, line
        assert all(len(word) <= 75 for word in line.split() if word.startswith("=?"))
    assert "\r\nSubject: " in f"\r\n{raw}"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_nothing_can_be_put_into_the_headers(settings: Settings, end: str) -> None:
    nasty = f"x{end}Bcc: evil@example.com{end}{end}body"
    message = travelled(row(to_name=nasty, subject=nasty), settings)
    assert "Bcc" not in message
    assert message.get_content().replace("\r\n", "\n") == row().body
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "a@b@c", "a b@example.com", "a@example.com\r\nBcc: x@example.com"),
        *("日本@example.com", "a@例.jp", "<a@example.com>", "a@exa mple.com"),
    ],
)
def test_broken_addresses_are_refused(settings: Settings, address: str) -> None:
    with pytest.raises(FinalRefusal) as caught:
        build(row(to_address=address), settings)
    assert caught.value.code == "address_broken"


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@ezweb.ne.jp"])
def test_old_carrier_addresses_pass(settings: Settings, address: str) -> None:
    raw = email.message_from_bytes(build(row(to_address=address), settings).as_bytes())
    assert raw["To"].endswith(f"<{address}>")


def test_a_long_line_of_text_stays_whole(settings: Settings) -> None:
    body = "長い一行" * 1000 + "\n"
    assert travelled(row(body=body), settings).get_content().replace("\r\n", "\n") == body


def test_each_meeting_is_one_file(settings: Settings) -> None:
    other = {"method": "CANCEL", "uid": "v@example.com", "name": "soukai-A-0001"}
    cancel = Invite(**{**INVITE.__dict__, **other})
    message = travelled(row(invites=[INVITE.to_json(), cancel.to_json()]), settings)
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == row().body
    files = list(message.iter_attachments())
    assert [file["Content-Type"].params["method"] for file in files] == ["REQUEST", "CANCEL"]
    assert [file.get_filename() for file in files] == ["invite-1.ics", "soukai-A-0001.ics"]
    for file, uid in zip(files, ["u@example.com", "v@example.com"], strict=True):
        assert file.get_content_type() == "text/calendar"
        assert file["Content-Type"].params["charset"] == "utf-8"
        calendar = Calendar.from_ical(file.get_content())
        (event,) = calendar.walk("VEVENT")
        assert event["UID"] == uid
        assert event["ATTENDEE"] == "mailto:mihon@example.com"
        assert event["DTSTAMP"].dt == CREATED


def test_one_line() -> None:
    assert one_line(" a\r\n\tb\x00\u2028c　d ") == "a b c d"
