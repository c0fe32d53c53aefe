"""The office's page of the reception: links, their guide, and practising on a copy."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import db
from app.events.models import Event, EventQuestion
from app.mail.models import OutboxLetter
from app.registration.desk import passes
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
from tests.desks import HANAKO, facts, make_pass, make_today, row, tap
from tests.entries import person, sign_up
from tests.factories import make_signups
from tests.office import actions, enter, hidden_of, token_of

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


def test_a_real_meeting_is_not_removed_as_a_practice(office: FlaskClient) -> None:
    token = {"csrf_token": token_of(office.get(PAGE))}
    assert office.post(f"{PAGE}/practice/remove", data=token).status_code == 404
    assert counted(Booking) == 1


def counted(model: type) -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
