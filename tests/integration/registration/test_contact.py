"""The office changes how a sign-up is reached: what waits follows, and the history keeps both."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.auth.models import AuditEntry, AuditValue
from app.base.errors import NotFound
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration import changing
from app.registration.changing import ChangedMeanwhile
from app.registration.contact import Contact, contact_of
from app.registration.facts import Receipt
from app.registration.models import Booking
from app.reminders import making
from tests.campaigns import Stop, started
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event
from tests.office import make_account


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def event(app: Flask) -> int:
    return make_event("soukai")


@pytest.fixture
def signed_up(event: int) -> Receipt:
    return sign_up("soukai", person("見本 花子", event), email="furui@example.com")


def letters() -> list[tuple[str, str, str]]:
    """Purpose, state and address of every letter, in order."""
    db.session.remove()
    rows = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id))
    return [(row.purpose, row.state, row.to_address) for row in rows]


def put(receipt: Receipt, by: Actor, **changed: str) -> bool:
    known = contact_of(signup_of(receipt))
    wanted: Contact = replace(known, **changed)  # type: ignore[arg-type]  # texts
    return changing.change_contact(receipt.registration_id, wanted, known, by)


def mark(state: str, **more: object) -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state=state, **more))


def test_what_could_not_be_sent_follows_to_the_new_address(
    event: int, signed_up: Receipt, by: Actor
) -> None:
    started(event, by)
    making.make_letters_tick(Stop())
    mark("by_hand", reason="address_marked")
    with transaction() as session:
        failed = update(OutboxLetter).where(OutboxLetter.campaign_id.is_(None))
        session.execute(failed.values(state="failed", attempts=3))
    assert put(signed_up, by, email="atarashii@example.com")
    making.make_letters_tick(Stop())
    new = "atarashii@example.com"
    assert letters() == [
        ("confirmed", "suppressed", "furui@example.com"),
        ("reminder", "queued", new),
        ("confirmed", "queued", new),
    ]
    assert "atarashii" in db.session.scalars(select(Booking.search_key)).one()


def test_who_was_reached_before_is_told_what_has_changed(signed_up: Receipt, by: Actor) -> None:
    mark("accepted")
    assert put(signed_up, by, email="atarashii@example.com")
    assert letters()[1:] == [("office_changed", "queued", "atarashii@example.com")]
    body = db.session.scalars(select(OutboxLetter.body).filter_by(purpose="office_changed")).one()
    assert "メールアドレスが変わりました" in body


def test_a_note_for_the_telephone_becomes_a_letter_once_there_is_an_address(
    event: int, by: Actor
) -> None:
    got = sign_up("soukai", person("見本 花子", event), email="", telephone="03-0000-0001")
    assert put(got, by, email="mihon@example.com")
    assert letters() == [
        ("confirmed", "suppressed", ""),
        ("confirmed", "queued", "mihon@example.com"),
    ]


def test_fax_and_postal_address_are_noted_without_a_letter(signed_up: Receipt, by: Actor) -> None:
    version = signup_of(signed_up).version
    assert put(signed_up, by, fax="03-0000-0009", postal_address="〒231-0000 見本")
    assert not put(signed_up, by)
    found = signup_of(signed_up)
    assert (found.fax, found.postal_address) == ("03-0000-0009", "〒231-0000 見本")
    assert (found.version, len(letters())) == (version, 1)
    query = select(AuditEntry.action, AuditValue.before, AuditValue.after).join(AuditValue)
    row = db.session.execute(query.order_by(AuditEntry.id.desc())).first()
    assert row is not None
    assert row.action == "registration.contact_changed"
    assert row.before == {"fax": "", "postal_address": ""}
    assert row.after == {"fax": "03-0000-0009", "postal_address": "〒231-0000 見本"}


def test_somebody_elses_change_is_not_overwritten(signed_up: Receipt, by: Actor) -> None:
    seen = contact_of(signup_of(signed_up))
    put(signed_up, by, telephone="03-0000-0002")
    wanted = replace(seen, email="mihon@example.com")
    with pytest.raises(ChangedMeanwhile):
        changing.change_contact(signed_up.registration_id, wanted, seen, by)
    assert signup_of(signed_up).email == "furui@example.com"
    with pytest.raises(NotFound):
        changing.change_contact(4711, wanted, seen, by)


def test_whoever_has_cancelled_gets_no_letter(signed_up: Receipt, by: Actor) -> None:
    cancel(signup_of(signed_up))
    before = len(letters())
    assert put(signed_up, by, email="atarashii@example.com")
    found = signup_of(signed_up)
    assert (found.email, found.active) == ("atarashii@example.com", False)
    assert len(letters()) == before
