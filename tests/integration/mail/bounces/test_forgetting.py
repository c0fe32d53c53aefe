"""Addresses and answers that nobody needs any more are forgotten, each after its term."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.base.clock import now
from app.db import db, transaction
from app.mail.bounces.forgetting import REMEMBERED, UNSETTLED, forget_received_tick
from app.mail.bounces.models import CalendarReply, MailAddress, ReceivedMessage
from app.mail.stop import Stop
from tests.integration.mail.posting import letter, post

DAY = timedelta(days=1)
OLD, LATELY = REMEMBERED + DAY, REMEMBERED - DAY


def test_messages_read_and_marks_of_addresses(app: Flask) -> None:
    addresses = {
        "marked-long-ago": {"state": "marked", "since": OLD},
        "marked": {"state": "marked", "since": LATELY},
        "soft": {"soft_count": 1, "since": OLD, "last_soft_at": LATELY},
        "soft-long-ago": {"soft_count": 1, "last_soft_at": OLD},
        "lifted": {"since": OLD, "lifted_at": LATELY},
        "written-to": {"state": "marked", "since": OLD},
    }
    moment = now()
    with transaction() as session:
        for age in (OLD, LATELY):
            session.add(ReceivedMessage(key=str(age), kind="other", at=moment - age))
        for name, given in addresses.items():
            values = {k: moment - v if isinstance(v, timedelta) else v for k, v in given.items()}
            address = f"{name}@example.com"
            session.add(MailAddress(address_key=address, address=address, **values))
    post(letter(1, to_address="Written-To@example.com"))
    forget_received_tick(Stop())
    kept = db.session.scalars(select(MailAddress.address_key).order_by(MailAddress.id))
    assert [one.partition("@")[0] for one in kept] == ["marked", "soft", "lifted", "written-to"]
    assert list(db.session.scalars(select(ReceivedMessage.key))) == [str(LATELY)]


def test_answers_from_calendars(app: Flask) -> None:
    ages = {
        "settled-long-ago": (OLD, OLD),
        "settled": (OLD, LATELY),
        "open": (OLD, None),
        "open-for-a-year": (UNSETTLED + DAY, None),
    }
    with transaction() as session:
        for uid, (at, settled) in ages.items():
            row = CalendarReply(
                uid=uid,
                registration_id=1,
                event_id=1,
                attendee="mihon@example.com",
                attendee_key="mihon@example.com",
                partstat="declined",
                at=now() - at,
                settled_at=settled and now() - settled,
            )
            session.add(row)
    forget_received_tick(Stop())
    kept = db.session.scalars(select(CalendarReply.uid).order_by(CalendarReply.id))
    assert list(kept) == ["settled", "open"]
