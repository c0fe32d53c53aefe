"""今日すること and the overview of a meeting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.base.clock import now
from app.db import Translated, db, transaction
from app.organiser import chart
from app.planning import service
from app.planning.facts import TaskWish
from app.planning.rules import When
from app.registration import attendance
from app.registration.facts import Doorkeeper
from app.registration.lists import overview
from app.registration.models import Booking
from app.reminders import coming, ruling
from tests.conftest import count_queries
from tests.entries import chosen, make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.office import enter, hidden_of, make_account

OVERVIEW = "/office/events/soukai/overview"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def add(event: int, title: str, days: int) -> int:
    """A task that is due so many days from now."""
    due_on = (now() + timedelta(hours=9, days=days)).date()
    wish = TaskWish(title=title, when=When(amount=0), due_on=due_on)
    return service.add_task(event, wish, make_account(f"{title}@example.com"))


def test_what_is_to_be_done_comes_first_and_is_done_by_one_press(office: FlaskClient) -> None:
    event = make_event()
    service.make_plan(event)
    titles = {"遅れた": -2, "今日の": 0, "近い": 6, "遠い": 9}
    ids = {title: add(event, title, days) for title, days in titles.items()}
    page = office.get("/office/").text
    order = [page.find(title) for title in ("遅れた", "今日の", "近い", "日ごとの申し込み")]
    assert order == sorted(order)
    assert (order[0] > 0, "遠い" in page) == (True, False)
    done = f"/office/events/soukai/plan/{ids['今日の']}/done"
    given = {**hidden_of(office.get("/office/")), "step": "done", "back": "today"}
    assert office.post(done, data=given).location == "/office/"
    assert "済んでいないに戻す" in office.get("/office/").text
    sheet = office.get("/office/today").text
    assert [title in sheet for title in titles] == [True, False, True, False]


def test_days_of_sign_ups_are_those_of_the_zone(app: Flask) -> None:
    event = make_event()
    make_signups(event, 3)
    moments = [datetime(2026, 5, 1, 14, 59, tzinfo=UTC), datetime(2026, 5, 1, 15, 0, tzinfo=UTC)]
    with transaction() as session:
        for booking_id, at in zip((1, 2), moments, strict=True):
            wanted = update(Booking).where(Booking.id == booking_id)
            session.execute(wanted.values(created_at=at))
    assert overview.count_by_day({event}, date(2026, 5, 1), 3, "Asia/Tokyo") == [1, 1, 0]
    assert sum(overview.count_by_day(set(), date(2026, 5, 1), chart.DAYS, "Asia/Tokyo")) == 0


def test_who_came_is_told_by_way_and_organisation(app: Flask, office: FlaskClient) -> None:
    event = make_event(starts_in=timedelta(hours=-3))
    make_signups(event, 7)
    make_signups(event, 2, first=7, way="online")
    by = Doorkeeper(account_id=make_account("uketsuke@example.com").account_id)
    for booking_id in list(db.session.scalars(select(Booking.id).order_by(Booking.id)))[:3]:
        attendance.record_in(booking_id, by)
    groups = overview.count_attended(event)
    ways = [(one.way, one.came, one.stayed_away) for one in overview.by_way(groups)]
    assert ways == [("venue", 3, 4), ("online", 0, 2)]
    shown, rest = overview.by_organisation(groups)
    assert sum(one.had_place for one in shown) == 9
    assert rest is None
    page = office.get(OVERVIEW).text
    assert "来なかった" in page
    assert "見本ワーカーズ" in page


def test_nobody_has_stayed_away_while_the_meeting_goes_on(office: FlaskClient) -> None:
    event = make_event(starts_in=timedelta(minutes=-1))
    make_signups(event, 1)
    page = office.get(OVERVIEW).text
    assert "来場の状況" in page
    assert "来なかった" not in page


def test_the_overview_takes_the_same_queries_for_any_number(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    lunch, (yes, _no) = make_question(event, choices=({"code": "yes"}, {"code": "no"}))
    wish, (sign, _other) = make_question(
        event, "several", label=Translated(ja="手話通訳"), is_arrangement=True
    )
    service.make_plan(event)
    sent = []
    for n in range(3):
        answers = (chosen(lunch, yes), chosen(wish, sign))
        sign_up("soukai", person(f"例 {n}", event, answers=answers), email=f"m{n}@example.com")
        make_signups(event, 4, first=4 * n)
        with count_queries(app) as queries:
            page = office.get(OVERVIEW).text
        sent.append(len(queries))
    assert len(set(sent)) == 1
    assert sent[0] <= 26
    for told in ("まだ未対応の手配のご希望", "昼食", "15", "表で見る", 'role="img"'):
        assert told in page
    assert "手話通訳" not in page


def test_what_goes_next_is_told_at_each_meeting_it_is_for(app: Flask) -> None:
    series = make_series()
    first = make_event("a", series_id=series)
    second = make_event("b", series_id=series)
    later = make_event("c", series_id=series, starts_in=timedelta(days=60))
    ruling.give_first_rules()
    at_once = {one.event_id for one in coming.list_next(now()) if one.timing}
    assert at_once == {first, later}  # what goes to both at one time is told once
    for one in (second, later):
        assert {letter.event_id for letter in coming.list_next(now(), {one})} == {one}


def test_what_goes_next_is_read_by_four_queries(app: Flask) -> None:
    first = make_event("a")
    ruling.give_first_rules()
    with count_queries(app) as few:
        found = coming.list_next(now())
    assert [(one.event_id, one.seen) for one in found] == [(first, False)] * 2
    make_event("b", starts_in=timedelta(days=30))
    ruling.give_first_rules()
    with count_queries(app) as many:
        assert len(coming.list_next(now())) == 4
    assert len(few) == len(many) == 4
    assert len(coming.list_next(now(), {first})) == 2
