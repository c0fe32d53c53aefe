"""The office's meetings: made, published, taken back, closed, archived, deleted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from app.auth.models import Account, account_meetings
from app.base.clock import now
from app.db import Base, Translated, db, transaction
from app.events.models import Event, EventNotice, EventQuestion, Series
from app.events.queries import get_meeting
from app.interest.models import Interest
from app.meetings import states
from app.planning.models import Plan, PlanTask
from app.reminders.models import ReminderRule
from tests.conftest import browser, count_queries
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of, make_account, send
from tests.pages import filled

NEW = "/office/meetings/new"
GIVEN = {"kind": "assembly", "title": "第1回 見本の総会"}


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def event_of(slug: str) -> Event:
    db.session.remove()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def act(office: FlaskClient, slug: str, what: str, **values: str) -> str:
    """Press a button of the meeting's page and give the page that follows."""
    path = f"/office/events/{slug}"
    given = {**hidden_of(office.get(path)), **values}
    answer = office.post(f"{path}/{what}", data=given, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_a_draft_is_made_once_and_seen_by_nobody_else(app: Flask, office: FlaskClient) -> None:
    given = {**GIVEN, "day": "2027-06-22", "start": "10:30", "end": "12:30"}
    for _press in range(2):
        answer = send(office, NEW, **given)
        assert answer.location == "/office/events/assembly-2027-06-22"
    made = event_of("assembly-2027-06-22")
    assert (made.state, made.title.ja, made.series.is_sample) == ("draft", GIVEN["title"], False)
    assert [way.way for way in made.ways] == ["venue"]
    assert actions(app).count("event.made") == 1
    assert actions(app).count("plan.made") == 1
    assert "まだ段取りがありません" not in office.get(f"/office/events/{made.slug}/plan").text
    page = office.get("/office/events/assembly-2027-06-22").text
    assert "会場が書いてありません" in page
    assert "この会合を公開する" not in page
    assert "会場が書いてありません" in act(office, made.slug, "publish")
    assert browser(app, use_cookies=False).get("/events/assembly-2027-06-22").status_code == 404
    assert GIVEN["title"] not in browser(app, use_cookies=False).get("/").text
    assert GIVEN["title"] in office.get("/office/meetings?state=draft").text


def test_a_further_meeting_of_a_day_begins_with_its_place(office: FlaskClient) -> None:
    series = make_series()
    first = make_event("asa", series_id=series, closes=timedelta(days=30))
    day = {"series": str(series), "start": "23:00", "end": "23:30"}
    answer = send(office, NEW, kind="founding", title="見本の創立総会", slug="Ｈiru", **day)
    assert answer.status_code == 303
    made = event_of("hiru")
    assert (made.series_id, made.position) == (series, 1)
    assert made.venue_name.ja == "見本会館 3階"
    assert made.closes_at == db.session.get_one(Event, first).closes_at
    other = send(office, NEW, **GIVEN, **day, day="2031-06-22")
    assert other.status_code == 422
    assert "この会合だけで申し込みを受ける" in other.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"title": ""}, "題名を入力"),
        ({"kind": "party"}, "エラー"),
        ({"day": "2027-06-22"}, "始まりの時刻を入力"),
        ({"slug": "soukai"}, "soukai-2"),
    ],
)
def test_what_cannot_be_is_told(office: FlaskClient, given: dict[str, str], told: str) -> None:
    make_event("soukai")
    answer = send(office, NEW, **{**GIVEN, **given})
    assert answer.status_code == 422
    assert told in answer.text
    assert db.session.scalar(select(func.count(Event.id))) == 1


def test_an_address_that_cannot_be_is_refused_and_kept(office: FlaskClient) -> None:
    answer = send(office, NEW, **GIVEN, slug="日本語")
    assert answer.status_code == 422
    assert "半角の英字" in answer.text
    assert 'value="日本語"' in answer.text


def test_a_new_series_gets_a_letter_that_nobody_outside_the_archive_uses(
    office: FlaskClient,
) -> None:
    make_event("used", series_id=make_series("used", letter="B"))
    away = make_event("away", series_id=make_series("away", letter="C"), starts_in=-timedelta(9))
    states.archive(away, make_account("x@example.com"), away=True)
    make_event("last", series_id=make_series("last", letter="A"))
    slug = send(office, NEW, **GIVEN).location.rpartition("/")[2]
    assert event_of(slug).series.number_letter == "C"


