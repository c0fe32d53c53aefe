"""The letters of a campaign together: held, let go, ended, sent again, made anew."""

import time
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from app.db import db, transaction
from app.mail import outbox
from app.mail.message import message_id
from app.mail.models import OutboxLetter
from tests.conftest import settings_for
from tests.factories import make_event, make_signups
from tests.integration.mail.campaigns import letters, make_campaign
from tests.integration.mail.posting import letter, make_due, post, rows, send
from tests.integration.mail.postoffice import PostOffice

Step = Callable[..., int]


def states(app: Flask) -> Counter[str]:
    return Counter(kept.state for kept in rows(app))


def put(state: str, **where: object) -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).filter_by(**where).values(state=state))


def steps(step: Step, campaign_id: int, limit: int = 4) -> list[int]:
    """Repeat a step until it has nothing to do, each time in its own transaction."""
    counts: list[int] = []
    while not counts or counts[-1]:
        with transaction() as session:
            counts.append(step(session, campaign_id, limit))
    return counts


def test_held_letters_wait_and_go_on(mailing: Flask, office: PostOffice) -> None:
    campaign, other = make_campaign(), make_campaign(make_event(slug="other"))
    post(*letters(campaign, 10), letter(90, campaign_id=other))
    put("retrying", key="test:3")
    put("failed", key="test:4")
    assert steps(outbox.hold, campaign) == [4, 4, 1, 0]
    assert send(mailing) == 1, "only the other campaign's"
    assert states(mailing) == {"held": 9, "failed": 1, "accepted": 1}
    assert steps(outbox.let_go, campaign) == [4, 4, 1, 0]
    while send(mailing):
        pass
    assert states(mailing) == {"accepted": 10, "failed": 1}
    assert len({taken.id for taken in office.letters}) == 10


def test_what_is_being_sent_is_not_held_back(mailing: Flask, office: PostOffice) -> None:
    campaign = make_campaign()
    post(*letters(campaign, 2))
    put("sending", key="test:1")
    assert steps(outbox.hold, campaign) == [1, 0]
    assert states(mailing) == {"sending": 1, "held": 1}
    put("retrying", key="test:1")
    assert steps(outbox.hold, campaign) == [1, 0], "looked at again once it has come back"


def test_a_cancelled_campaign_sends_nothing_more(mailing: Flask, office: PostOffice) -> None:
    campaign = make_campaign()
    post(*letters(campaign, 6))
    for n, state in enumerate(("queued", "retrying", "held", "outdated", "accepted", "failed")):
        put(state, key=f"test:{n}")
    assert steps(outbox.suppress_campaign, campaign) == [4, 0]
    assert states(mailing) == {"suppressed": 4, "accepted": 1, "failed": 1}
    assert {kept.reason for kept in rows(mailing) if kept.state == "suppressed"} == {"cancelled"}
    make_due(mailing)
    assert send(mailing) == 0


def test_what_failed_is_sent_again_with_all_its_tries(mailing: Flask, office: PostOffice) -> None:
    campaign = make_campaign()
    post(*letters(campaign, 3))
    office.refused["mihon1@example.com"] = "550 5.1.1 No such user"
    send(mailing)
    assert states(mailing) == {"accepted": 2, "failed": 1}
    office.refused.clear()
    assert steps(outbox.send_again, campaign) == [1, 0]
    assert send(mailing) == 0, "until it is made anew, since its reader may have cancelled"
    with transaction() as session:
        assert outbox.renew(session, rows(mailing)[1].id, letters(campaign, 2)[1])
    again = rows(mailing)[1]
    assert (again.state, again.attempts, again.reason, again.reply) == ("queued", 0, "", "")
    assert send(mailing) == 1
    assert states(mailing) == {"accepted": 3}


def test_a_letter_without_its_text_is_never_sent_again(mailing: Flask) -> None:
    campaign = make_campaign()
    post(*letters(campaign, 1))
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="failed", body=""))
    assert steps(outbox.send_again, campaign) == [0]


def test_an_outdated_letter_is_made_anew(mailing: Flask, office: PostOffice) -> None:
    event = make_event()
    campaign, (signup,) = make_campaign(event), make_signups(event, 1)
    post(letter(1, campaign_id=campaign, registration_id=signup), letter(2, campaign_id=campaign))
    put("outdated", key="test:1")
    assert send(mailing) == 1, "not the outdated one"
    (found,) = outbox.outdated(db.session(), campaign, 10)
    before = row_of(mailing, "test:1")
    assert found == (before.id, signup)
    new = letter(7, subject="新しいお知らせ", to_address="atarashii@example.com")
    with transaction() as session:
        assert outbox.renew(session, before.id, new)
        assert not outbox.renew(session, before.id, new), "once"
    after = row_of(mailing, "test:1")
    assert (after.state, after.subject, after.registration_id) == ("queued", new.subject, signup)
    settings = settings_for("sqlite:///x", mailing.instance_path)
    assert message_id(before, settings) == message_id(after, settings)
    assert send(mailing) == 1
    assert office.letters[-1].to == "atarashii@example.com"
    assert "見本 7" in office.letters[-1].message.get_content()


def test_an_outdated_letter_that_nobody_is_to_get(mailing: Flask) -> None:
    campaign = make_campaign()
    post(*letters(campaign, 3))
    put("outdated", key="test:0")
    ids = [kept.id for kept in rows(mailing)]
    with transaction() as session:
        assert outbox.drop(session, ids) == 1, "the others are not outdated"
    assert states(mailing) == {"suppressed": 1, "queued": 2}


@pytest.mark.parametrize("state", ["held", "outdated"])
def test_letters_that_stand_still_block_nothing(
    mailing: Flask, office: PostOffice, state: str
) -> None:
    (signup,) = make_signups(make_event(), 1)
    post(letter(1, registration_id=signup), letter(2, registration_id=signup))
    put(state, key="test:1")
    assert send(mailing) == 1
    assert [taken.to for taken in office.letters] == ["mihon2@example.com"]


def test_a_campaigns_letter_that_is_tried_again_holds_up_no_confirmation(
    mailing: Flask, office: PostOffice
) -> None:
    (signup,) = make_signups(make_event(), 1)
    given = {"registration_id": signup}
    post(letter(1, priority=10, **given), letter(2, priority=0, **given))
    post(letter(3, priority=10, **given))
    office.refused["mihon1@example.com"] = "450 4.2.0 Later"
    while send(mailing):
        pass
    assert [taken.to[5] for taken in office.letters] == ["2"], "3 waits for 1, 2 for nobody"


def test_a_step_is_short(app: Flask) -> None:
    campaign = make_campaign()
    body = "見本の文面です。\n" * 60
    many = [letter(n, campaign_id=campaign, body=body) for n in range(outbox.STEP)]
    post(*many)
    longest = 0.0
    for step in (outbox.hold, outbox.let_go, outbox.suppress_campaign):
        began = time.perf_counter()
        with transaction() as session:
            assert step(session, campaign) == outbox.STEP
        longest = max(longest, time.perf_counter() - began)
    print(f"{outbox.STEP} letters in {longest * 1000:.0f} ms")
    assert longest < 1, "about 20 ms on a machine that is not busy"


def row_of(app: Flask, key: str) -> OutboxLetter:
    (found,) = (kept for kept in rows(app) if kept.key == key)
    return found
