"""The office through the eyes of somebody who is for one meeting of a day of two."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.routing import AnyConverter

from app.auth.facts import Actor
from app.auth.models import Account, Role, account_meetings, account_roles
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant
from app.reminders import service
from tests.campaigns import order
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.office import enter, hidden_of, make_account, token_of

NAMES = {"kind": "confirmed", "locale": "ja"}
LISTS = {
    *("/office/meetings", "/office/today", "/office/retention"),
    *("/office/by-hand", "/office/by-hand/list", "/office/by-hand/postcards"),
}
"""What names no meeting and shows only those that one may see."""


class Place(NamedTuple):
    """Ids of two meetings of one day, and of sign-ups for either and for both."""

    mine: int
    other: int
    signed_up: int
    elsewhere: int
    both: int


@pytest.fixture
def place(app: Flask) -> Place:
    series = make_series("day")
    mine = make_event("soukai", series_id=series)
    other = make_event("souritsu", series_id=series)
    signed_up = (
        sign_up("soukai", person("見本 一", mine), email="a@example.com"),
        sign_up("souritsu", person("見本 二", other), email="b@example.com"),
        sign_up("soukai", person("見本 三", mine, other), email="c@example.com"),
    )
    return Place(mine, other, *(one.registration_id for one in signed_up))


def walk(app: Flask, **given: object) -> Iterator[tuple[str, str, str]]:
    """Every address of the office: its endpoint, one of its methods, its path."""
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "guard", ""):
            first = {
                name: min(converter.items)
                for name, converter in rule._converters.items()
                if isinstance(converter, AnyConverter)
            }
            known = {**NAMES, **first, **given}
            needed = {name: known.get(name, 1) for name in rule.arguments}
            with app.test_request_context():
                path = rule.build(needed)[1]  # type: ignore[index]
            yield rule.endpoint, "POST" if "POST" in (rule.methods or ()) else "GET", path


def reading(client: FlaskClient, path: str) -> int:
    return client.get(path).status_code


def test_nobody_gets_in_without_an_account(
    app: Flask, office_client: FlaskClient, place: Place
) -> None:
    given = {"slug": "soukai", "registration_id": place.signed_up, "campaign_id": 1}
    paths = list(walk(app, **given))
    assert len(paths) > 40
    for endpoint, method, path in paths:
        answer = office_client.open(path, method=method)
        assert answer.status_code in {302, 303, 401}, endpoint
        assert "見本" not in answer.text, endpoint


def test_reception_sees_no_page_of_the_office(
    app: Flask, office_client: FlaskClient, place: Place
) -> None:
    enter(office_client, role="reception", meetings=[place.mine])
    given = {"slug": "soukai", "registration_id": place.signed_up, "campaign_id": 1}
    for endpoint, method, path in walk(app, **given):
        guard = getattr(app.view_functions[endpoint], "guard", "")
        if guard not in {"account", "desk"}:
            expected = 403 if method == "POST" else 404
            assert office_client.open(path, method=method).status_code == expected, endpoint
    assert office_client.get("/office/").location == "/desk/"


def _letter_to(registration_id: int) -> int:
    query = select(OutboxLetter.id).where(OutboxLetter.registration_id == registration_id)
    found = db.session.scalars(query).one()
    db.session.remove()
    return found


def test_another_meeting_is_not_there_for_a_limited_organiser(
    app: Flask, office_client: FlaskClient, place: Place
) -> None:
    enter(office_client, meetings=[place.mine])
    theirs = service.save(place.other, order(), make_account("x@example.com"))
    given = {"slug": "souritsu", "registration_id": place.elsewhere, "campaign_id": theirs}
    given["letter_id"] = _letter_to(place.elsewhere)
    for endpoint, method, path in walk(app, **given):
        guard = app.view_functions[endpoint].guard  # type: ignore[attr-defined]
        if guard == "account":
            continue
        answer = office_client.open(path, method=method)
        refused = {403, 404} if method == "POST" else {404}
        assert (answer.status_code in refused) is (path not in LISTS), endpoint
        assert answer.status_code != 403 or guard in {"administrator", "every meeting"}, endpoint
        assert "見本 二" not in answer.text
    assert reading(office_client, "/office/by-hand?meeting=souritsu") == 404
    assert "souritsu" not in office_client.get("/office/").text


def test_their_own_meeting_is_theirs(office_client: FlaskClient, place: Place) -> None:
    enter(office_client, meetings=[place.mine])
    for path in ("registrations", "reminders", "reminders/new", "questions", "files", "settings"):
        assert reading(office_client, f"/office/events/soukai/{path}") == 200, path
    assert reading(office_client, f"/office/signups/{place.signed_up}") == 200
    for path in ("letters", "reminders/rules/new"):  # what belongs to the day is not theirs alone
        assert reading(office_client, f"/office/events/soukai/{path}") == 404, path
    assert "/office/history" not in office_client.get("/office/").text


def test_of_a_sign_up_for_both_they_see_and_cancel_their_own(
    app: Flask, office_client: FlaskClient, place: Place
) -> None:
    enter(office_client, meetings=[place.mine])
    page = office_client.get(f"/office/signups/{place.both}")
    ids = _bookings(place.both)
    assert f'value="{ids[place.mine]}"' in page.text
    assert f'value="{ids[place.other]}"' not in page.text
    address = f"/office/signups/{place.both}/cancel"
    asked = office_client.get(address, query_string={"b": list(ids.values())})
    sent = {**hidden_of(asked), "b": list(ids.values())}
    assert office_client.post(address, data=sent).status_code == 303
    db.session.remove()
    query = select(Booking.event_id, Booking.state).where(Booking.id.in_(ids.values()))
    states = {row.event_id: row.state for row in db.session.execute(query)}
    assert states == {place.mine: "cancelled", place.other: "confirmed"}


def test_a_letter_to_the_whole_day_is_not_theirs(office_client: FlaskClient, place: Place) -> None:
    enter(office_client, meetings=[place.mine])
    by = make_account("x@example.com")
    to_all = service.save(place.mine, order(whole_day=True), by)
    own = service.save(place.mine, order(), by)
    assert reading(office_client, f"/office/events/soukai/reminders/{to_all}/edit") == 404
    assert reading(office_client, f"/office/events/soukai/reminders/{own}/edit") == 200


def test_a_role_lowered_while_its_owner_works_holds_at_once(
    app: Flask, office_client: FlaskClient, place: Place
) -> None:
    actor = enter(office_client, role="administrator")
    assert reading(office_client, "/office/history") == 200
    with transaction() as session:
        organiser = Role(name="organiser")
        session.add(organiser)
        session.flush()
        session.execute(update(account_roles).values(role_id=organiser.id))
        session.execute(update(Account).values(all_meetings=False))
        values = {"account_id": actor.account_id, "event_id": place.mine}
        session.execute(account_meetings.insert().values(values))
    assert reading(office_client, "/office/history") == 404
    assert reading(office_client, "/office/events/soukai/registrations") == 200
    assert reading(office_client, "/office/events/souritsu/registrations") == 404
    with transaction() as session:
        session.execute(delete(account_meetings))
    assert reading(office_client, "/office/events/soukai/registrations") == 404


def _bookings(registration_id: int) -> dict[int, int]:
    query = (
        select(Booking.event_id, Booking.id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Participant.registration_id == registration_id)
    )
    return {row.event_id: row.id for row in db.session.execute(query)}


TYPED = "見本の会から団体のみなさまへ"


def lower(actor: Actor, role: str, *meetings: int) -> None:
    """Make somebody less than they were, while they are logged in."""
    with transaction() as session:
        lowered = Role(name=role)
        session.add(lowered)
        session.flush()
        session.execute(update(account_roles).values(role_id=lowered.id))
        session.execute(update(Account).values(all_meetings=False))
        for one in meetings:
            values = {"account_id": actor.account_id, "event_id": one}
            session.execute(account_meetings.insert().values(values))


@pytest.mark.parametrize(
    ("role", "page", "leads_to"),
    [
        ("organiser", "/office/settings", "/office/"),
        ("reception", "/office/events/soukai/contents", "/desk/"),
        ("reception", "/office/events/nothing/contents", "/desk/"),
    ],
)
def test_what_was_typed_stays_when_a_role_was_lowered_meanwhile(
    office_client: FlaskClient, place: Place, role: str, page: str, leads_to: str
) -> None:
    actor = enter(office_client, role="administrator")
    token = token_of(office_client.get("/office/settings"))
    lower(actor, role, place.mine)
    answer = office_client.post(page, data={"csrf_token": token, "title": TYPED, "x": "<b>見本"})
    assert answer.status_code == 403
    assert "権限が変わった" in answer.text
    assert f"{TYPED}\n&lt;b&gt;見本</textarea>" in answer.text
    assert token not in answer.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert f'href="{leads_to}"' in answer.text
    there = office_client.get(leads_to)
    assert there.status_code == 200


def test_of_another_meeting_nothing_is_revealed_but_what_was_typed_stays(
    office_client: FlaskClient, place: Place
) -> None:
    actor = enter(office_client, role="administrator")
    token = token_of(office_client.get("/office/events/souritsu/contents"))
    lower(actor, "organiser", place.mine)
    sent = {"csrf_token": token, "title": TYPED}
    theirs, none = (
        office_client.post(f"/office/events/{slug}/contents", data=sent)
        for slug in ("souritsu", "nothing")
    )
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert TYPED in theirs.text
    assert "権限が変わった" not in theirs.text
    assert theirs.text.replace("souritsu", "nothing") == none.text


def test_a_reception_is_never_led_in_a_circle(office_client: FlaskClient, place: Place) -> None:
    enter(office_client, role="reception", meetings=[place.mine])
    begin = office_client.get("/office/")
    assert (begin.status_code, begin.location) == (302, "/desk/")
    page = office_client.get("/office/events/soukai/registrations")
    assert page.status_code == 404
    assert 'href="/desk/"' in page.text
    assert 'href="/office/"' not in page.text