def test_published_seen_taken_back_and_deleted(app: Flask, office: FlaskClient) -> None:
    event = make_event("soukai", state="draft")
    make_question(event)
    with transaction() as session:
        session.add(EventNotice(event_id=event, kind="changed", created_at=now()))
        session.add(Plan(event_id=event, law="own", created_at=now()))
        session.add(PlanTask(event_id=event, amount=7, created_at=now()))
        somebody = session.scalars(select(Account.id)).first()
        limited = {"account_id": somebody, "event_id": event}
        session.execute(insert(account_meetings).values(limited))
        rule = {"series_id": 1, "unit": "days", "amount": 7, "created_at": now(), "timed_at": now()}
        session.add(ReminderRule(**rule))
    preview = office.get("/office/events/soukai/preview")
    assert "公開すると、このように見えます" in preview.text
    assert 'href="#preview"' not in preview.text
    assert 'href="/office/events/soukai/preview/form"' in preview.text
    assert "公開しました" in act(office, "soukai", "publish")
    assert browser(app, use_cookies=False).get("/events/soukai").status_code == 200
    assert "下書きに戻しました" in act(office, "soukai", "withdraw")
    assert browser(app, use_cookies=False).get("/events/soukai").status_code == 404
    assert send(office, "/office/events/soukai/delete").status_code == 303
    for model in (Event, EventQuestion, Series, ReminderRule):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert actions(app)[-3:] == ["event.published", "event.withdrawn", "event.deleted"]
    again = office.post("/office/events/soukai/delete", data=hidden_of(office.get(NEW)))
    assert again.status_code == 303


@pytest.mark.parametrize("more", [{}, {"opens": None}, {"starts_in": None}])
def test_the_form_of_a_draft_is_seen_with_its_questions_and_sends_nothing(
    office: FlaskClient, more: dict[str, None]
) -> None:
    event = make_event(state="draft", **more)  # type: ignore[arg-type]
    make_question(event)
    page = office.get("/office/events/soukai/preview/form")
    assert "昼食" in page.text
    assert "公開すると、このように見えます" in page.text
    assert 'href="/office/events/soukai/preview"' in page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert office.get("/events/soukai/register").status_code == 404
    assert office.post("/office/events/soukai/preview/form").status_code == 405


def test_the_form_of_a_draft_shows_no_other_draft(office: FlaskClient) -> None:
    series = make_series("day")
    for slug, state in (("a", "draft"), ("b", "draft"), ("c", "published")):
        title = Translated(ja=f"会{slug}")
        make_question(make_event(slug, series_id=series, state=state, title=title))
    page = office.get("/office/events/a/preview/form").text
    assert ("会a" in page, "会b" in page, "会c" in page) == (True, False, True)
    make_event("free", state="draft", kind="walk_in")
    assert office.get("/office/events/free/preview/form").status_code == 404
    assert "/preview/form" not in office.get("/office/events/free/preview").text


DELETED = {"account_meeting", "campaign", "count_order", "event", "event_choice", "event_file"}
DELETED |= {"event_notice", "event_question", "event_session", "event_way", "letter_text", "plan"}
DELETED |= {"plan_task", "printed_label", "reminder_rule", "import_run", "privacy_notice"}
DELETED |= {"retention_run"}
OF_PEOPLE = {"answer", "arrangement", "booking", "count_order_person", "interest", "registration"}
OF_PEOPLE |= {"bulk_act", "erased_answer", "reception_pass", "recipient_list", "invitation"}


def test_whatever_hangs_on_a_meeting_goes_with_a_draft_or_keeps_it() -> None:
    prepared = {"event", "event_question", "event_choice", "series"}
    hanging = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in prepared
    }
    assert hanging == DELETED | OF_PEOPLE, "app.meetings.states.delete_draft() has to know it"


def test_what_people_are_in_stays(office: FlaskClient) -> None:
    make_signups(make_event("soukai"), 1, state="cancelled")
    undated = make_event("mitei", starts_in=None)
    with transaction() as session:
        values = {"name": "見本", "email": "mihon@example.com", "email_key": "m", "state": "asked"}
        session.add(Interest(event_id=undated, created_at=now(), **values))
    for slug in ("soukai", "mitei"):
        assert "ページは残ります" in act(office, slug, "withdraw")
        assert "下書きだけです" in act(office, slug, "delete")
        assert event_of(slug).state == "published"
        assert office.get(f"/office/events/{slug}/delete").status_code == 303


def test_closing_leaves_everybody_their_time_for_changes(app: Flask, office: FlaskClient) -> None:
    make_event("soukai", closes=timedelta(days=30))
    until = event_of("soukai").closes_at
    assert "受付を終えました" in act(office, "soukai", "close")
    assert "受付中ではない" not in act(office, "soukai", "close"), "pressed twice, said twice"
    closed = event_of("soukai")
    assert closed.closes_at == until, "the time that was set is kept"
    assert closed.closed_at is not None
    assert closed.closed_at <= now()
    assert closed.change_until is None, "changes go on until the time that was set"
    assert (
        "/events/soukai/register" not in browser(app, use_cookies=False).get("/events/soukai").text
    )
    assert actions(app).count("event.closed") == 1


