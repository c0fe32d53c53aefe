"""Nothing sent to the day's form or a personal page gives a 500, and nothing half is stored."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db, transaction
from app.events.models import Event, EventQuestion
from app.registration.models import Booking, Registration
from tests.conftest import browser
from tests.entries import make_question
from tests.factories import make_event, make_series
from tests.integration.registration.test_day_form import HANAKO, complete, form, personal
from tests.pages import errors, filled, press

MORNING = "/events/morning/register/check"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=50)
    afternoon = make_event(
        "afternoon", series_id=series, venue=50, starts_in=timedelta(days=40, hours=4)
    )
    return morning, afternoon


def stored() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_people_without_a_name_are_told_one_by_one(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    answer = press(client, form(client), "complete", {"people": "3", "email": "m@example.com"})
    assert answer.status_code == 422
    assert [one for one in errors(answer) if "氏名" in one] == [
        f"{n}人目の氏名を入力してください" for n in (1, 2, 3)
    ]
    assert stored() == 0


def test_more_people_than_allowed_are_told_the_limit(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    people = {
        f"p{n}-{field}": f"見本{'あいうえおかきくけこさ'[n]}" if field == "name" else "みほん"
        for n in range(11)
        for field in ("name", "reading")
    }
    answer = press(client, form(client), "complete", {**HANAKO, **people, "people": "11"})
    assert answer.status_code == 422
    assert "10人まで" in errors(answer)[0]
    assert filled(answer)["people"] == "10"
    assert "11人目を追加" not in answer.text
    assert stored() == 0


@pytest.mark.parametrize(
    "count", ["-1", "0", "", "1.5", "99999999999999999999", "二", "１", "NaN", "\x00", "1" * 5000]
)
def test_a_number_of_people_that_is_none(
    client: FlaskClient, day: tuple[int, int], count: str
) -> None:
    for step in ("check", "add", "remove:0", "differ"):
        answer = press(client, form(client), step, {**HANAKO, "people": count})
        assert answer.status_code in {200, 422}
        assert filled(answer)["people"] in {"1", "2"}


@pytest.mark.parametrize(
    "step", ["remove:", "remove:-1", "remove:9", "remove:x", "remove:²", "remove:" + "9" * 99]
)
def test_removing_somebody_who_is_not_there(
    client: FlaskClient, day: tuple[int, int], step: str
) -> None:
    answer = press(client, form(client), step, HANAKO)
    assert (answer.status_code, filled(answer)["p0-name"]) == (200, "見本 花子")


def test_what_was_never_asked_is_passed_over(client: FlaskClient, day: tuple[int, int]) -> None:
    other = make_event("elsewhere", venue=50)
    foreign, (choice, _other) = make_question(other)
    extra = {
        f"p0-way-{other}": "venue",
        "p0-way-999999": "venue",
        f"p0-q{foreign}": choice,
        f"q{foreign}": choice,
        "p0-id": "1",
        "p7-name": "見本 七子",
        "registration_id": "1",
    }
    complete(client, press(client, form(client), "check", {**HANAKO, **extra}))
    db.session.remove()
    assert set(db.session.scalars(select(Booking.event_id))) == set(day)


def test_a_question_taken_away_while_the_form_was_open(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    question, (choice, _other) = make_question(day[0], required=True)
    check = press(client, form(client), "check", {**HANAKO, f"p0-q{question}": choice})
    with transaction() as session:
        session.get_one(EventQuestion, question).removed_at = session.get_one(
            Event, day[0]
        ).opens_at
    complete(client, check)


def test_a_meeting_called_off_while_the_form_was_open(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page, check = form(client), press(client, form(client), "check", HANAKO)
    with transaction() as session:
        session.get_one(Event, day[1]).state = "cancelled"
    for answer in (press(client, page, "check", HANAKO), press(client, check, "complete")):
        assert answer.status_code == 409
        assert "中止" in answer.text
        assert filled(answer)["p0-name"] == "見本 花子"
        assert stored() == 0
    complete(client, press(client, answer, "check"))
    db.session.remove()
    assert db.session.scalars(select(Booking.event_id)).all() == [day[0]]


@pytest.mark.parametrize("version", ["", "0", "-1", "2", "x", "9" * 30, "１"])
def test_a_change_with_a_version_that_is_not_there(
    client: FlaskClient, day: tuple[int, int], version: str
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    page = client.get(f"{link}/change")
    for step in ("check", "complete"):
        answer = press(client, page, step, {"version": version, "p0-name": "例 一"})
        assert answer.status_code == 409
        assert "例 一" in answer.text
    db.session.remove()
    assert db.session.scalars(select(Registration.version)).one() == 1


def test_people_and_bookings_of_another_sign_up_are_out_of_reach(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    complete(client, press(client, form(client), "check", {**HANAKO, "p0-name": "例 一"}))
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    db.session.remove()
    foreign = db.session.scalars(select(Booking.id).order_by(Booking.id)).first()
    ask = press(client, client.get(f"{link}/cancel"), "ask", {"booking": [str(foreign)]})
    assert ask.status_code == 422
    own = press(client, client.get(f"{link}/cancel"), "ask", {"all": "1"})
    assert press(client, own, "cancel", {"booking": [str(foreign)]}).status_code == 303
    db.session.remove()
    assert set(db.session.scalars(select(Booking.state))) == {"confirmed"}


@pytest.mark.parametrize("token", ["", "x", "a" * 64])
def test_acts_without_a_good_token_ask_again(
    client: FlaskClient, day: tuple[int, int], token: str
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    check = press(client, client.get(f"{link}/change"), "check", {"p0-role": "理事"})
    assert press(client, check, "complete", {"token": token}).status_code == 422
    ask = press(client, client.get(f"{link}/cancel"), "ask", {"all": "1"})
    assert press(client, ask, "cancel", {"token": token}).status_code == 200
    late = {"step": "cancel", "token": token}
    assert client.post(f"{link}/cancel", data=late).status_code == 422, "nothing was chosen"
    db.session.remove()
    assert set(db.session.scalars(select(Booking.state))) == {"confirmed"}
    press(client, ask, "cancel")
    gone = client.post(f"{link}/cancel", data={**late, "all": "1"})
    assert gone.status_code == 303, "there is nothing left to cancel"


@pytest.mark.parametrize("path", ["/r/{0}x", "/r/x{0}", "/another/{0}", "/r/{0}/nothing"])
def test_links_that_were_tampered_with(
    client: FlaskClient, day: tuple[int, int], path: str
) -> None:
    link = personal(complete(client, press(client, form(client), "check", HANAKO)))
    address = path.format(link.removeprefix("/r/"))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in {404, 405}


NAMES = st.one_of(
    st.sampled_from(
        (
            *("people", "differ", "absent", "contact_name", "email", "telephone", "note", "seen"),
            *("shown", "version", "email_kept", "fix_email", "booking", "all", "p0-id", "p0-same"),
            *("p0-name", "p0-reading", "p1-name", "p1-reading", "p0-way-1", "p0-way-2", "p1-way-1"),
            *("p0-q1", "p0-q2", "p1-q1", "q1", "q2", "p99-name", "p-1-name", "p0-"),
        )
    ),
    st.text(max_size=12),
)
VALUES = st.one_of(
    st.sampled_from(
        ("", "1", "2", "10", "11", "-1", "0", "venue", "online", "none", "1:1,0:x,:", "見本 花子")
    ),
    st.text(max_size=30),
)
STEPS = st.one_of(
    st.sampled_from(("check", "complete", "edit", "add", "differ", "remove:0", "remove:1", "ask")),
    st.sampled_from(("cancel", "edit:p0-way-1", "edit:nothing", "remove:99999999999")),
    st.text(max_size=12),
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pairs=st.lists(st.tuples(NAMES, VALUES), max_size=25), step=STEPS)
def test_no_body_of_a_form_is_a_fault(
    app: Flask, day: tuple[int, int], pairs: list[tuple[str, str]], step: str
) -> None:
    client = browser(app, use_cookies=False)
    if not db.session.scalar(select(func.count()).select_from(EventQuestion)):
        make_question(day[0], "several")
        make_question(day[0], "number", asked="signup", choices=())
        done = complete(client, press(client, form(client), "check", {**HANAKO, "q2": "3"}))
        app.extensions["link of the test"] = personal(done)
    db.session.remove()
    link = app.extensions["link of the test"]
    for page in ("/events/morning/register", f"{link}/change", f"{link}/cancel"):
        shown = client.get(page)
        if shown.status_code == 303:
            continue
        action = re.search(r'method="post" action="([^"]+)"', shown.text)
        assert action
        values = filled(shown)
        for name, value in pairs:
            values[name] = value
        answer = client.post(action[1], data={**values.to_dict(flat=False), "step": step})
        assert answer.status_code in {200, 303, 409, 422}, answer.status_code
