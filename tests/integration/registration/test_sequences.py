"""No sequence of acts breaks what must always hold: a stateful property test on both databases.

Small numbers of places make every example meet a full meeting. ``make faults`` runs many more.
"""

import secrets
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.base.clock import now
from app.db import db, transaction
from app.events.models import ADMISSIONS, Event, EventChoice, EventNotice, EventWay
from app.mail.models import OutboxLetter
from app.registration import deciding, meetings, notices, service
from app.registration.changing import ChangedMeanwhile
from app.registration.facts import ByOffice, Signup
from app.registration.letters import snapshots
from app.registration.letters.telling import last_told
from app.registration.locking import lock_event
from app.registration.models import Answer, Booking, Registration
from app.registration.queries import read_signups
from tests import entries
from tests.conftest import empty
from tests.entries import as_entry, chosen, make_question, person
from tests.factories import make_event, make_series
from tests.office import make_account
from tests.sizes import WHOLE

pytestmark = [pytest.mark.whole] if WHOLE else []
EXAMPLES = 300 if WHOLE else 25
STEPS = 30 if WHOLE else 20
WAYS = ("venue", "online")
Wanted = tuple[tuple[str | None, str | None], int]
REFUSALS = (service.SignUpRefused, ChangedMeanwhile)
ways = st.sampled_from((*WAYS, None))


class NeverStops:
    asked = False


