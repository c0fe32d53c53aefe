"""A sign-up changes while letters of campaigns to it wait: these are made anew, not lost."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.base.clock import now
from app.db import db, transaction
from app.mail import claims
from app.mail.models import OutboxLetter
from app.registration.facts import Receipt
from app.registration.models import Registration
from app.registration.renewing import renew_link
from tests import entries
from tests.entries import as_entry, cancel, change, person, sign_up, signup_of
from tests.factories import make_event
from tests.integration.mail.campaigns import make_campaign
from tests.integration.mail.posting import letter, post
from tests.office import make_account

STATES = ("queued", "retrying", "held", "by_hand", "sending", "accepted", "failed")
AFTER = ("outdated",) * 4 + ("sending", "accepted", "failed")


@pytest.fixture
def event_id(app: Flask) -> int:
    return make_event("soukai", venue=5, online=5)


@pytest.fixture
def signed_up(event_id: int) -> Receipt:
    """Somebody to whom a campaign wrote a letter in each state; another letter is held."""
    receipt = sign_up("soukai", person("見本 花子", event_id))
    campaign = make_campaign(event_id)
    given = {"registration_id": receipt.registration_id, "purpose": "reminder"}
    post(*(letter(n, campaign_id=campaign, **given) for n in range(len(STATES))))
    post(letter(20, **given), letter(21, **{**given, "purpose": "already"}))
    with transaction() as session:
        for n, state in enumerate((*STATES, *["held"] * 2)):
            key = f"test:{n if n < len(STATES) else n + 20 - len(STATES)}"
            session.execute(update(OutboxLetter).filter_by(key=key).values(state=state))
    return receipt


def states() -> dict[str, tuple[str, str]]:
    query = select(OutboxLetter.key, OutboxLetter.state, OutboxLetter.reason)
    db.session.close()
    return {key: (state, reason) for key, state, reason in db.session.execute(query)}


def campaigns_letters() -> tuple[str, ...]:
    found = states()
    return tuple(found[f"test:{n}"][0] for n in range(len(STATES)))


def test_changing_makes_them_outdated(event_id: int, signed_up: Receipt) -> None:
    signup = signup_of(signed_up)
    change(signup, entries.with_way(as_entry(signup), 0, event_id, "online"))
    assert campaigns_letters() == AFTER
    assert states()["test:20"] == ("suppressed", "replaced"), "held, but of no campaign"
    assert states()["test:21"] == ("held", ""), "true whatever changes"


@pytest.mark.parametrize("came_of_it", ["retrying", "accepted", "failed", "put back"])
def test_what_was_being_sent_goes_or_is_made_anew_before_it_is_tried_again(
    signed_up: Receipt, came_of_it: str
) -> None:
    with transaction() as session:
        held = update(OutboxLetter).where(OutboxLetter.state == "sending")
        session.execute(held.values(holder="worker"))
    sent = db.session.scalars(select(OutboxLetter.id).filter_by(state="sending")).one()
    cancel(signup_of(signed_up))
    assert campaigns_letters() == AFTER, "it cannot be called back"
    if came_of_it == "put back":
        claims.release("worker")
    else:
        mark = claims.Mark(letter_id=sent, state=came_of_it, due_at=now(), reason="server_busy")
        assert claims.write_down("worker", [mark]) == 1
    expected = "outdated" if came_of_it in {"retrying", "put back"} else came_of_it
    assert campaigns_letters()[STATES.index("sending")] == expected


def test_cancelling_makes_them_outdated(signed_up: Receipt) -> None:
    cancel(signup_of(signed_up))
    assert campaigns_letters() == AFTER


def test_a_new_link_makes_them_outdated(signed_up: Receipt) -> None:
    seen = db.session.scalars(select(Registration.link_version)).one()
    by = make_account()
    renew_link(signed_up.registration_id, seen, by)
    assert campaigns_letters() == AFTER, "they carry the old link"
    assert states()["test:21"] == ("suppressed", "replaced"), "so does this one"
