"""A letter as the office reads it: whole, but for the keys in it, and only while it is kept."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.base.clock import now
from app.base.timezones import to_local
from app.db import db, transaction
from app.mail.forgetting import forget_bodies_tick
from app.mail.models import OutboxLetter
from app.mail.shown import masked
from app.mail.stop import Stop
from app.reminders import making
from tests import campaigns
from tests.campaigns import started
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.integration.mail.posting import letter, post
from tests.office import enter, make_account


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def ids() -> list[int]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.id).order_by(OutboxLetter.id)))


def test_a_letter_is_shown_without_its_links_and_after_its_term_not_at_all(
    office: FlaskClient,
) -> None:
    event = make_event()
    got = sign_up("soukai", person("見本 花子", event))
    campaign = started(event, make_account("zweite@example.com"))
    making.make_letters_tick(campaigns.Stop())
    first, second = ids()
    assert (
        f'href="/office/letters/{first}"'
        in office.get(f"/office/signups/{got.registration_id}").text
    )
    address = f"/office/events/soukai/reminders/{campaign}?tab=waiting"
    assert f'href="/office/letters/{second}"' in office.get(address).text
    for one in (first, second):
        page = office.get(f"/office/letters/{one}")
        assert "見本 花子 様" in page.text
        assert "http://127.0.0.1:8000/r/…" in page.text
        assert page.text.count("/r/") == 1
        assert page.headers["Cache-Control"] == "no-store"
    with transaction() as session:
        old = {"state": "accepted", "due_at": now() - timedelta(days=100)}
        session.execute(update(OutboxLetter).values(**old))
    forget_bodies_tick(Stop())
    page = office.get(f"/office/letters/{first}").text
    assert "本文は消しました" in page
    today = to_local(now(), "Asia/Tokyo")
    assert f"{today.month}月{today.day}日" in page
    assert "見本 花子 様" not in page


def test_whoever_is_for_one_meeting_reads_no_letter_that_names_people_of_another(
    office_client: FlaskClient,
) -> None:
    series = make_series("day")
    mine = make_event(series_id=series)
    other = make_event("yoru", series_id=series)
    alone = sign_up("soukai", person("見本 花子", mine)).registration_id
    both = sign_up(
        "soukai", person("例 太郎", mine, other), email="rei@example.com"
    ).registration_id
    enter(office_client, meetings=[mine])
    for registration, letter_id, status in zip((alone, both), ids(), (200, 404), strict=True):
        assert office_client.get(f"/office/letters/{letter_id}").status_code == status
        page = office_client.get(f"/office/signups/{registration}").text
        assert (f'href="/office/letters/{letter_id}"' in page) is (status == 200)


def test_letters_about_nothing_of_the_office_are_not_shown(office: FlaskClient) -> None:
    post(letter(1, purpose="reset"))
    assert office.get(f"/office/letters/{ids()[0]}").status_code == 404
    assert office.get("/office/letters/4711").status_code == 404


def test_every_personal_link_is_masked_and_no_other(app: Flask) -> None:
    base = "http://127.0.0.1:8000"
    text = f"{base}/r/abc/coming\n{base}/i/x/leave\n{base}/another/y。\n{base}/events/soukai"
    shown = f"{base}/r/…\n{base}/i/…\n{base}/another/…。\n{base}/events/soukai"
    assert masked(text) == shown
