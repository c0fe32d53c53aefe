"""Signing up, through the visitors' own pages, on both databases."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from tests.factories import make_event

PERSON = {
    "name": "見本 花子",
    "reading": "ミホン ハナコ",
    "organisation": "ワーカーズ・コレクティブ 見本の森",
    "email": "mihon@example.com",
    "telephone": "",
    "way": "venue",
    "note": "",
}


@pytest.fixture(autouse=True)
def event(app: Flask) -> int:
    return make_event("soukai", venue=2, online=5)


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def open_form(client: FlaskClient, lang: str = "") -> str:
    return token_of(client.get(f"/events/soukai/register{lang}"))


def as_typed(person: Mapping[str, str]) -> dict[str, str]:
    """What a browser sends for one person at the one meeting of these tests."""
    with db.engine.connect() as connection:
        event_id = connection.scalar(select(Event.id).where(Event.slug == "soukai"))
    own = {"name", "reading", "organisation", "role"}
    names = {**{name: f"p0-{name}" for name in own}, "way": f"p0-way-{event_id}"}
    return {names.get(name, name): value for name, value in person.items()}


def send(
    client: FlaskClient, step: str, person: Mapping[str, str], token: str, lang: str = ""
) -> TestResponse:
    data = {**as_typed(person), "step": step, "token": token}
    return client.post(f"/events/soukai/register/check{lang}", data=data)


def sign_up(client: FlaskClient, **changes: str) -> TestResponse:
    return send(client, "complete", {**PERSON, **changes}, open_form(client))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_whole_walk_from_form_to_personal_page(client: FlaskClient) -> None:
    token = open_form(client)
    check = send(client, "check", PERSON, token)
    assert check.status_code == 200
    assert "見本 花子" in check.text
    assert count(Registration) == 0, "nothing is stored before the last button"
    complete = send(client, "complete", PERSON, token_of(check))
    assert complete.status_code == 303
    done = client.get(complete.location)
    assert "A-0001" in done.text
    assert done.headers["Cache-Control"] == "no-store"
    link = re.search(r"http://127\.0\.0\.1:8000(/r/[a-z0-9-]+)", done.text)
    assert link
    personal = client.get(link[1])
    assert personal.status_code == 200
    assert "見本 花子" in personal.text
    assert "Set-Cookie" not in done.headers


def test_all_of_a_sign_up_is_stored_in_one_commit(client: FlaskClient) -> None:
    sign_up(client)
    registration = db.session.scalars(select(Registration)).one()
    participant = db.session.scalars(select(Participant)).one()
    booking = db.session.scalars(select(Booking)).one()
    letter = db.session.scalars(select(OutboxLetter)).one()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (registration.number, registration.locale, registration.channel) == (1, "ja", "web")
    assert (participant.name, participant.reading) == ("見本 花子", "みほん はなこ")
    assert (booking.state, booking.way) == ("confirmed", "venue")
    assert (letter.key, letter.state) == (f"confirm:{registration.id}:1", "queued")
    assert (entry.action, entry.actor) == ("registration.created", "visitor")


def test_the_letter_carries_the_same_link_as_the_completion_page(client: FlaskClient) -> None:
    done = client.get(sign_up(client).location)
    letter = db.session.scalars(select(OutboxLetter)).one()
    link = re.search(r"http://127\.0\.0\.1:8000/r/[a-z0-9-]+", letter.body)
    assert link
    assert link[0] in done.text
    assert letter.subject.startswith("【受付完了】")
    assert letter.to_address == "mihon@example.com"


def test_a_double_tap_is_one_sign_up_with_one_completion_page(client: FlaskClient) -> None:
    token = open_form(client)
    first = send(client, "complete", PERSON, token)
    second = send(client, "complete", PERSON, token)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert (count(Registration), count(OutboxLetter)) == (1, 1)


def test_a_second_person_typed_over_the_first_is_never_swallowed(client: FlaskClient) -> None:
    token = open_form(client)
    send(client, "complete", PERSON, token)
    other = {**PERSON, "name": "見本 太郎", "reading": "みほん たろう"}
    answer = send(client, "complete", other, token)
    assert answer.status_code == 409
    assert "この画面からは受付済みです" in answer.text
    assert "見本 太郎" in answer.text
    check = send(client, "check", other, token_of(answer))
    again = send(client, "complete", other, token_of(check))
    assert again.status_code == 303
    names = db.session.scalars(select(Participant.name).order_by(Participant.id)).all()
    assert names == ["見本 花子", "見本 太郎"]


def test_when_it_is_full_nobody_waits_without_having_seen_it(client: FlaskClient) -> None:
    for number in range(2):
        assert sign_up(client, name=f"見本 {number}子").status_code == 303
    late = sign_up(client, name="見本 三郎")
    assert late.status_code == 409
    assert "キャンセル待ち 1番目になります" in late.text
    assert "見本 三郎" in late.text
    assert count(Registration) == 2
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', late.text))
    waits = client.post("/events/soukai/register/check", data={**kept, "step": "complete"})
    assert waits.status_code == 303
    assert "キャンセル待ち 1番目" in client.get(waits.location).text
    assert sign_up(client, name="見本 四郎", way="online").status_code == 303


def test_without_a_waiting_list_full_is_full(client: FlaskClient, event: int) -> None:
    with transaction() as session:
        session.get_one(Event, event).waiting_list = False
    token = open_form(client)
    for number in range(2):
        assert sign_up(client, name=f"見本 {number}子").status_code == 303
    late = send(client, "complete", PERSON, token)
    assert late.status_code == 409
    assert "満席" in late.text
    assert "見本 花子" in late.text
    assert count(Registration) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "cancelled"}, "中止"),
        ({"closes_at": -1}, "受付は終わりました"),
        ({"opens_at": 1}, "まだ始まっていません"),
    ],
)
def test_a_meeting_that_changes_while_the_form_is_open(
    client: FlaskClient, event: int, change: dict[str, object], said: str
) -> None:
    token = open_form(client)
    with transaction() as session:
        row = session.get_one(Event, event)
        for name, value in change.items():
            moved = now() + timedelta(minutes=value) if isinstance(value, int) else value
            setattr(row, name, moved)
    answer = send(client, "complete", PERSON, token)
    assert answer.status_code == 409
    assert said in answer.text
    assert "見本 花子" in answer.text
    assert count(Registration) == 0


def test_english_sign_ups_get_english_pages_and_letters(client: FlaskClient) -> None:
    token = open_form(client, "?lang=en")
    person = {**PERSON, "name": "Hanako Mihon", "reading": ""}
    complete = send(client, "complete", person, token, "?lang=en")
    assert complete.status_code == 303
    done = client.get(complete.location)
    assert '<html lang="en"' in done.text
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert letter.locale == "en"
    assert letter.subject.startswith("[Signed up]")
    assert "Dear Hanako Mihon," in letter.body


def test_a_telephone_number_alone_is_enough_and_makes_a_task_instead_of_a_letter(
    client: FlaskClient,
) -> None:
    answer = sign_up(client, email="", telephone="090ー1234ー5678")
    assert answer.status_code == 303
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert letter.state == "by_hand"
    assert db.session.scalars(select(Registration)).one().telephone == "090-1234-5678"


def test_a_guessed_correction_is_offered_and_never_forced(client: FlaskClient) -> None:
    token = open_form(client)
    typed = {**PERSON, "email": "mihon@example.con"}
    asked = send(client, "check", typed, token)
    assert asked.status_code == 422
    assert "mihon@example.com" in asked.text
    fixed = client.post(
        "/events/soukai/register/check",
        data={**as_typed(typed), "token": token, "fix_email": "mihon@example.com"},
    )
    assert 'value="mihon@example.com"' in fixed.text
    kept = send(client, "check", {**typed, "email_kept": "mihon@example.con"}, token)
    assert kept.status_code == 200


def test_numbers_are_never_keys(client: FlaskClient) -> None:
    sign_up(client)
    for path in ("/r/1", "/r/a-0001", "/events/soukai/done/1", "/events/soukai/done/a-0001"):
        assert client.get(path).status_code == 404


def test_links_of_an_older_version_are_gone(client: FlaskClient) -> None:
    completion = sign_up(client).location
    done = client.get(completion)
    link = re.search(r"/r/[a-z0-9-]+", done.text)
    assert link
    with transaction() as session:
        session.scalars(select(Registration)).one().link_version = 2
    for address in (link[0], completion):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "03-0000-0000" in answer.text
