"""Pausing, going on, stopping, sending again and making anew, with letters in every state."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.files import service as files
from app.events.models import Event, EventFile
from app.mail import claims
from app.mail.models import OutboxLetter
from app.reminders import making, queries, readers, service
from app.reminders.facts import Order, Progress, Text
from tests.campaigns import Stop, letters_of, make_interest, order, started
from tests.entries import as_entry, cancel, change, person, sign_up, signup_of
from tests.factories import make_event, make_signups
from tests.office import make_account

LEASE = timedelta(minutes=5)
SAYS = Text(subject="件名", body="{{氏名}} 様\n資料: {{資料}}\n{{確認のリンク}}")


@pytest.fixture
def actor(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def event(actor: Actor) -> int:
    return make_event()


def made(event: int, actor: Actor, count: int = 4) -> int:
    """A campaign whose letters are queued."""
    make_signups(event, count)
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    return campaign


def states(campaign: int) -> Counter[str]:
    return Counter(letter.state for letter in letters_of(campaign))


def claimed() -> int:
    """How many letters a sender gets just now."""
    return len(claims.claim("sender", now() + timedelta(seconds=1), LEASE, 100))


def mark(campaign: int, at: int, **values: Any) -> None:
    letter = letters_of(campaign)[at].id
    with transaction() as session:
        session.execute(update(OutboxLetter).where(OutboxLetter.id == letter).values(**values))


def progress(event: int, campaign: int) -> Progress:
    found = queries.progress(queries.get_campaign(event, campaign))
    db.session.remove()
    return found


def test_no_letter_goes_from_the_moment_of_the_pause(event: int, actor: Actor) -> None:
    campaign = made(event, actor)
    assert service.pause(event, campaign, actor)
    assert not claims.anything_due(now() + timedelta(seconds=1))
    assert claimed() == 0
    making.make_letters_tick(Stop())
    assert states(campaign) == {"held": 4}
    assert claimed() == 0
    assert service.resume(event, campaign, actor)
    told = progress(event, campaign)
    assert (told.queued, told.held, told.is_over) == (4, 0, False)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"queued": 4}
    assert claimed() == 4


def test_what_is_being_sent_goes_and_what_comes_back_waits(event: int, actor: Actor) -> None:
    campaign = made(event, actor)
    letters = claims.claim("sender", now() + timedelta(seconds=1), LEASE, 2)
    service.pause(event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"sending": 2, "held": 2}
    gone, waits = (letter.id for letter in letters)
    told = [
        claims.Mark(letter_id=gone, state="accepted", due_at=now(), accepted_at=now()),
        claims.Mark(letter_id=waits, state="retrying", due_at=now(), reason="server_busy"),
    ]
    assert claims.write_down("sender", told) == len(told)
    assert claimed() == 0
    making.make_letters_tick(Stop())
    assert states(campaign) == {"accepted": 1, "held": 3}


def test_what_a_killed_worker_was_sending_is_tried_to_the_end(event: int, actor: Actor) -> None:
    campaign = made(event, actor, 1)
    assert claimed() == 1
    mark(campaign, 0, lease_until=now() - LEASE)
    service.cancel(event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"sending": 1}
    assert claimed() == 1


def test_paused_while_the_letters_are_made_no_more_are(
    event: int, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "BATCH", 3)
    make_signups(event, 8, email="mihon@example.com")
    campaign = started(event, actor)
    making.make_letters_tick(Stop(looks=1))
    service.pause(event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"held": 3}
    told = progress(event, campaign)
    assert (told.held, told.to_make, told.recipients) == (3, 5, 8)
    service.resume(event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"queued": 8}


def test_what_is_still_to_be_made_is_told_apart_by_how_they_are_reached(
    event: int, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "BATCH", 3)
    make_signups(event, 4, email="mihon@example.com")
    make_signups(event, 3, first=4, email="", telephone="090-0000-0000")
    campaign = started(event, actor)
    counts = []
    for _batch in range(3):
        told = progress(event, campaign)
        counts.append((told.to_make, told.to_list, told.by_hand, told.by_mail))
        making.make_letters_tick(Stop(looks=1))
        service.pause(event, campaign, actor)
        making.make_letters_tick(Stop())
        service.resume(event, campaign, actor)
    assert counts == [(4, 3, 0, 4), (1, 3, 0, 4), (0, 1, 2, 4)]
    making.make_letters_tick(Stop())
    told = progress(event, campaign)
    assert (told.to_make, told.to_list, told.by_hand, told.skipped) == (0, 0, 3, 0)


def test_stopped_for_good_only_what_went_has_gone(event: int, actor: Actor) -> None:
    campaign = made(event, actor, 6)
    mark(campaign, 0, state="accepted")
    mark(campaign, 1, state="retrying")
    mark(campaign, 2, state="held")
    mark(campaign, 3, state="outdated")
    mark(campaign, 4, state="failed")
    assert service.cancel(event, campaign, actor)
    assert claimed() == 0
    making.make_letters_tick(Stop())
    assert states(campaign) == {"accepted": 1, "failed": 1, "suppressed": 4}
    assert progress(event, campaign).is_over
    assert not service.resume(event, campaign, actor)
    assert service.send_again(event, campaign, actor) == 0


def test_steering_what_is_not_under_way_does_nothing(event: int, actor: Actor) -> None:
    draft = service.save(event, order(), actor)
    for act in (service.pause, service.resume, service.cancel, service.unschedule):
        assert not act(event, draft, actor)
    assert queries.get_campaign(event, draft).state == "draft"


def test_what_failed_is_sent_again(event: int, actor: Actor) -> None:
    campaign = made(event, actor)
    mark(campaign, 0, state="failed", attempts=3, reason="address_unknown")
    mark(campaign, 1, state="accepted")
    mark(campaign, 2, state="failed", reason="address_unknown")
    cancel(signup_of(letters_of(campaign)[2].registration_id or 0))
    assert service.send_again(event, campaign, actor) == 2
    assert claimed() == 2, "a cancellation and what was queued: what failed is made anew first"
    making.make_letters_tick(Stop())
    assert states(campaign) == {"queued": 1, "sending": 1, "accepted": 1, "suppressed": 1}
    assert letters_of(campaign)[0].attempts == 0
    assert letters_of(campaign)[2].state == "suppressed", "who has cancelled gets no reminder"
    assert service.send_again(event, campaign, actor) == 0


@contextmanager
def pulled_after(commits: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The plug is pulled at the end of a transaction, before it is committed."""
    left = [commits]

    @contextmanager
    def breaking() -> Iterator[Any]:
        with transaction() as session:
            yield session
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "transaction", breaking)
        yield


