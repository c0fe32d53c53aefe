"""What a meeting says: both languages, Markdown, address and kind, and two people at once."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import Translated, db
from app.events.models import Event
from app.meetings.facts import TEXTS
from app.meetings.queries import get_contents
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of
from tests.pages import filled

PATH = "/office/events/soukai/contents"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def values(event_id: int, **changed: str) -> dict[str, str]:
    """The form as a browser would send it, with what was changed."""
    db.session.remove()
    stored = get_contents(event_id)
    given = {"kind": stored.kind, "slug": stored.slug}
    for name, words in stored.texts.items():
        given[name], given[f"{name}_en"] = words.ja, words.en
    return {**given, **{name: str(n) for name, n in stored.terms.items()}, **changed}


def put(office: FlaskClient, event_id: int, **changed: str) -> int:
    page = hidden_of(office.get(PATH))
    return office.post(PATH, data={**page, **values(event_id, **changed)}).status_code


def test_every_text_is_stored_and_each_reader_sees_their_language(
    app: Flask, office: FlaskClient
) -> None:
    event = make_event(bring=Translated(ja="議案書", easy="本《ほん》"))
    texts = {name: f"{name}の文" for name in TEXTS if name not in {"title", "bring"}}
    english = {f"{name}_en": f"Some {name}" for name in TEXTS if name not in {"fee", "date_note"}}
    given = {**texts, **english, "description": "## 議題\n\n**予算**<script>"}
    assert put(office, event, **given, arrangements_days="14", minutes_years="１") == 303
    db.session.remove()
    stored = db.session.scalars(select(Event)).one()
    assert (stored.arrangements_days, stored.contacts_days, stored.minutes_years) == (14, 180, 1)
    assert stored.bring == Translated(ja="議案書", en="Some bring", easy="本《ほん》")
    japanese, in_english = (office.get(f"/events/soukai{q}").text for q in ("", "?lang=en"))
    assert "<h3>議題</h3>" in japanese
    assert "<strong>予算</strong>&lt;script&gt;" in japanese
    assert "contactの文" in japanese
    assert "Some contact" in in_english
    assert "feeの文" in in_english, "where no English was given the Japanese is shown"
    assert put(office, event) == 303
    assert actions(app).count("event.worded") == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"title": ""}, "題名を入力"),
        ({"contacts_days": "-1"}, "3650以下の整数"),
        ({"minutes_years": ""}, "空欄にはできません。0から100までの数字"),
        ({"minutes_years": "x"}, "100以下の整数"),
        ({"slug": "日本語"}, "半角の英字"),
        ({"slug": "soukai 第1回"}, "半角の英字"),
        ({"slug": "!?"}, "半角の英字"),
        ({"description": "あ" * 6001}, "6000文字"),
        ({"slug": "other"}, "other-2"),
        ({"kind": "party"}, "エラー"),
    ],
)
def test_what_cannot_be_is_told_and_kept(
    office: FlaskClient, given: dict[str, str], told: str
) -> None:
    make_event("other")
    event = make_event(state="draft")
    before = values(event)
    page = hidden_of(office.get(PATH))
    answer = office.post(PATH, data={**page, **values(event, summary="残る文", **given)})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="残る文"' in answer.text
    assert values(event) == before


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("contacts_days", {"arrangements_days": "30", "contacts_days": "20"}),
        ("minutes_years", {"contacts_days": "366", "minutes_years": "1"}),
    ],
)
def test_what_goes_first_by_the_privacy_page_goes_first(
    office: FlaskClient, field: str, terms: dict[str, str]
) -> None:
    event = make_event("soukai")
    stored = get_contents(event)
    given = {**hidden_of(office.get(PATH)), **values(event, **terms)}
    page = office.post(PATH, data=given)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert "先に消去します" in page.text
    assert get_contents(event) == stored
    equal = {"arrangements_days": "20", "contacts_days": "20"}
    assert put(office, event, **equal) == 303


def test_the_address_moves_while_it_is_a_draft_only(office: FlaskClient) -> None:
    event = make_event(state="draft")
    assert put(office, event, slug="Dai 31 kai") == 303
    assert office.get("/office/events/dai-31-kai/contents").status_code == 200
    make_event("soukai", series_id=make_series("another"))
    public = db.session.scalars(select(Event.id).where(Event.state == "published")).one()
    assert put(office, public, slug="moved") == 303
    assert office.get("/events/soukai").status_code == 200


def test_with_people_in_it_sign_up_stays(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 1)
    assert put(office, event, kind="walk_in") == 422
    assert put(office, event, kind="briefing") == 303


def test_the_second_of_two_sees_the_difference(office: FlaskClient) -> None:
    event = make_event()
    page = hidden_of(office.get(PATH))
    mine, theirs = values(event, summary="わたしの文"), values(event, summary="先の文", fee="無料")
    assert office.post(PATH, data={**page, **theirs}).status_code == 303
    clash = office.post(PATH, data={**page, **mine})
    assert clash.status_code == 409
    box = clash.text.partition('class="errs')[2].partition("<h1>")[0]
    both, _kept, meanwhile = box.partition("その間に変わったもの")
    for told in ("いまの内容: 先の文", "入力した内容: わたしの文"):
        assert told in both
    assert both.count("入力した内容:") == 1, "no more was changed by the second one"
    assert "無料" in meanwhile
    assert "先の文" in office.get(re.findall(r'href="([^"]+)">入力した内容をやめて', box)[0]).text
    merged = {**mine, **filled(clash)}
    assert (merged["summary"], merged["fee"]) == ("わたしの文", "無料")
    assert office.post(PATH, data=merged).status_code == 303
    assert values(event)["summary"] == "わたしの文"
    assert values(event)["fee"] == "無料"