def test_what_was_closed_by_hand_is_opened_again(app: Flask, office: FlaskClient) -> None:
    make_event("soukai", closes=timedelta(days=30))
    until = event_of("soukai").closes_at
    act(office, "soukai", "close")
    assert "/office/events/soukai/reopen" in office.get("/office/events/soukai").text
    assert "受付を終えました。" in office.get("/office/events/soukai/settings").text
    for _twice in range(2):
        assert "もう一度受け付けています" in act(office, "soukai", "reopen")
    opened = event_of("soukai")
    assert (opened.closes_at, opened.closed_at) == (until, None)
    assert actions(app).count("event.reopened") == 1
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.slug == "soukai")).one()
        event.closed_at, event.closes_at = now(), now() - timedelta(minutes=1)
    assert "締め切りの日時を過ぎています" in act(office, "soukai", "reopen")
    assert event_of("soukai").closed_at is not None


def test_another_closing_time_opens_what_was_closed_by_hand(office: FlaskClient) -> None:
    make_event("soukai", closes=timedelta(days=30))
    act(office, "soukai", "close")
    path = "/office/events/soukai/settings"
    shown = filled(office.get(path))
    assert office.post(path, data={**shown, "venue_name": "例会館"}).status_code == 303
    assert event_of("soukai").closed_at is not None
    shown = filled(office.get(path))
    assert office.post(path, data={**shown, "closes_at": ""}).status_code == 303
    assert event_of("soukai").closed_at is None


def test_a_page_taken_back_forgets_that_sign_up_was_closed(office: FlaskClient) -> None:
    make_event("soukai")
    act(office, "soukai", "close")
    act(office, "soukai", "withdraw")
    assert event_of("soukai").closed_at is None


def test_the_page_of_a_closed_meeting_leads_to_opening_it_again(office: FlaskClient) -> None:
    make_event("soukai")
    way = 'href="/office/events/soukai/settings#closes_at"'
    assert way not in office.get("/office/events/soukai").text
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.slug == "soukai")).one()
        event.closes_at = now() - timedelta(minutes=1)
    page = office.get("/office/events/soukai").text
    assert (way in page, "もう一度受け付ける" in page) == (True, True)
    assert 'id="closes_at"' in office.get("/office/events/soukai/settings").text


def test_the_archive_is_in_no_list_and_keeps_its_page(app: Flask, office: FlaskClient) -> None:
    make_event("owari", starts_in=timedelta(days=-9), title=Translated(ja="終わった会合"))
    make_event("soukai")
    assert "保管しました" in act(office, "owari", "archive", away="1")
    assert "保管できるのは" in act(office, "soukai", "archive", away="1")
    visitor = browser(app, use_cookies=False)
    for path in ("/", "/events.ics", "/sitemap.xml"):
        told = visitor.get(path).text
        assert "終わった会合" not in told
        assert "owari" not in told
    assert visitor.get("/events/owari").status_code == 200
    assert "終わった会合" not in office.get("/office/").text
    assert "終わった会合" not in office.get("/office/meetings").text
    assert "終わった会合" in office.get("/office/meetings?state=archived").text
    act(office, "owari", "archive", away="0")
    assert "終わった会合" in visitor.get("/").text


def test_lists_take_as_many_queries_for_many_meetings(app: Flask, office: FlaskClient) -> None:
    def queries(path: str) -> int:
        with count_queries(app) as sent:
            assert office.get(path).status_code == 200
        return len(sent)

    make_event("a", state="draft")
    paths = ("/office/meetings", "/office/events/a", "/office/events/a/copy")
    before = [queries(path) for path in paths]
    for n in range(5):
        make_event(f"b{n}", series_id=1)
    assert [queries(path) for path in paths] == before


def test_what_is_for_those_invited_is_closed_and_opened_by_hand_too(app: Flask) -> None:
    by, event = make_account(), make_event("soukai", admission="invited")
    for act, status in ((None, "invited"), (states.close_sign_up, "closed")):
        if act:
            act(event, by)
        db.session.remove()
        assert get_meeting("soukai", "ja", now()).status == status
    states.reopen_sign_up(event, by)
    db.session.remove()
    assert get_meeting("soukai", "ja", now()).status == "invited"


def test_what_is_called_off_is_neither_closed_nor_published(app: Flask) -> None:
    by = make_account()
    event = make_event("soukai", state="cancelled")
    for do in (states.publish, states.withdraw, states.close_sign_up, states.delete_draft):
        with pytest.raises(states.NotNow):
            do(event, by)


def test_the_guide_names_the_pages_of_a_draft_as_its_page_does(
    app: Flask, office: FlaskClient
) -> None:
    make_event("draft", state="draft")
    page = office.get("/office/events/draft").text
    guide = Path(__file__).resolve().parents[3] / "docs/office/1-open.md"
    named = re.findall("(?m)^- 「([^」]+)」", guide.read_text(encoding="utf-8"))
    assert len(named) == 4
    for word in named:
        assert re.search(f'<a class="link" href="[^"]+">{word}</a>', page), word
