"""The office's page of the reception: links, their guide, and practising on a copy."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, EventQuestion
from app.mail.models import OutboxLetter
from app.registration.desk import passes, practice
from app.registration.models import (
    Answer,
    Attendance,
    Booking,
    Participant,
    ReceptionPass,
    Registration,
)
from app.reminders.models import ReminderRule
from app.reminders.ruling import give_first_rules
from tests.desks import HANAKO, booking_of, facts, make_pass, make_today, row, rows, tap, view
from tests.entries import person, sign_up
from tests.factories import make_event, make_signups
from tests.office import actions, enter, hidden_of, make_account, send, token_of

PAGE = "/office/events/soukai/reception"


@pytest.fixture
def office(app: Flask, office_client: FlaskClient) -> FlaskClient:
    make_signups(make_today(), 1)
    enter(office_client)
    return office_client


def test_a_link_is_made_shown_with_its_guide_and_ended(app: Flask, office: FlaskClient) -> None:
    form = hidden_of(office.get(PAGE))
    for late in ("", "2001-01-01T10:00", "2199-01-01T10:00"):
        assert office.post(PAGE, data={**form, "expires_at": late}).status_code == 422
    suggested = re.search(r'name="expires_at"[^>]*value="([^"]+)"', office.get(PAGE).text)
    assert suggested is not None
    given = {**form, "label": "午前の手伝い", "expires_at": suggested[1]}
    assert office.post(PAGE, data=given).status_code == 303
    (made,) = passes.list_passes(1)
    link = passes.link(made.id)
    assert link in office.get(PAGE).text
    guide = office.get(f"{PAGE}/{made.id}/guide")
    assert link in guide.text
    assert "<svg" in guide.text
    asked = office.get(f"{PAGE}/{made.id}/revoke")
    assert "午前の手伝い" in asked.text
    for _press in range(2):
        assert office.post(f"{PAGE}/{made.id}/revoke", data=hidden_of(asked)).status_code == 303
    assert office.get(f"{PAGE}/{made.id}/guide").status_code == 410
    assert actions(app) == ["pass.made", "pass.revoked"]
    make_today("other")
    assert office.get(f"/office/events/other/reception/{made.id}/revoke").status_code == 404


@pytest.mark.parametrize("days", [1, 3])
def test_a_link_for_a_meeting_far_away_is_good_until_the_end_of_its_last_day(
    app: Flask, office_client: FlaskClient, days: int
) -> None:
    far = make_event("far", days=days)
    enter(office_client)
    page = "/office/events/far/reception"
    suggested = re.search(r'name="expires_at"[^>]*value="([^"]+)"', office_client.get(page).text)
    last = to_local(view(far).spans[-1].end, "Asia/Tokyo")
    assert suggested is not None
    assert suggested[1] == f"{last:%Y-%m-%d}T23:59"
    form = hidden_of(office_client.get(page))
    late = office_client.post(page, data={**form, "expires_at": f"{last.year + 1}-12-31T10:00"})
    assert late.status_code == 422
    assert "会の最後の日の終わりまで" in late.text
    for until in (f"{last:%Y-%m-%d}T00:01", suggested[1]):
        assert office_client.post(page, data={**form, "expires_at": until}).status_code == 303
    db.session.remove()
    good, early = passes.list_passes(far)
    assert good.expires_at > last > early.expires_at
    told = "会が終わるより前に切れます"
    assert office_client.get(page).text.count(told) == 1
    assert told in office_client.get(f"{page}/{early.id}/guide").text
    assert told not in office_client.get(f"{page}/{good.id}/guide").text


def test_a_practice_counts_nowhere_sends_nothing_and_vanishes(
    app: Flask, office: FlaskClient, client: FlaskClient
) -> None:
    token = {"csrf_token": token_of(office.get(PAGE))}
    made = office.post(f"{PAGE}/practice", data=token)
    assert office.post(f"{PAGE}/practice", data=token).location == made.location, "one at a time"
    slug = made.location.split("/")[-2]
    assert "架空の方ばかりです" in office.get(made.location).text
    copy = db.session.scalars(select(Event.id).where(Event.slug == slug)).one()
    make_pass(copy)
    came = tap(office, slug, row(copy, HANAKO), "in")
    assert came.status_code == 200
    sign_up(slug, person("例 練習", copy), email="renshu@example.com")
    give_first_rules()
    assert counted(OutboxLetter) == 0
    assert counted(ReminderRule) == 2, "of the real meeting alone"
    everywhere = [client.get(path).text for path in ("/", "/events.ics", "/sitemap.xml")]
    everywhere += [office.get("/office/").text, office.get("/office/by-hand").text]
    assert not any(slug in page for page in everywhere)
    assert office.get(f"/office/events/{slug}/registrations").status_code == 404
    assert client.get(f"/events/{slug}").status_code == 200, "the form can be practised"
    gone = office.post(f"/office/events/{slug}/reception/practice/remove", data=token)
    assert gone.status_code == 303
    assert facts() == []
    left = [counted(one) for one in (Booking, Participant, Answer, EventQuestion, Attendance)]
    assert left == [1, 1, 0, 0, 0], "the real meeting keeps its own"
    names = set(db.session.scalars(select(Registration.contact_name)))
    assert names == {"", HANAKO}
    assert set(db.session.scalars(select(Registration.email))) == {"", "mihon0@example.com"}
    (revoked_at,) = db.session.scalars(select(ReceptionPass.revoked_at))
    assert revoked_at is not None
    assert office.get(f"/desk/{slug}").status_code == 404
    assert client.get(f"/events/{slug}").status_code == 404
    assert make_today("next") > copy, "what is written of the copy is not of the next meeting"


@pytest.mark.parametrize("whose", ["every meeting", "this one"])
def test_typing_in_is_practised_and_every_page_says_so(
    app: Flask, office_client: FlaskClient, whose: str
) -> None:
    event = make_today()
    slug = practice.start(event, make_account("zentai@example.com"))
    enter(office_client, meetings={event} if whose == "this one" else None)
    reception = f"/office/events/{slug}/reception"
    path = f"/office/events/{slug}/enter"
    assert f'href="{path}"' in office_client.get(reception).text
    copy = db.session.scalars(select(Event.id).where(Event.slug == slug)).one()
    given = {"p0-name": "例 練習", "email": "renshu@example.com", "step": "store"}
    given |= {f"p0-way-{copy}": "online", "channel": "telephone", "letters_in": "ja"}
    stored = send(office_client, path, **given)
    assert stored.status_code == 303, stored.text
    number = re.search(r"signups/(\d+)/", stored.location)
    assert number is not None
    shown = [path, stored.location, f"/office/signups/{number[1]}"]
    shown.append(f"/office/signups/{number[1]}/edit")
    for page in (office_client.get(one) for one in shown):
        assert page.status_code == 200
        assert "ここで入力したことは、どこにも数えられず、だれにも送られません。" in page.text
        assert f'href="{reception}"' in page.text
        assert f"/office/events/{slug}/registrations" not in page.text, "it has no list"
    assert "renshu@example.com" not in office_client.get(stored.location).text, "no letter goes"
    assert counted(OutboxLetter) == 0
    removed = {"csrf_token": token_of(office_client.get(reception))}
    assert office_client.post(f"{reception}/practice/remove", data=removed).status_code == 303
    db.session.remove()
    assert "例 練習" not in set(db.session.scalars(select(Registration.contact_name)))


def test_everybody_whom_a_desk_meets_is_among_the_invented_people(
    app: Flask, office_client: FlaskClient
) -> None:
    plain, asked = make_today(), make_today("asked", admission="approval", venue=0)
    enter(office_client)
    found = []
    for event in (plain, asked):
        slug = practice.start(event, make_account(f"{event}@example.com"))
        copy = db.session.scalars(select(Event.id).where(Event.slug == slug)).one()
        found.append(Counter(one.condition for one in rows(copy)))
    assert found[0] == found[1], "whatever the meeting"
    assert found[0].pop("expected") > 20
    assert found[0] == Counter(online=2, waiting=2, requested=1, cancelled=2, declined=2)


def test_the_sheet_of_a_practice_is_taken_as_it_comes(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_event(starts_in=timedelta(days=40))
    slug = practice.start(event, make_account("zentai@example.com"))
    enter(office_client)
    copy = db.session.scalars(select(Event.id).where(Event.slug == slug)).one()
    hanako = booking_of(HANAKO, copy)
    path = f"/desk/{slug}/sheet/enter"
    page = office_client.get(path)
    usual = re.search('name="usual"[^>]*value="([^"]+)"', page.text)
    assert usual is not None
    form = {"csrf_token": token_of(page), "usual": usual[1], f"t{hanako}": "1"}
    assert office_client.post(path, data=form).status_code == 303
    assert row(copy, HANAKO).condition == "in"


def test_a_real_meeting_says_nothing_of_practice(office: FlaskClient) -> None:
    assert "練習" not in office.get("/office/events/soukai/enter").text


def test_a_real_meeting_is_not_removed_as_a_practice(office: FlaskClient) -> None:
    token = {"csrf_token": token_of(office.get(PAGE))}
    assert office.post(f"{PAGE}/practice/remove", data=token).status_code == 404
    assert counted(Booking) == 1


def counted(model: type) -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_link_that_was_ended_says_when_and_not_until_when_it_would_have_been_good(
    app: Flask, office: FlaskClient
) -> None:
    made = make_pass(1, days=3)
    (good,) = passes.list_passes(1)
    passes.revoke(made, 1, make_account("hoka@example.com"))
    (ended,) = passes.list_passes(1)
    assert ended.revoked_at is not None
    listed = office.get(PAGE).text.split("終わったリンク")[1]
    assert to_local(ended.revoked_at, "Asia/Tokyo").isoformat() in listed
    assert to_local(good.expires_at, "Asia/Tokyo").isoformat() not in listed
