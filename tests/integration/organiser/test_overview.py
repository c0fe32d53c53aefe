"""今日すること and the overview of a meeting."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.db import Translated, db, transaction
from app.mail.models import OutboxLetter
from app.organiser import chart
from app.planning import service
from app.planning.facts import TaskWish
from app.planning.rules import When
from app.registration import attendance
from app.registration.facts import Doorkeeper
from app.registration.lists import overview
from app.registration.models import Booking
from app.registration.orders import service as orders
from app.registration.orders import wishes
from app.registration.orders.facts import ArrangementLine, ArrangementWish
from app.reminders import coming, ruling
from tests.conftest import count_queries
from tests.entries import (
    as_entry,
    cancel,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
)
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
    page = office.get("/office/").text
    assert "済んでいないに戻す" in page
    assert page.index("近い") < page.index("今日済ませたこと") < page.index("今日の</a>")
    sheet = office.get("/office/today").text
    assert [title in sheet for title in titles] == [True, False, True, False]


def test_the_sheet_lists_what_the_first_page_lists(app: Flask, office: FlaskClient) -> None:
    event = make_event(admission="approval")
    nothing = "することはありません"
    for address in ("/office/", "/office/today"):
        assert nothing in office.get(address).text
    make_signups(event, 2, state="requested")
    (failing, calling) = make_signups(event, 2, first=2)
    make_question(event, "several", label=Translated(ja="手話通訳"), is_arrangement=True)
    values = {"purpose": "x", "subject": "x", "body": "x", "invites": []}
    with transaction() as session:
        for one, state in ((failing, "failed"), (calling, "by_hand")):
            values |= {"registration_id": one, "key": state, "state": state}
            session.add(OutboxLetter(created_at=now(), due_at=now(), **values))
    for address in ("/office/", "/office/today"):
        page = office.get(address).text
        for told in ("承認を待っている申込み", "送れなかった手紙", "電話・郵送で連絡する人"):
            assert told in page, (address, told)
        assert nothing not in page, address
    assert "承認を待っている申込み 2人" in office.get("/office/today").text
    with count_queries(app) as few:
        office.get("/office/today")
    make_signups(make_event("b", admission="approval"), 3, first=4, state="requested")
    with count_queries(app) as many:
        assert office.get("/office/today").text.count("承認を待っている申込み") == 2
    assert len(few) == len(many)


def test_sign_ups_of_several_meetings_are_counted_at_each(office: FlaskClient) -> None:
    series = make_series()
    first = make_event(series_id=series)
    make_event("b", series_id=series)
    made = make_signups(first, 2)
    page = office.get("/office/").text
    assert f"のべ{len(made)}人(会合ごとに数えています)" in page
    assert "この4週間の申し込みは 2人" in office.get(OVERVIEW).text


def wish_for(slug: str, event: int, question: int, choice: int, name: str) -> ArrangementLine:
    """Somebody signs up with a wish."""
    one = person(name, event, answers=(chosen(question, choice),))
    number = sign_up(slug, one, email="mihon@example.com").number
    db.session.remove()
    return next(line for line in wishes.list_lines(event, "ja") if line.number == number)


def arrange(event: int, line: ArrangementLine, state: str, days: int | None = None) -> None:
    """Note its state, and a deadline so many days from now."""
    due_on = None if days is None else (now() + timedelta(hours=9, days=days)).date()
    by = Actor(account_id=db.session.scalars(select(Account.id)).first() or 0, email="", name="")
    noted = ArrangementWish(state=state, due_on=due_on, supplier="見本派遣")
    orders.arrange(event, line.key, noted, line.seen, by)


def test_deadlines_of_arrangements_stand_among_what_is_to_be_done(
    app: Flask, office: FlaskClient
) -> None:
    event, over = make_event(), make_event("owari", starts_in=timedelta(days=-1))
    made = {
        one: make_question(one, "several", label=Translated(ja="手話通訳"), is_arrangement=True)
        for one in (event, over)
    }
    question, (sign, _other) = made[event]
    states = {"遅れ": ("asked", -2), "今日": ("open", 0), "近い": ("asked", 7), "遠い": ("open", 8)}
    states |= {"済み": ("arranged", 0), "期限なし": ("asked", None)}  # type: ignore[dict-item]
    found = {name: wish_for("soukai", event, question, sign, f"例 {name}") for name in states}
    for name, (state, days) in states.items():
        arrange(event, found[name], state, days)
    titles = ("手配のご希望 1件", "依頼中", "期日を過ぎた")
    page = office.get("/office/").text
    for told in titles:
        assert told in page
    for name, line in found.items():
        address = "/office/events/soukai/arrangements/{}/{}/{}/{}".format(*line.key)
        shown = name in {"遅れ", "今日", "近い"}
        assert (address in page) == shown, name
        assert (address in office.get(OVERVIEW).text) == shown, name
        assert f"例 {name}" not in page
    assert "手話通訳" not in page
    assert "見本派遣" not in page
    sheet = office.get("/office/today").text
    assert sheet.count("手配のご希望 1件") == 3
    cancel(signup_of(found["近い"].key[0]))
    assert office.get("/office/today").text.count("手配のご希望 1件") == 2
    arrange(event, wish_for("soukai", event, question, sign, "例 二"), "asked", -2)
    page = office.get("/office/").text  # several of a day and a state are one line
    assert "手配のご希望 2件" in page
    assert 'href="/office/events/soukai/arrangements"' in page


def test_what_was_changed_or_withdrawn_is_to_be_done_until_it_is_seen_to(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event()
    question, (sign, captions) = make_question(
        event, "one", label=Translated(ja="手話通訳"), is_arrangement=True
    )
    first, second, third = (
        wish_for("soukai", event, question, sign, name) for name in ("例 一", "例 二", "例 三")
    )
    arrange(event, first, "arranged")
    arrange(event, second, "asked")
    page = office.get("/office/").text
    assert "あとで変わった" not in page
    before = signup_of(first.key[0])
    entry = as_entry(before)
    other = replace(entry.people[0], answers=(chosen(question, captions),))
    change(before, replace(entry, people=(other,)))
    cancel(signup_of(second.key[0]))
    cancel(signup_of(third.key[0]))  # nobody had begun with it
    for address in ("/office/", OVERVIEW, "/office/today"):
        page = office.get(address).text
        assert "あとで変わった手配のご希望 1件" in page
        assert "要らなくなった手配 1件" in page
        assert page.index("要らなくなった手配") > 0
        assert "なるべく早く" in page
    for line in wishes.list_lines(event, "ja"):
        arrange(event, line, "open" if line.gone else "arranged")
    page = office.get("/office/").text
    assert "あとで変わった手配" not in page
    assert "要らなくなった手配" not in page


def test_wishes_to_see_to_are_those_of_meetings_that_the_reader_may_see(app: Flask) -> None:
    event, other = make_event(), make_event("b")
    make_account()
    for slug, one in (("soukai", event), ("b", other)):
        question, (sign, _captions) = make_question(one, "several", is_arrangement=True)
        arrange(one, wish_for(slug, one, question, sign, "見本 花子"), "asked", 0)
        line = wish_for(slug, one, question, sign, "例 太郎")
        arrange(one, line, "arranged")
        cancel(signup_of(line.key[0]))
    until = (now() + timedelta(days=1)).date()
    for mine, slugs in ((None, {"soukai", "b"}), ({other}, {"b"}), (set(), set())):
        with count_queries(app) as queries:
            due = wishes.list_due(until, now(), "ja", mine)
            unseen = wishes.list_unseen(now(), "ja", mine)
        assert len(queries) == 2
        assert {one.slug for one in due} == {one.slug for one in unseen} == slugs


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
    assert ways == [("venue", 3, 4), ("online", 0, 0)]
    shown, rest = overview.by_organisation(groups)
    assert sum(one.had_place for one in shown) == 7
    assert sum(one.stayed_away for one in shown) == 4
    assert rest is None
    page = office.get(OVERVIEW).text
    assert "オンライン 2人(来場の記録なし)" in page
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


def test_received_are_those_with_a_place_alone(office: FlaskClient) -> None:
    event = make_event(venue=3)
    make_signups(event, 3)
    make_signups(event, 2, first=3, state="waiting")
    page = office.get(OVERVIEW).text
    tiles = dict(re.findall(r"<dt>([^<]+)</dt><dd><b>(\d+)</b>", page))
    assert (tiles["受付済み"], tiles["キャンセル待ち"]) == ("3", "2")


@pytest.mark.parametrize(
    ("number", "lang", "words"), [(1, "en", "1 person"), (2, "en", "2 people"), (1, "ja", "1人")]
)
def test_one_is_one_person_in_english(
    office: FlaskClient, number: int, lang: str, words: str
) -> None:
    event = make_event(venue=number + 1)
    make_signups(event, number)
    page = re.sub(r"<[^>]+>", "", office.get(f"{OVERVIEW}?lang={lang}").text)
    assert words in page
    if lang == "en":
        assert "1 people" not in page
        assert "1 place left" in page