class Day(RuleBasedStateMachine):
    """Two meetings, two ways, a choice with two places; anybody does anything in any order."""

    app: ClassVar[Flask]
    seen: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        empty()
        series = make_series("day")
        self.by = make_account()
        self.events = [
            make_event(slug, series_id=series, venue=2, online=1, starts_in=timedelta(days=start))
            for slug, start in (("morning", 40), ("afternoon", 41))
        ]
        self.question, self.choices = make_question(
            self.events[0], choices=({"places": 2}, {"seats": 1}, {})
        )
        self.names = 0
        self.over: Counter[tuple[int, str]] = Counter()
        for choice in (0, 1):
            self._sign_up([(("venue", "venue"), choice)])

    def _person(self, wanted: tuple[str | None, str | None], choice: int) -> Any:
        self.names += 1
        coming = {e: w for e, w in zip(self.events, wanted, strict=True) if w}
        answers = (chosen(self.question, self.choices[choice]),) if self.events[0] in coming else ()
        return person(f"見本 {self.names}", ways=coming, answers=answers)

    @rule(
        people=st.lists(st.tuples(st.tuples(ways, ways), st.integers(0, 2)), min_size=1, max_size=3)
    )
    def sign_up(self, people: list[Wanted]) -> None:
        self._sign_up(people)

    @rule(
        people=st.lists(
            st.tuples(st.just(("venue", "venue")), st.integers(0, 2)), min_size=1, max_size=2
        )
    )
    def sign_up_for_all(self, people: list[Wanted]) -> None:
        self._sign_up(people)

    def _sign_up(self, people: list[Wanted]) -> None:
        everybody = [self._person(wanted, choice) for wanted, choice in people if any(wanted)]
        if everybody:
            with suppress(*REFUSALS):
                email = f"mihon{self.names}@example.com"
                entries.sign_up("morning", *everybody, email=email)
                self.seen["signed up"] += 1

    def _signup(self, which: int) -> Signup | None:
        ids = list(db.session.scalars(select(Registration.id).order_by(Registration.id)))
        return entries.signup_of(ids[which % len(ids)]) if ids else None

    @rule(which=st.integers(0, 20), person_at=st.integers(0, 2), at=st.integers(0, 1), way=ways)
    def change_way(self, which: int, person_at: int, at: int, way: str | None) -> None:
        signup = self._signup(which)
        if signup is None or not signup.coming:
            return
        changed = as_entry(signup)
        place = person_at % len(changed.people)
        with suppress(*REFUSALS):
            entries.change(signup, entries.with_way(changed, place, self.events[at], way))
            self.seen["changed"] += 1

    @rule(which=st.integers(0, 20), choice=st.integers(0, 2))
    def change_answer(self, which: int, choice: int) -> None:
        signup = self._signup(which)
        if signup is None or not signup.coming:
            return
        changed = as_entry(signup, answers=(chosen(self.question, self.choices[choice]),))
        with suppress(*REFUSALS):
            entries.change(signup, changed)
            self.seen["answered"] += 1

    @rule(which=st.integers(0, 20), part=st.integers(0, 5))
    def cancel(self, which: int, part: int) -> None:
        signup = self._signup(which)
        every = [b.id for p in signup.people for b in p.bookings if b.active] if signup else []
        if signup is not None and every:
            with suppress(*REFUSALS):
                entries.cancel(signup, *(every if part == 0 else [every[part % len(every)]]))
                self.seen["cancelled"] += 1

    @rule(at=st.integers(0, 1), venue=st.integers(0, 4), online=st.integers(0, 3))
    def set_places(self, at: int, venue: int, online: int) -> None:
        self._set(at, places={"venue": venue, "online": online})
        self.over = self._over()
        self.seen["places set"] += 1

    @rule(at=st.integers(0, 1), admission=st.sampled_from(ADMISSIONS))
    def set_admission(self, at: int, admission: str) -> None:
        self._set(at, admission=admission)
        self.seen["admission set"] += 1

    @rule(at=st.integers(0, 1), way=st.sampled_from(WAYS))
    def ask_to_come(self, at: int, way: str) -> None:
        self._set(at, admission="approval")
        self._sign_up([((way, way), 0)])

    @rule(which=st.integers(0, 20), part=st.integers(0, 5), come=st.booleans())
    def decide(self, which: int, part: int, come: bool) -> None:  # noqa: FBT001
        """The office lets people come who asked to, or declines them."""
        asking = select(Booking.registration_id).where(Booking.state == "requested").distinct()
        ids = list(db.session.scalars(asking.order_by(Booking.registration_id)))
        if not ids:
            return
        signup = entries.signup_of(ids[which % len(ids)])
        every = [b.id for p in signup.people for b in p.bookings if b.is_asking]
        chosen_ones = every if part == 0 else [every[part % len(every)]]
        seen = (signup.registration_id, signup.link_version, signup.version)
        office, key = ByOffice(actor=self.by), secrets.token_hex(16)
        with suppress(*REFUSALS):
            act = deciding.approve if come else deciding.decline
            act(*seen, chosen_ones, key, office=office)
            self.seen["approved" if come else "declined"] += 1

    @rule(at=st.integers(0, 1), opened=st.booleans())
    def close_or_open(self, at: int, opened: bool) -> None:  # noqa: FBT001
        self._set(
            at, closes_at=now() + timedelta(days=9 if opened else -1), change_until=self.end()
        )
        self.seen["closed or opened"] += 1

    @rule(at=st.integers(0, 1), going_on=st.booleans())
    def stop_promotion(self, at: int, going_on: bool) -> None:  # noqa: FBT001
        self._set(at, promotion_until=now() + timedelta(days=9 if going_on else -1))
        self.seen["promotion set"] += 1

    @rule(at=st.integers(0, 1), hours=st.integers(1, 9))
    def move_meeting(self, at: int, hours: int) -> None:
        start = now().replace(microsecond=0) + timedelta(days=50, hours=hours)
        self._set(at, spans=((start, start + timedelta(hours=2)),))
        self.seen["moved"] += 1

    @rule()
    def work(self) -> None:
        """The worker sends what is due and does its duties."""
        notices.end_promotion_tick(NeverStops())
        notices.tell_notices_tick(NeverStops())
        with transaction() as session:
            for letter in session.scalars(select(OutboxLetter)):
                letter.state = "accepted" if letter.state == "queued" else letter.state
        self.seen["worked"] += 1

    def end(self) -> Any:
        return now() + timedelta(days=30)

    def _set(self, at: int, **changed: Any) -> None:
        event = db.session.get_one(Event, self.events[at])
        given: dict[str, Any] = {
            name: getattr(event, name)
            for name in (
                *("venue_name", "venue_address", "access", "online_url"),
                *("waiting_list", "admission"),
            )
        }
        given |= {name: getattr(event, name) for name in meetings.MOMENTS}
        given["spans"] = tuple((s.starts_at, s.ends_at) for s in event.sessions)
        given["places"] = {way.way: way.places for way in event.ways}
        db.session.close()
        wanted = meetings.MeetingSettings(**{**given, **changed})
        meetings.change_meeting(self.events[at], wanted, self.by)

    @invariant()
    def nobody_has_a_place_that_is_not_there(self) -> None:
        """Places lowered below those taken cancel nobody; nobody else gets in meanwhile."""
        over = self._over()
        assert all(over[key] <= self.over[key] for key in over), over
        self.over = over

    @invariant()
    def nobody_who_fits_waits(self) -> None:
        taken, limits, moment = self._taken(), self._limits(), now()
        for booking in db.session.scalars(select(Booking).where(Booking.state == "waiting")):
            until = db.session.get_one(Event, booking.event_id).promotion_until
            key = (booking.event_id, booking.way)
            limit = limits[key]
            fits = limit is None or taken[key] + booking.seats <= limit
            assert not (fits and (until is None or moment < until)), "somebody waits for nothing"
        db.session.close()

    @invariant()
    def choices_are_held_by_people_with_a_place(self) -> None:
        rows = db.session.execute(
            select(Answer.choice_id, Answer.participant_id, Answer.registration_id).where(
                Answer.held.is_(True)
            )
        ).all()
        held = Counter(row.choice_id for row in rows)
        for choice in db.session.scalars(select(EventChoice)):
            assert choice.places is None or held[choice.id] <= choice.places
        for row in rows:
            confirmed = select(Booking.id).where(
                Booking.event_id == self.events[0], Booking.state == "confirmed"
            )
            if row.participant_id:
                confirmed = confirmed.where(Booking.participant_id == row.participant_id)
            assert db.session.scalars(confirmed).first() is not None
        db.session.close()

    @invariant()
    def letters_tell_exactly_what_happened(self) -> None:
        """The last letter that goes, or has gone, tells each sign-up as it is now."""
        undone = select(EventNotice.id).where(EventNotice.done_at.is_(None))
        to_be_told = db.session.scalars(undone).first() is not None
        with transaction() as session:
            ids = list(session.scalars(select(Registration.id)))
            signups = read_signups(session, ids)
            day = lock_event(session, self.events[0], now())
            told = last_told(day, ids)
            for one in signups.values():
                state = snapshots.take(one, day.offer(one.locale))
                changes = snapshots.compare(told[one.registration_id], state)
                left = [c for c in changes if not (to_be_told and c.kind == "time")]
                assert not left, left
        waiting = select(OutboxLetter.registration_id).where(OutboxLetter.state == "queued")
        assert max(Counter(db.session.scalars(waiting)).values(), default=0) <= 1
        db.session.close()

    def _over(self) -> Counter[tuple[int, str]]:
        taken, limits = self._taken(), self._limits()
        return Counter({key: max(0, taken[key] - n) for key, n in limits.items() if n is not None})

    def _taken(self) -> Counter[tuple[int, str]]:
        rows = db.session.execute(
            select(Booking.event_id, Booking.way, Booking.seats).where(Booking.state == "confirmed")
        )
        found: Counter[tuple[int, str]] = Counter()
        for event_id, way, seats in rows:
            found[event_id, way] += seats
        db.session.close()
        return found

    def _limits(self) -> dict[tuple[int, str], int | None]:
        rows = db.session.execute(select(EventWay.event_id, EventWay.way, EventWay.places))
        found = {(event_id, way): places for event_id, way, places in rows}
        db.session.close()
        return found


def test_no_sequence_of_acts_breaks_what_must_hold(app: Flask) -> None:
    class Here(Day):
        pass

    Here.app, Here.seen = app, Counter()
    chosen_settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=chosen_settings)
    print(f"{EXAMPLES} examples of {STEPS} steps: {dict(Here.seen)}")
    assert Here.seen["signed up"] > 0
    # Few of few examples come so far that somebody asks and is answered.
    assert not WHOLE or min(Here.seen["approved"], Here.seen["declined"]) > 0
