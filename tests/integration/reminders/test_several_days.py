"""Meetings that are signed up for together, one of which the office has moved to another day."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base.timezones import to_local
from app.db import db
from app.mail.models import OutboxLetter
from app.reminders import due, making, queries
from app.web import filters
from tests.campaigns import Stop, hours, make_rule
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.office import make_account

DAY = timedelta(days=1)


def test_a_rule_goes_once_before_the_first_and_names_both_dates(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = make_series("days")
    first = make_event(starts_in=10 * DAY, series_id=series)
    second = make_event("yoru", starts_in=17 * DAY, series_id=series)
    make_rule(first, make_account(), hours(72))
    both = sign_up("soukai", person("見本 花子", first, second)).registration_id
    late = sign_up("yoru", person("例 太郎", second), email="rei@example.com").registration_id
    days = queries.read_stretches(db.session(), [series])[series]
    starts = {one.event_id: one.start for one in days}
    told: list[tuple[int | None, str]] = []
    for moment in (starts[first] - 3 * DAY, starts[second] - 3 * DAY):
        monkeypatch.setattr(due, "now", lambda at=moment: at)
        due.due_tick(Stop())
        making.make_letters_tick(Stop())
        rows = db.session.execute(
            select(OutboxLetter.registration_id, OutboxLetter.body)
            .where(OutboxLetter.purpose == "reminder")
            .order_by(OutboxLetter.id)
        ).all()
        told = [(row[0], row[1]) for row in rows]
        db.session.remove()
    assert [who for who, _body in told] == [both, late]
    for one in (first, second):
        assert filters.day(to_local(starts[one], "Asia/Tokyo"), "ja") in told[0][1]
