"""Nobody is left without a way on: what is used up, cancelled, or was called off meanwhile."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event, EventQuestion, EventSession
from app.registration import links
from app.registration.facts import Receipt
from app.registration.models import Answer
from tests import entries
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups
from tests.pages import errors, press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
DROPPED = "すべてなくなったため、お答えいただかなくてかまいません"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, title=Translated(ja="定期総会"))
    title, later = Translated(ja="創立総会"), timedelta(days=40, hours=4)
    return morning, make_event("afternoon", series_id=series, starts_in=later, title=title)


def personal(got: Receipt) -> str:
    db.session.remove()
    return f"/r/{links.manage_token(got.registration_id, got.link_version)}"


def set_events(**values: object) -> None:
    with transaction() as session:
        session.execute(update(Event).values(**values))


def take(day: tuple[int, int], question: int, choice: int) -> None:
    """Somebody else gets the last of a choice."""
    taker = entries.person("例 一", day[0], answers=(entries.chosen(question, choice),))
    entries.sign_up("morning", taker, email="rei@example.com")
    db.session.remove()


@pytest.mark.parametrize("kind", ["one", "several"])
def test_a_needed_answer_that_is_used_up_is_dropped(
    client: FlaskClient, day: tuple[int, int], kind: str
) -> None:
    question, (only,) = make_question(day[0], kind, required=True, choices=({"places": 1},))
    page = client.get("/events/morning/register")
    legend = re.search(r"<legend>[^<]*昼食(.*?)</legend>", page.text)
    assert legend
    assert "必須" in legend[1]
    chosen = press(client, page, "check", {**HANAKO, f"p0-q{question}": only})
    take(day, question, only)
    refused = press(client, chosen, "complete")
    assert refused.status_code == 409
    assert "お答えのないまま進めます" in refused.text
    assert f"{DROPPED}。このまま進めます。" in refused.text
    assert "03-0000-0000" in refused.text.partition(DROPPED)[2].partition("</p>")[0]
    legend = re.search(r"<legend>[^<]*昼食(.*?)</legend>", refused.text)
    assert legend
    assert legend[1] == ""
    check = press(client, refused, "check")
    assert check.status_code == 200, errors(check)
    assert press(client, check, "complete").status_code == 303


def test_what_was_wholly_cancelled_can_be_signed_up_for_again(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = entries.sign_up("morning", entries.person("見本 花子", *day))
    again = 'href="/events/morning/register"'
    pages = [personal(got), f"{personal(got)}/coming"]
    pages.append(f"/events/morning/done/{links.done_token(got.registration_id, got.link_version)}")
    assert not any(again in client.get(page).text for page in pages)
    entries.cancel(entries.signup_of(got))
    db.session.remove()
    assert all(again in client.get(page).text for page in pages)
    set_events(closes_at=now() - timedelta(hours=1))
    for page in pages:
        text = client.get(page).text
        assert again not in text
        assert "もう一度お申し込み" not in text
        assert "やはり参加される場合は、お電話ください" in text


def meanwhile(client: FlaskClient, got: Receipt, **changed: object) -> TestResponse:
    """The form for changing, sent after somebody else changed the sign-up."""
    page = client.get(f"{personal(got)}/change")
    signup = entries.signup_of(got)
    entries.change(signup, entries.as_entry(signup, telephone="0300000000"))
    set_events_of("afternoon", **changed)
    db.session.remove()
    answer = press(client, page, "check", {"note": "x"})
    assert answer.status_code == 409
    return answer


def set_events_of(slug: str, **values: object) -> None:
    if values:
        with transaction() as session:
            session.execute(update(Event).where(Event.slug == slug).values(**values))


def test_what_changed_meanwhile_names_only_what_there_is(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = entries.sign_up("morning", entries.person("見本 花子", day[0]))
    there = meanwhile(client, got).text.partition("いまの内容")[2].partition("<form")[0]
    assert "定期総会" in there
    assert "創立総会" not in there
    other = entries.sign_up("morning", entries.person("例 一", day[0]), email="rei@example.com")
    there = meanwhile(client, other, state="cancelled").text.partition("<form")[0]
    assert re.search(r"創立総会</h3>\s*<p class=\"how\"><span[^>]*>中止", there)


def test_after_promotion_no_page_promises_a_place_and_nobody_joins_the_queue(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    make_signups(day[0], 50)
    got = entries.sign_up("morning", entries.person("見本 花子", day[0]))
    done = f"/events/morning/done/{links.done_token(got.registration_id, got.link_version)}"
    pages = [personal(got), done, f"{personal(got)}/coming"]
    assert all("キャンセル待ち" in client.get(page).text for page in pages)
    form = client.get("/events/morning/register")
    assert "選ぶとキャンセル待ち" in form.text
    set_events_of("morning", promotion_until=now() - timedelta(minutes=1))
    for page in pages:
        text = client.get(page).text.partition("<main")[2].partition("これまでの記録")[0]
        assert "期限までにお席があきませんでした" in text
        assert "03-0000-0000" in text
        assert not re.search("キャンセル待ち|席があきしだい", text)
    assert "選ぶとキャンセル待ち" not in client.get("/events/morning/register").text
    late = {**HANAKO, f"p0-way-{day[0]}": "venue", f"p0-way-{day[1]}": "none"}
    refused = press(client, form, "check", {**late, "p0-name": "例 一"})
    assert refused.status_code == 409
    change = client.get(f"{personal(got)}/change")
    check = press(client, change, "check", {"note": "x"})
    assert check.status_code == 200
    assert "キャンセル待ち" not in check.text


def test_an_answer_whose_time_ended_meanwhile_is_told_not_lost(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    question, (first, _second) = make_question(day[0])
    page = client.get("/events/morning/register")
    check = press(client, page, "check", {**HANAKO, f"p0-q{question}": first})
    with transaction() as session:
        session.get_one(EventQuestion, question).closes_at = now() - timedelta(minutes=1)
    told = press(client, check, "complete")
    assert told.status_code == 409
    assert "受付の終わったものがあります: 昼食。" in told.text
    assert press(client, told, "complete").status_code == 303
    db.session.remove()
    assert db.session.scalars(select(Answer)).all() == []


def test_until_when_a_question_can_be_answered(client: FlaskClient, day: tuple[int, int]) -> None:
    closes = datetime(now().year + 1, 1, 9, 8, tzinfo=UTC)
    with transaction() as session:
        session.get_one(Event, day[0]).closes_at = closes + timedelta(days=1)
    question, _choices = make_question(day[0], closes_at=closes)
    words = "1月9日"
    told = client.get("/events/morning/register").text
    assert words in told
    assert "17:00までお答えいただけます。" in told
    assert f'id="p0-q{question}-help"' in told, "read out with the question"
    assert "can be answered until" in client.get("/events/morning/register?lang=en").text.lower()
    with transaction() as session:
        session.get_one(Event, day[0]).closes_at = closes
    assert "お答えいただけます" not in client.get("/events/morning/register").text, "as all of it"


def test_meetings_at_the_same_time_are_pointed_out_once(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    with transaction() as session:
        for one in session.scalars(select(EventSession)):
            one.ends_at = one.starts_at + timedelta(hours=5)
    two = press(client, client.get("/events/morning/register"), "add", HANAKO)
    taro = {"p1-name": "例 一", "p1-reading": "れい"}
    check = press(client, two, "check", taro)
    words = "見本 花子 さん、例 一 さんは、「定期総会」と「創立総会」の両方に参加されます"
    assert check.text.count("時間が重なっている会合があります") == check.text.count(words) == 1


def test_the_form_is_headed_with_what_can_be_signed_up_for(app: Flask, client: FlaskClient) -> None:
    series = make_series()
    over = {"series_id": series, "title": Translated(ja="終わった総会", en="Over")}
    make_event("over", starts_in=timedelta(days=-3), **over)
    make_event("next", series_id=series, title=Translated(ja="次の集会", en="Next"))
    page = client.get("/events/next/register", follow_redirects=True).text
    assert re.search("<h1>[^<]*次の集会", page)
    assert not re.search("<h1>[^<]*終わった総会", page)
    make_event("third", series_id=series, title=Translated(ja="交流会", en="Third"))
    assert "の会合に申し込む" in heading(
        client.get("/events/next/register", follow_redirects=True).text
    )


def heading(page: str) -> str:
    found = re.search("<h1>([^<]*)", page)
    assert found is not None
    return found[1]


def test_the_link_of_the_personal_page_stays_off_paper(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    path = personal(entries.sign_up("morning", entries.person("見本 花子", day[0])))
    sections = client.get(path).text.split("<section")
    assert [one.split('"')[1] for one in sections if f"{path}</a>" in one] == ["part screen"]
