"""Meetings for which the office decides who comes: asking, letting come, declining."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.db import db, transaction
from app.events.models import Event
from app.events.queries import count_places
from app.mail.models import OutboxLetter
from app.registration import changing, deciding, links
from app.registration.bulk import service as bulk
from app.registration.bulk.service import Act
from app.registration.facts import ByOffice, Signup
from app.registration.lists.finding import of_people
from app.registration.models import Booking, Registration
from app.registration.service import SignUpRefused
from app.reminders import groups
from app.reminders.facts import Target
from app.reminders.groups import Scope
from tests.desks import let_in, make_pass
from tests.entries import (
    as_entry,
    cancel,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
    type_in,
    with_way,
)
from tests.factories import make_event, make_series
from tests.office import enter, hidden_of, make_account
from tests.pages import errors, filled, press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def states() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(Booking.state).order_by(Booking.id)))


def letters() -> list[tuple[str, str]]:
    db.session.remove()
    query = select(OutboxLetter.purpose, OutboxLetter.state).order_by(OutboxLetter.id)
    return [tuple(row) for row in db.session.execute(query)]


def gone() -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))


def ids(signup: Signup) -> list[int]:
    return [one.id for each in signup.people for one in each.bookings]


def decide(what: str, signup: Signup, by: Actor, key: str = "a" * 32, reason: str = "") -> Signup:
    seen = (signup.registration_id, signup.link_version, signup.version)
    office = ByOffice(actor=by, reason=reason)
    return getattr(deciding, what)(*seen, ids(signup), key, office=office)


def test_whoever_signs_up_holds_no_place_and_is_told_so(client: FlaskClient) -> None:
    event = make_event(admission="approval", venue=1, ways=("venue",))
    assert "参加できるかどうかをお知らせします" in client.get("/events/soukai").text
    page = client.get("/events/soukai/register")
    assert "参加できるかどうかを、後日お知らせします" in page.text
    check = press(client, page, "check", HANAKO)
    assert "参加できるかどうかを、後日お知らせします" in check.text, errors(check)
    done = client.get(press(client, check, "complete").location)
    assert "事務局で確認しています" in done.text
    assert "お席はまだ決まっていません" in done.text
    assert "カレンダーに入れる" not in done.text
    assert states() == ["requested"]
    assert letters() == [("requested", "queued")]
    assert [(one.taken, one.waiting) for one in count_places(db.session(), event)] == [(0, 0)]
    db.session.remove()
    sign_up("soukai", person("見本 太郎", event), email="taro@example.com")
    assert states() == ["requested", "requested"]


def test_approved_they_get_a_place_else_wait_and_are_told(by: Actor) -> None:
    event = make_event(admission="approval", venue=1, ways=("venue",))
    first = sign_up("soukai", person("見本 花子", event))
    second = sign_up("soukai", person("見本 太郎", event), email="taro@example.com")
    gone()
    decide("approve", signup_of(first), by, reason="お待ちしています。")
    decide("approve", signup_of(second), by)
    assert states() == ["confirmed", "waiting"]
    assert letters()[2:] == [("approved", "queued"), ("approved", "queued")]
    bodies = db.session.scalars(select(OutboxLetter.body).order_by(OutboxLetter.id)).all()
    assert "お待ちしています。" in bodies[2]
    assert "ご参加いただけます" in bodies[2]
    assert "キャンセル待ち" in bodies[3]
    cancel(signup_of(first))
    assert states() == ["cancelled", "confirmed"]


def test_approved_twice_or_by_two_it_is_done_once(by: Actor) -> None:
    event = make_event(admission="approval")
    asked = signup_of(sign_up("soukai", person("見本 花子", event)))
    gone()
    decide("approve", asked, by)
    again = decide("approve", asked, by)
    assert again.version == 2
    decide("approve", asked, by, key="b" * 32)
    decide("decline", asked, by, key="c" * 32)
    assert states() == ["confirmed"]
    assert letters()[1:] == [("approved", "queued")]


def test_what_was_changed_meanwhile_is_looked_at_anew(by: Actor) -> None:
    event = make_event(admission="approval")
    asked = signup_of(sign_up("soukai", person("見本 花子", event)))
    change(asked, with_way(as_entry(asked), 0, event, "online"))
    assert states() == ["requested"]
    with pytest.raises(changing.ChangedMeanwhile):
        decide("approve", asked, by)
    cancelled = cancel(signup_of(asked.registration_id))
    assert states() == ["cancelled"]
    decide("approve", cancelled, by)
    assert states() == ["cancelled"]


def test_declined_they_are_told_and_can_ask_again(by: Actor, client: FlaskClient) -> None:
    event = make_event(admission="approval")
    asked = sign_up("soukai", person("見本 花子", event))
    gone()
    decide("decline", signup_of(asked), by, reason="会員の方の会です。")
    assert states() == ["declined"]
    assert letters()[1:] == [("declined", "queued")]
    body = db.session.scalars(select(OutboxLetter.body).order_by(OutboxLetter.id.desc())).first()
    assert "お受けできませんでした" in (body or "")
    assert "会員の方の会です。" in (body or "")
    token = links.manage_token(asked.registration_id, asked.link_version)
    assert "お断り" in client.get(f"/r/{token}").text
    sign_up("soukai", person("見本 花子", event))
    assert states() == ["declined", "requested"]


def test_of_two_meetings_the_open_one_goes_through(by: Actor) -> None:
    series = make_series("day")
    opened = make_event("morning", series_id=series)
    closed = make_event(
        "afternoon",
        series_id=series,
        admission="approval",
        starts_in=timedelta(days=40, hours=4),
    )
    got = sign_up("morning", person("見本 花子", opened, closed))
    assert states() == ["confirmed", "requested"]
    assert letters() == [("confirmed", "queued")]
    gone()
    decide("decline", signup_of(got), by)
    assert states() == ["confirmed", "declined"]
    assert signup_of(got).event_ids == {opened}


def test_the_same_person_again_is_a_duplicate_and_learns_nothing(
    by: Actor, client: FlaskClient
) -> None:
    event = make_event(admission="approval")
    first = sign_up("soukai", person("見本 花子", event))
    second = sign_up("soukai", person("見本 花子", event))
    assert states() == ["requested", "duplicate"]
    assert [b.state for b in signup_of(second).people[0].bookings] == ["requested"]
    decide("approve", signup_of(first), by)
    decide("approve", signup_of(second), by, key="b" * 32)
    assert states() == ["confirmed", "duplicate"]


def test_whom_the_office_types_in_is_let_come(by: Actor) -> None:
    event = make_event(admission="approval")
    type_in("soukai", "見本 花子", event, by=by.account_id)
    assert states() == ["confirmed"]


def test_a_choice_that_is_used_up_is_told_and_nothing_is_decided(by: Actor) -> None:
    event = make_event(admission="approval")
    question, (few, _other) = make_question(event, choices=({"places": 1}, {"places": None}))
    got = [
        sign_up(
            "soukai",
            person(f"見本 {n}", event, answers=(chosen(question, few),)),
            email=f"m{n}@example.com",
        )
        for n in range(2)
    ]
    decide("approve", signup_of(got[0]), by)
    with pytest.raises(SignUpRefused, match="choice_used_up"):
        decide("approve", signup_of(got[1]), by)
    assert states() == ["confirmed", "requested"]


def test_without_a_place_and_a_queue_nobody_is_let_come(by: Actor) -> None:
    event = make_event(admission="approval", venue=1, ways=("venue",), waiting_list=False)
    first = sign_up("soukai", person("見本 花子", event))
    second = sign_up("soukai", person("見本 太郎", event), email="taro@example.com")
    decide("approve", signup_of(first), by)
    with pytest.raises(SignUpRefused, match="full"):
        decide("approve", signup_of(second), by)
    with pytest.raises(SignUpRefused, match="full"):
        sign_up("soukai", person("見本 次郎", event), email="jiro@example.com")
    assert states() == ["confirmed", "requested"]


def test_reminders_leave_out_who_is_not_let_come(by: Actor) -> None:
    event = make_event(admission="approval")
    sign_up("soukai", person("見本 花子", event))
    scope = Scope(event_ids=[event])
    for audience in ("confirmed", "venue", "waiting", "letter_failed"):
        found = groups.count(db.session(), Target(audience=audience), scope)
        assert found.everybody == 0, audience
    db.session.remove()


def test_many_are_decided_at_once(by: Actor) -> None:
    event = make_event(admission="approval", venue=2, ways=("venue",), waiting_list=True)
    for n in range(4):
        sign_up("soukai", person(f"見本 {n}", event), email=f"m{n}@example.com")
    gone()
    people = db.session.scalars(select(Booking.participant_id).order_by(Booking.id)).all()
    db.session.remove()
    for kind, chosen_ones in (("approve", people[:3]), ("decline", people)):
        act = Act(event_id=event, kind=kind, key=kind * 4)
        which = of_people([event], chosen_ones)
        asked = bulk.count(act, which)[0]
        assert bulk.work(bulk.begin(act, which, asked, by), seconds=30)
    assert states() == ["confirmed", "confirmed", "waiting", "declined"]
    told = ["approved", "approved", "approved", "declined"]
    assert [purpose for purpose, _state in letters()[4:]] == told


def test_a_meeting_called_off_is_told_to_them_too(by: Actor) -> None:
    from app.registration.meeting_settings import count_audience

    event = make_event(admission="approval")
    sign_up("soukai", person("見本 花子", event))
    assert count_audience(event).everybody.number == 1
    assert count_audience(event).taken == {}


def test_opened_to_all_those_who_asked_are_still_decided(by: Actor) -> None:
    event = make_event(admission="approval")
    got = sign_up("soukai", person("見本 花子", event))
    with transaction() as session:
        session.execute(update(Event).values(admission="open"))
    sign_up("soukai", person("見本 太郎", event), email="taro@example.com")
    assert states() == ["requested", "confirmed"]
    decide("approve", signup_of(got), by)
    assert states() == ["confirmed", "confirmed"]


def test_the_office_sets_sees_and_decides(office_client: FlaskClient) -> None:
    make_event(kind="briefing")
    enter(office_client)
    office = "/office/events/soukai"
    page = office_client.get(f"{office}/settings")
    given = filled(page)
    given["admission"] = "approval"
    assert office_client.post(f"{office}/settings", data=given).status_code == 303
    page = office_client.get(f"{office}/settings")
    assert filled(page)["admission"] == "approval"
    event = db.session.scalars(select(Event.id)).one()
    db.session.remove()
    got = sign_up("soukai", person("見本 花子", event), person("見本 太郎", event))
    for path in ("/office/", f"{office}/overview"):
        assert "承認を待っている申込み" in office_client.get(path).text, path
    listed = office_client.get(f"{office}/registrations?state=requested").text
    assert "承認待ち" in listed
    assert '<option value="approve">承認する</option>' in listed
    signup = f"/office/signups/{got.registration_id}"
    assert "承認するかどうかを決める" in office_client.get(signup).text
    page = office_client.get(f"{signup}/decide")
    boxes = re.findall(r'name="b" value="(\d+)"', page.text)
    answer = office_client.post(f"{signup}/decide", data={**hidden_of(page), "step": "approve"})
    assert answer.status_code == 422
    assert "1人以上選んでください" in answer.text
    long = {**hidden_of(page), "b": boxes, "step": "approve", "reason": "あ" * 501}
    assert office_client.post(f"{signup}/decide", data=long).status_code == 422
    good = {**hidden_of(page), "b": boxes[:1], "step": "approve"}
    assert office_client.post(f"{signup}/decide", data=good).status_code == 303
    assert states() == ["confirmed", "requested"]
    assert office_client.post(f"{signup}/decide", data=good).status_code == 303
    late = {**good, "b": boxes, "step": "decline", "form_key": "d" * 32}
    assert office_client.post(f"{signup}/decide", data=late).status_code == 409
    page = office_client.get(f"{signup}/decide")
    last = {**hidden_of(page), "b": boxes, "step": "decline"}
    assert office_client.post(f"{signup}/decide", data=last).status_code == 303
    assert states() == ["confirmed", "declined"]
    assert office_client.get(f"{signup}/decide").status_code == 303
    assert "承認を待っている申込み" not in office_client.get("/office/").text
    assert "承認を待っていた人を承認しました" in office_client.get(signup).text


def test_at_the_desk_they_are_known_and_can_be_let_come(office_client: FlaskClient) -> None:
    event = make_event(
        starts_in=timedelta(), closes=timedelta(hours=1), admission="approval", ways=("venue",)
    )
    sign_up("soukai", person("見本 花子", event))
    let_in(office_client, make_pass(event))
    page = office_client.get("/desk/soukai").text
    assert "承認待ち" in page
    assert "承認して来場にする" in page


def test_exports_say_it_in_words(office_client: FlaskClient) -> None:
    event = make_event(admission="approval")
    sign_up("soukai", person("見本 花子", event))
    enter(office_client)
    assert db.session.scalars(select(Registration.id)).all()
    db.session.remove()
    totals = office_client.get("/office/events/soukai/totals").text
    assert "承認待ち" in totals
