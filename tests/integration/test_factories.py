from flask import Flask
from sqlalchemy import func, select

from app.base.text import search_key, telephone_digits
from app.db import db
from app.registration.models import Booking, Participant, Registration
from tests.factories import make_event, make_signups, person


def test_bulk_signups_have_the_rows_that_the_form_makes(app: Flask) -> None:
    event_id = make_event(venue=50)
    made = make_signups(event_id, 10)
    made += make_signups(event_id, 5, first=10, way="online", channel="fax")

    rows = db.session.execute(
        select(Registration, Participant, Booking)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .order_by(Registration.number)
    ).all()

    assert [row.Registration.number for row in rows] == list(range(1, 16))
    assert [row.Registration.id for row in rows] == made
    assert [row.Participant.name for row in rows] == [person(n).name for n in range(15)]
    assert {row.Registration.channel for row in rows[10:]} == {"fax"}
    assert db.session.scalar(select(func.count()).where(Booking.way == "online")) == 5
    one = person(13)
    assert rows[13].Booking.search_key == search_key(
        one.name, one.reading, one.organisation, "A-0014",
        one.email, one.telephone, telephone_digits(one.telephone),
    )  # fmt: skip
