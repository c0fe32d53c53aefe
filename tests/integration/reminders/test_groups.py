"""Whom a letter goes to: counted, shown and made, each by the same group."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import EventSession
from app.mail import outbox
from app.mail.bounces.models import MailAddress
from app.mail.letter import Letter
from app.mail.models import OutboxLetter
from app.registration.models import Answer, Attendance, Booking, Participant, Registration
from app.reminders import making, queries, readers, recipients, service
from app.reminders.facts import Order
from tests.campaigns import Stop, letters_of, make_interest, order, started
from tests.entries import make_question, person, sign_up
from tests.factories import make_event, make_series, make_signups
from tests.office import make_account


class Group:
    """One meeting with people of every kind, each by what they are."""

    def __init__(self) -> None:
        self.event = make_event(online=None)
        self.question, (self.yes, self.no) = make_question(self.event)
        kinds = {
            "hanako": {"way": "venue"},
            "taro": {"way": "online"},
            "silent": {"way": "venue"},
            "waiting": {"state": "waiting"},
            "cancelled": {"state": "cancelled"},
        }
        self.ids = {
            name: make_signups(self.event, 1, first=at, **kind)[0]
            for at, (name, kind) in enumerate(kinds.items())
        }
        make_signups(make_event("betsu"), 2)

    def booking(self, name: str) -> int:
        """The booking of somebody."""
        query = select(Booking.id).join(Participant, Participant.id == Booking.participant_id)
        query = query.where(Participant.registration_id == self.ids[name])
        found = db.session.scalars(query).one()
        db.session.remove()
        return found

    def names(self, ids: Any) -> set[str]:
        """Who these are."""
        known = {signup: name for name, signup in self.ids.items()}
        return {known[one] for one in ids}


@pytest.fixture
def actor(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def group(actor: Actor) -> Group:
    return Group()


def answer(group: Group, name: str, choice: int, *, once: bool = False) -> None:
    signup = group.ids[name]
    query = select(Participant.id).where(Participant.registration_id == signup)
    with transaction() as session:
        session.add(
            Answer(
                question_id=group.question,
                registration_id=signup,
                participant_id=None if once else session.scalars(query).one(),
                choice_id=choice,
            )
        )


def came(group: Group, name: str, kind: str = "in", undoes: int | None = None) -> int:
    booking = group.booking(name)
    with transaction() as session:
        row = Attendance(booking_id=booking, kind=kind, at=now(), recorded_at=now(), undoes=undoes)
        session.add(row)
        session.flush()
        return row.id


def be_over(group: Group) -> None:
    with transaction() as session:
        ended = {"starts_at": now() - timedelta(days=2), "ends_at": now() - timedelta(days=1)}
        held = EventSession.event_id == group.event
        session.execute(update(EventSession).where(held).values(**ended))


def letter(group: Group, name: str, state: str) -> None:
    signup = group.ids[name]
    with transaction() as session:
        key = f"{name}:{state}"
        posted = Letter(
            key=key,
            purpose="confirmed",
            to_address="mihon@example.com",
            to_name=name,
            locale="ja",
            subject="件名",
            body="本文",
            registration_id=signup,
        )
        outbox.post(session, posted, now())
        session.execute(update(OutboxLetter).where(OutboxLetter.key == key).values(state=state))


def chosen(group: Group, actor: Actor, said: Order) -> set[str]:
    """Who gets it, which the count, the preview's pages and the letters must agree about."""
    plan = readers.plan_for(group.event, said)
    counted = readers.audience(plan)
    paged = []
    found = readers.find_reader(plan, None)
    while found is not None:
        paged.append(found.here.registration_id)
        found = readers.find_reader(plan, found.after) if found.after else None
    reach = recipients.Reach(after=0, up_to=counted.up_to, limit=100)
    read = recipients.next_ids(db.session(), said.target, plan.scope, reach)
    db.session.remove()
    campaign = started(group.event, actor, said)
    making.make_letters_tick(Stop())
    made = [one.registration_id for one in letters_of(campaign)]
    assert list(read) == paged == made
    assert counted.everybody == len(made)
    return group.names(made)


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("confirmed", {"hanako", "taro", "silent"}),
        ("venue", {"hanako", "silent"}),
        ("online", {"taro"}),
        ("waiting", {"waiting"}),
    ],
)
def test_by_how_they_take_part(group: Group, actor: Actor, audience: str, who: set[str]) -> None:
    assert chosen(group, actor, order(audience=audience)) == who


def test_by_what_they_answered(group: Group, actor: Actor) -> None:
    answer(group, "hanako", group.yes)
    answer(group, "taro", group.no, once=True)
    answer(group, "waiting", group.yes)
    asked = {"question_id": group.question}
    yes = order(audience="answered", choice_id=group.yes, **asked)
    no = order(audience="answered", choice_id=group.no, **asked)
    assert chosen(group, actor, yes) == {"hanako"}
    assert chosen(group, actor, no) == {"taro"}
    assert chosen(group, actor, order(audience="not_answered", **asked)) == {"silent"}