@pytest.mark.parametrize("act", ["go on", "pause", "cancel"])
def test_killed_at_any_point_it_goes_on_to_the_same_end(
    event: int, actor: Actor, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(making, "BATCH", 3)
    make_signups(event, 8, email="mihon@example.com")
    for commits in range(6):
        campaign = started(event, actor)
        making.make_letters_tick(Stop(looks=2))
        if act != "go on":
            {"pause": service.pause, "cancel": service.cancel}[act](event, campaign, actor)
        with pulled_after(commits, monkeypatch):
            try:
                making.make_letters_tick(Stop())
            except KeyboardInterrupt:
                db.session.remove()
        making.make_letters_tick(Stop())
        end = {"go on": {"queued": 8}, "pause": {"held": 6}, "cancel": {"suppressed": 6}}
        assert states(campaign) == end[act]
        assert len({one.registration_id for one in letters_of(campaign)}) == len(
            letters_of(campaign)
        )


def test_a_changed_sign_up_gets_a_letter_with_what_is_true_now(event: int, actor: Actor) -> None:
    signup = sign_up("soukai", person("見本 花子", event)).registration_id
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    before = letters_of(campaign)[0]
    known = signup_of(signup)
    renamed = as_entry(known, contact_name="新しい 名前", telephone="03-0000-0000")
    change(known, renamed)
    (outdated,) = letters_of(campaign)
    assert outdated.state == "outdated"
    assert progress(event, campaign).to_make == 1
    making.make_letters_tick(Stop())
    (after,) = letters_of(campaign)
    assert (after.id, after.key, after.state) == (before.id, before.key, "queued")
    assert after.body.startswith("新しい 名前 様")


def test_whoever_cancelled_gets_it_no_more(event: int, actor: Actor) -> None:
    signup = sign_up("soukai", person("見本 花子", event)).registration_id
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    cancel(signup_of(signup))
    making.make_letters_tick(Stop())
    (letter,) = letters_of(campaign)
    assert (letter.state, letter.reason) == ("suppressed", "replaced")
    told = progress(event, campaign)
    assert (told.to_make, told.skipped, told.is_finished) == (0, 1, True)


@pytest.mark.parametrize(("act", "end"), [("resume", "queued"), ("cancel", "suppressed")])
def test_changed_while_paused_it_waits(event: int, actor: Actor, act: str, end: str) -> None:
    signup = sign_up("soukai", person("見本 花子", event)).registration_id
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    service.pause(event, campaign, actor)
    making.make_letters_tick(Stop())
    known = signup_of(signup)
    change(known, as_entry(known, telephone="03-0000-0000"))
    making.make_letters_tick(Stop())
    assert states(campaign) == {"outdated": 1}
    {"resume": service.resume, "cancel": service.cancel}[act](event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {end: 1}


def add_file(event: int, audience: str) -> int:
    with transaction() as session:
        file = EventFile(
            event_id=event,
            position=0,
            filename="gian.pdf",
            audience=audience,
            data=b"%PDF-",
            size=5,
            title=Translated(ja="議案"),
            media_type="application/pdf",
            created_at=now(),
        )
        session.add(file)
        session.flush()
        return file.id


def body(event: int, actor: Actor, said: Order) -> str:
    campaign = started(event, actor, said)
    making.make_letters_tick(Stop())
    return letters_of(campaign)[0].body


def test_a_letter_links_to_its_material(event: int, actor: Actor) -> None:
    make_signups(event, 1)
    public, own = add_file(event, "everybody"), add_file(event, "signed_up")
    told = body(event, actor, order(SAYS, file_id=public))
    assert f"/events/soukai/files/{public}/gian.pdf" in told
    told = body(event, actor, order(SAYS, file_id=own))
    link = f"/files/{event}/{own}"
    assert link in told
    assert told.index("/r/") < told.index(link)
    assert "資料" not in body(event, actor, order(SAYS))


def test_a_material_for_those_signed_up_goes_to_nobody_else(event: int, actor: Actor) -> None:
    make_interest(event)
    own = add_file(event, "signed_up")
    told = body(event, actor, order(SAYS, audience="interested", file_id=own))
    assert "/files/" not in told


def test_a_removed_material_takes_its_line_with_it(event: int, actor: Actor) -> None:
    make_signups(event, 1)
    said = order(SAYS, file_id=add_file(event, "everybody"))
    draft = service.save(event, said, actor)
    files.remove_file(event, said.file_id or 0, actor)
    plan = readers.plan_of(queries.get_campaign(event, draft))
    assert plan.order.file_id is None
    up_to = readers.audience(plan).up_to
    assert service.start(event, draft, service.Asked(version=1, up_to=up_to), actor)
    making.make_letters_tick(Stop())
    assert "資料" not in letters_of(draft)[0].body


def test_a_letter_can_ask_whether_they_still_come(event: int, actor: Actor) -> None:
    make_signups(event, 1)
    link = body(event, actor, order(SAYS, asks_coming=True)).strip().splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8000/r/")
    assert link.endswith("/coming")


def test_moved_while_the_letters_are_made_the_rest_tell_the_new_time(
    event: int, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "BATCH", 2)
    make_signups(event, 4)
    campaign = started(event, actor, order(Text(subject="件名", body="{{会場}}")))
    post = making.outbox.post_many

    def moving(session: Any, letters: Any, moment: Any) -> None:
        post(session, letters, moment)
        session.execute(update(Event).values(venue_name=Translated(ja="別の会館")))

    monkeypatch.setattr(making.outbox, "post_many", moving)
    making.make_letters_tick(Stop())
    assert [one.body for one in letters_of(campaign)] == ["見本会館 3階\n"] * 2 + ["別の会館\n"] * 2


def test_the_unsent_are_counted_by_state(event: int, actor: Actor) -> None:
    campaign = made(event, actor, 7)  # the seventh has no address
    mark(campaign, 0, state="accepted")
    mark(campaign, 1, state="retrying")
    mark(campaign, 2, state="failed")
    told = progress(event, campaign)
    assert (told.accepted, told.retrying, told.failed, told.by_hand) == (1, 1, 1, 1)
    assert (told.queued, told.by_mail, told.to_tell) == (3, 6, 2)
    assert db.session.scalars(select(OutboxLetter.id)).all()


def test_stopped_for_good_nobody_is_left_to_be_telephoned(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 3, email="")
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"by_hand": 3}
    service.cancel(event, campaign, actor)
    making.make_letters_tick(Stop())
    assert states(campaign) == {"suppressed": 3}
