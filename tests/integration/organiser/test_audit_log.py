"""The audit log: searched, filtered, page by page, and taken out as a file."""

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth import log, service
from app.auth.audit import ACCOUNT, Entry, record_many
from app.auth.facts import Actor
from app.base.clock import now
from app.db import transaction
from app.events.heads import get_head
from app.events.presets import Words
from app.interest.models import Interest
from app.registration import changing
from app.registration.contact import contact_of
from app.registration.desk import passes, practice
from app.registration.privacy import queries as notices
from app.registration.privacy import service as notices_service
from app.registration.privacy.facts import BUILT_IN, Wording
from app.reminders.models import Campaign, ReminderRule
from app.texts.models import LetterText
from tests.conftest import count_queries
from tests.entries import person, sign_up, signup_of
from tests.factories import make_event
from tests.office import actions, enter

PATH = "/office/history"


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    return office_client


@pytest.fixture
def me(office: FlaskClient) -> Actor:
    return enter(office, role="administrator")


def rows(page: str) -> int:
    return page.count('<tr role="row">') - 1


def give_fax(signup: int, by: Actor) -> None:
    known = contact_of(signup_of(signup))
    changing.change_contact(signup, replace(known, fax="03-0000-0000"), known, by)


def test_it_goes_back_page_by_page_by_few_queries(
    app: Flask, office: FlaskClient, me: Actor
) -> None:
    for _ in range(60):
        service.note("account.logged_in", me.account_id)
    with count_queries(app) as sent:
        first = office.get(PATH)
    assert rows(first.text) == log.PAGE
    assert len(sent) <= 9
    last = log.list_log(log.LogFilter())[log.PAGE - 1].id
    assert f"before={last}" in first.text
    assert rows(office.get(f"{PATH}?before={last}").text) == 10
    assert office.get(f"{PATH}?before=x&who=y&since=z").status_code == 200


def test_before_and_after_are_told_in_words(office: FlaskClient, me: Actor) -> None:
    event = make_event()
    signup = sign_up("soukai", person("見本 一", event), email="a@example.com").registration_id
    give_fax(signup, me)
    page = office.get(f"{PATH}?who={me.account_id}")
    assert "<b>ファクス番号</b>: なし → 03-0000-0000" in page.text
    assert f'href="/office/signups/{signup}"' in page.text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 4),
        ("who=visitor", 2),
        ("who={me}", 2),
        ("action=registration.created", 2),
        ("meeting=soukai", 2),
        ("registration={signup}", 2),
        ("q=みほん", 3),
        ("q=03-0000-0000", 1),
        ("q=だれもいない", 0),
        ("since={today}", 4),
        ("until={yesterday}", 0),
        ("meeting=soukai&who={me}", 1),
    ],
)
def test_it_is_filtered(office: FlaskClient, me: Actor, query: str, number: int) -> None:
    first = sign_up("soukai", person("見本 一", make_event()), email="a@example.com")
    sign_up("souritsu", person("見本 二", make_event("souritsu")), email="b@example.com")
    give_fax(first.registration_id, me)
    service.note("account.logged_in", me.account_id)
    local = now() + timedelta(hours=9)
    given = {
        "me": me.account_id,
        "signup": first.registration_id,
        "today": f"{local:%Y-%m-%d}",
        "yesterday": f"{local - timedelta(days=1):%Y-%m-%d}",
    }
    page = office.get(f"{PATH}?{query.format(**given)}")
    assert max(rows(page.text), 0) == number


def act_on_all(event: int, series: int, by: Actor) -> None:
    """One act each on what belongs to a meeting."""
    passes.make(event, "受付", now() + timedelta(days=1), by)
    slug = practice.start(event, by)
    practice.remove(slug, by)
    wording = Wording(text=Words("見本", "Sample"))
    newest = notices.list_versions(series)
    notices_service.add_version(series, wording, by, seen=newest[0].number if newest else BUILT_IN)
    with transaction() as session:
        text = LetterText(
            series_id=series,
            kind="confirmed",
            locale="ja",
            subject="",
            body="",
            changed_at=now(),
            changed_by=by.account_id,
        )
        rule = ReminderRule(
            series_id=series, unit="days", amount=1, created_at=now(), timed_at=now()
        )
        campaign = Campaign(event_id=event, created_at=now())
        address = "mihon@example.com"
        interest = Interest(
            event_id=event, name="見本 花子", email=address, email_key=address, created_at=now()
        )
        for row in (text, rule, campaign, interest):
            session.add(row)
        session.flush()
        things = {"letter_text": text.id, "rule": rule.id, "campaign": campaign.id}
        things["interest"] = interest.id
        entries = [
            Entry(
                actor=ACCOUNT,
                account_id=by.account_id,
                action=f"{name}.changed",
                subject=name,
                subject_id=number,
            )
            for name, number in things.items()
        ]
        record_many(session, entries, now())


def test_what_belongs_to_a_meeting_says_so_and_is_found(
    app: Flask, office: FlaskClient, me: Actor
) -> None:
    event, other = make_event(), make_event("souritsu")
    act_on_all(event, get_head("soukai", "ja").series_id, me)
    with count_queries(app) as few:
        page = office.get(f"{PATH}?meeting=soukai&who={me.account_id}")
    assert rows(page.text) == 8
    assert page.text.count(">見本の総会</a>") == 8
    for place in ("reception", "notice", "letters", "reminders", "registrations", "overview"):
        assert f'class="keep" href="/office/events/soukai/{place}"' in page.text
    assert rows(office.get(f"{PATH}?meeting=souritsu").text) <= 0
    act_on_all(other, get_head("souritsu", "ja").series_id, me)
    with count_queries(app) as many:
        both = office.get(f"{PATH}?who={me.account_id}")
    assert rows(both.text) == 16
    assert len(many) <= len(few)


def test_a_notice_for_all_meetings_says_so(office: FlaskClient, me: Actor) -> None:
    wording = Wording(text=Words("見本", "Sample"))
    notices_service.add_version(None, wording, me, seen=BUILT_IN)
    page = office.get(f"{PATH}?who={me.account_id}")
    assert '<a class="keep" href="/office/notice">すべての会</a>' in page.text


def test_a_file_of_it_is_noted(app: Flask, office: FlaskClient, me: Actor) -> None:
    sign_up("soukai", person("=見本", make_event()), email="a@example.com")
    given = office.get(f"{PATH}.csv?who=visitor", buffered=True)
    assert given.data.startswith(b"\xef\xbb\xbf")
    assert given.text.count("申し込む人") == 1
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{PATH}.xlsx").data))
    values = list(book.active.values)
    assert values[0][0] == "日時"
    assert len(values) == 1 + 3, "sign-up and both exports"
    assert actions(app)[-2:] == ["audit.exported"] * 2