def test_by_whether_they_came(group: Group, actor: Actor) -> None:
    came(group, "hanako")
    came(group, "silent")
    came(group, "silent", "out")
    assert chosen(group, actor, order(audience="came")) == {"hanako", "silent"}
    with pytest.raises(service.Nobody):  # it has not been held
        chosen(group, actor, order(audience="not_came"))
    db.session.remove()
    be_over(group)
    assert chosen(group, actor, order(audience="not_came")) == {"taro"}


def test_what_was_undone_was_never_so(group: Group, actor: Actor) -> None:
    came(group, "hanako")
    wrong = came(group, "taro")
    came(group, "taro", undoes=wrong)
    assert chosen(group, actor, order(audience="came")) == {"hanako"}
    be_over(group)
    assert chosen(group, actor, order(audience="not_came")) == {"taro", "silent"}
    assert chosen(group, actor, order(audience="not_arrived")) == {"taro", "silent"}


def test_by_whether_their_last_letter_failed(group: Group, actor: Actor) -> None:
    for name, states in {
        "hanako": ("failed",),
        "taro": ("failed", "accepted"),
        "silent": ("accepted", "failed", "suppressed"),
        "waiting": ("failed",),
        "cancelled": ("failed",),
    }.items():
        for state in states:
            letter(group, name, state)
    who = chosen(group, actor, order(audience="letter_failed"))
    assert who == {"hanako", "silent", "waiting"}


def test_a_letter_that_came_back_failed_too_until_they_are_told(group: Group, actor: Actor) -> None:
    letter(group, "hanako", "by_hand")
    letter(group, "taro", "told")
    assert chosen(group, actor, order(audience="letter_failed")) == {"hanako"}


def test_an_address_from_which_letters_came_back_is_not_counted_by_mail(
    group: Group, actor: Actor
) -> None:
    with transaction() as session:
        theirs = session.get_one(Registration, group.ids["hanako"])
        theirs.email = "Hanako@Example.com"
        session.add(MailAddress(address_key="hanako@example.com", address="", state="marked"))
    plan = readers.plan_for(group.event, order())
    counted = readers.audience(plan)
    assert (counted.everybody, counted.without_mail) == (3, 1)
    campaign = started(group.event, actor, order())
    told = queries.progress(queries.get_campaign(group.event, campaign))
    assert (told.to_make, told.to_list) == (2, 1)
    making.make_letters_tick(Stop())
    told = queries.progress(queries.get_campaign(group.event, campaign))
    assert (told.by_mail, told.by_hand, told.skipped) == (2, 1, 0)


def test_two_people_of_one_sign_up_get_one_letter(actor: Actor) -> None:
    event = make_event(online=None)
    signup = sign_up(
        "soukai", person("見本 花子", event), person("例 太郎", event, way="online")
    ).registration_id
    for audience in ("confirmed", "venue", "online"):
        campaign = started(event, actor, order(audience=audience))
        making.make_letters_tick(Stop())
        assert [one.registration_id for one in letters_of(campaign)] == [signup]


def test_the_whole_day_is_everybody_once_with_the_meetings_of_each(actor: Actor) -> None:
    series = make_series("day")
    title = {"title": Translated(ja="朝の会")}
    morning = make_event("asa", series_id=series, **title)
    evening = make_event("yoru", series_id=series, title=Translated(ja="夜の会"))
    both = sign_up("asa", person("見本 花子", morning, evening)).registration_id
    late = sign_up("yoru", person("例 太郎", evening), email="rei@example.com").registration_id
    alone = started(morning, actor, order(audience="confirmed"))
    whole = started(morning, actor, order(audience="confirmed", whole_day=True))
    making.make_letters_tick(Stop())
    assert [one.registration_id for one in letters_of(alone)] == [both]
    letters = {one.registration_id: one for one in letters_of(whole)}
    assert set(letters) == {both, late}
    assert "朝の会" in letters[both].subject
    assert "夜の会" in letters[both].subject
    assert "朝の会" not in letters[late].subject


def test_those_who_want_to_be_told_get_one_they_can_end(actor: Actor) -> None:
    event = make_event(starts_in=None, opens=None)
    one = make_interest(event)
    make_interest(event, email="frage@example.com", state="asked")
    make_interest(event, email="weg@example.com", state="left")
    said = order(audience="interested")
    assert readers.audience(readers.plan_for(event, said)).everybody == 1
    campaign = started(event, actor, said)
    making.make_letters_tick(Stop())
    (made,) = letters_of(campaign)
    assert (made.interest_id, made.registration_id) == (one, None)
    assert made.unsubscribe_url.endswith("/leave")
    assert "/sign-up" in made.body
    assert made.subject == "【お知らせ】見本の総会"


def test_letters_about_ones_own_sign_up_cannot_be_unsubscribed(group: Group, actor: Actor) -> None:
    campaign = started(group.event, actor)
    making.make_letters_tick(Stop())
    assert {one.unsubscribe_url for one in letters_of(campaign)} == {""}
