"""Rules at their moment and campaigns at theirs, whatever happens to the meeting meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event, EventSession
from app.mail.models import OutboxLetter
from app.registration.models import Registration
from app.reminders import due, making, queries, ruling, service
from app.reminders.models import Campaign, ReminderRule
from app.reminders.service import Asked
from tests.campaigns import Stop, days, hours, letters_of, make_rule, order, series_of
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.office import make_account

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)

Tick = Callable[[datetime], None]


@pytest.fixture
def actor(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def event(actor: Actor) -> int:
    found = make_event(starts_in=10 * DAY)
    make_signups(found, 3)
    return found


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Tick:
    """What the worker does at a moment."""

    def work(moment: datetime) -> None:
        monkeypatch.setattr(due, "now", lambda: moment)
        monkeypatch.setattr(ruling, "now", lambda: moment)
        due.due_tick(Stop())
        making.make_letters_tick(Stop())

    return work


def start_of(event_id: int) -> datetime:
    query = select(EventSession.starts_at).where(EventSession.event_id == event_id)
    found = db.session.scalars(query).one()
    db.session.remove()
    return found


def move(event_id: int, by: timedelta) -> None:
    start = start_of(event_id) + by
    with transaction() as session:
        session.execute(
            update(EventSession)
            .where(EventSession.event_id == event_id)
            .values(starts_at=start, ends_at=start + 2 * HOUR)
        )


def runs() -> list[tuple[str, str, int]]:
    """State, reason and recipients of every campaign."""
    query = select(Campaign.state, Campaign.reason, Campaign.recipients).order_by(Campaign.id)
    found = [(row.state, row.reason, row.recipients) for row in db.session.execute(query)]
    db.session.remove()
    return found


def told(purpose: str = "reminder") -> list[str]:
    """To whom letters of a purpose were made, in order."""
    query = select(OutboxLetter.to_address).where(OutboxLetter.purpose == purpose)
    found = list(db.session.scalars(query.order_by(OutboxLetter.id)))
    db.session.remove()
    return found


def test_a_rule_sends_once_at_its_moment(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(24))
    moment = start_of(event) - DAY
    tick(moment - SECOND)
    assert runs() == []
    for later in (timedelta(), SECOND, HOUR, DAY + HOUR, 9 * DAY):
        tick(moment + later)
        assert runs() == [("made", "", 3)]
    assert len(told()) == 3


def test_the_letter_is_of_the_rule_and_of_its_meeting_time(
    event: int, actor: Actor, tick: Tick
) -> None:
    rule = make_rule(event, actor, hours(24))
    start = start_of(event)
    tick(start - DAY)
    query = select(OutboxLetter.key, OutboxLetter.registration_id)
    for key, signup in db.session.execute(query):
        assert key == f"remind:{rule}:{signup}:{start:%Y%m%dT%H%MZ}"


def test_moving_the_meeting_moves_the_reminder(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(24))
    before = start_of(event) - DAY
    move(event, 3 * DAY)
    tick(before)
    assert runs() == []
    tick(before + 3 * DAY)
    assert runs() == [("made", "", 3)]


def test_moved_far_after_it_was_sent_it_is_sent_for_the_new_time(
    event: int, actor: Actor, tick: Tick
) -> None:
    make_rule(event, actor, hours(24))
    moment = start_of(event) - DAY
    tick(moment)
    move(event, 5 * DAY)
    tick(moment + HOUR)
    assert len(runs()) == 1
    tick(moment + 5 * DAY)
    assert runs() == [("made", "", 3)] * 2
    assert len(told()) == 6


def test_moved_a_little_after_it_was_sent_nobody_is_reminded_twice(
    event: int, actor: Actor, tick: Tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule(event, actor, hours(24))
    moment = start_of(event) - DAY
    tick(moment)
    move(event, -HOUR)
    for later in (HOUR, 2 * HOUR):
        tick(moment + later)
    assert runs() == [("made", "", 3), ("missed", "told", 0)]


def test_a_cancelled_person_gets_none(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(24))
    signup = sign_up("soukai", person("例 太郎", event), email="weg@example.com")
    cancel(signup_of(signup))
    tick(start_of(event) - DAY)
    assert "weg@example.com" not in told()
    assert len(told()) == 3


def test_a_late_sign_up_skips_it(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(24))
    moment = start_of(event) - DAY
    late = sign_up("soukai", person("例 太郎", event), email="spaet@example.com")
    with transaction() as session:
        session.execute(
            update(Registration)
            .where(Registration.id == late.registration_id)
            .values(created_at=moment + SECOND)
        )
    tick(moment + 2 * SECOND)
    assert runs() == [("made", "", 3)]
    assert "spaet@example.com" not in told()


@pytest.mark.parametrize(
    ("amount", "late", "run"),
    [
        (48, 23 * HOUR, ("made", "", 3)),
        (48, 24 * HOUR, ("made", "", 3)),
        (48, 25 * HOUR, ("missed", "late", 0)),
        (3, 2 * HOUR, ("made", "", 3)),
        (3, 3 * HOUR, ("missed", "begun", 0)),
    ],
)
def test_after_the_worker_was_away(
    event: int, actor: Actor, tick: Tick, amount: int, late: timedelta, run: object
) -> None:
    make_rule(event, actor, hours(amount))
    moment = start_of(event) - amount * HOUR
    for later in (late, late + SECOND):
        tick(moment + later)
    assert runs() == [run]


def test_two_meetings_of_a_day_make_one_letter(actor: Actor, tick: Tick) -> None:
    series = make_series("day")
    names = ("朝の会", "夜の会")
    morning, evening = (
        make_event(slug, series_id=series, starts_in=10 * DAY + at, title=Translated(ja=name))
        for slug, name, at in zip(("asa", "yoru"), names, (timedelta(), 4 * HOUR), strict=True)
    )
    make_rule(morning, actor, hours(3))
    sign_up("asa", person("見本 花子", morning, evening))
    sign_up("yoru", person("例 太郎", evening), email="rei@example.com")
    first = start_of(morning) - 3 * HOUR
    tick(first)
    assert told() == ["mihon@example.com"]
    tick(first + 4 * HOUR)
    assert told() == ["mihon@example.com", "rei@example.com"]
    query = select(OutboxLetter).where(OutboxLetter.purpose == "reminder").order_by(OutboxLetter.id)
    both, late = db.session.scalars(query).all()
    for name in names:
        assert name in both.subject
        assert both.body.count(f"{name}: 20") == 1  # each with its own time
    assert names[0] not in late.subject + late.body


def test_thanks_come_after_the_last_of_the_meetings(actor: Actor, tick: Tick) -> None:
    series = make_series("day")
    morning = make_event("asa", series_id=series, starts_in=10 * DAY)
    evening = make_event("yoru", series_id=series, starts_in=10 * DAY + 4 * HOUR)
    make_rule(morning, actor, hours(1, after=True))
    sign_up("asa", person("見本 花子", morning, evening))
    sign_up("asa", person("例 太郎", morning), email="rei@example.com")
    tick(start_of(morning) + 3 * HOUR)
    assert told() == ["rei@example.com"]
    tick(start_of(evening) + 3 * HOUR)
    assert told() == ["rei@example.com", "mihon@example.com"]


def test_where_the_first_meeting_is_called_off_the_next_counts(actor: Actor, tick: Tick) -> None:
    series = make_series("day")
    morning = make_event("asa", series_id=series, starts_in=10 * DAY)
    evening = make_event("yoru", series_id=series, starts_in=10 * DAY + 4 * HOUR)
    make_rule(morning, actor, hours(3))
    sign_up("asa", person("見本 花子", morning, evening))
    with transaction() as session:
        session.execute(update(Event).where(Event.id == morning).values(state="cancelled"))
    tick(start_of(morning) - 3 * HOUR)
    assert told() == []
    tick(start_of(evening) - 3 * HOUR)
    assert told() == ["mihon@example.com"]


def test_what_nobody_has_looked_at_asks_the_office_and_sends_nothing(
    event: int, actor: Actor, tick: Tick
) -> None:
    other = make_account("sonota@example.com")
    rule = make_rule(event, actor, hours(48), seen=False)
    moment = start_of(event) - 2 * DAY
    tick(moment - DAY - SECOND)
    assert told("rule_unseen") == []
    for later in (-DAY, -HOUR, HOUR):
        tick(moment + later)
        assert sorted(told("rule_unseen")) == sorted([actor.email, other.email])
    assert runs() == []
    ruling.approve(series_of(event), rule, 1, actor)
    tick(moment + 2 * HOUR)
    assert runs() == [("made", "", 3)]


def test_what_nobody_looked_at_in_time_was_missed(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(48), seen=False)
    moment = start_of(event) - 2 * DAY
    for later in (HOUR, 25 * HOUR, 26 * HOUR):
        tick(moment + later)
    assert runs() == [("missed", "unseen", 0)]
    assert told() == []


def test_one_question_for_a_day_of_two_meetings(actor: Actor, tick: Tick) -> None:
    series = make_series("day")
    morning = make_event("asa", series_id=series, starts_in=10 * DAY)
    make_event("yoru", series_id=series, starts_in=10 * DAY + timedelta(minutes=1))
    make_rule(morning, actor, days(3), seen=False)
    rules = queries.list_rules(series)
    tick(due.upcoming(series, rules, now())[0].due_at - HOUR)
    assert told("rule_unseen") == [actor.email]


def test_an_edited_rule_must_be_looked_at_again(event: int, actor: Actor, tick: Tick) -> None:
    rule = make_rule(event, actor, hours(24))
    series = series_of(event)
    known = queries.get_rule(series, rule)
    ruling.save(series, known.timing, order(audience="venue"), actor, known=known)
    moment = start_of(event) - DAY
    tick(moment)
    assert runs() == []
    with pytest.raises(ruling.Changed):
        ruling.approve(series, rule, 1, actor)
    ruling.approve(series, rule, 2, actor)
    tick(moment + HOUR)
    assert runs() == [("made", "", 3)]


def test_storing_the_same_again_needs_no_new_look(event: int, actor: Actor) -> None:
    rule = make_rule(event, actor, hours(24))
    known = queries.get_rule(series_of(event), rule)
    ruling.save(known.series_id, known.timing, known.order, actor, known=known)
    assert queries.get_rule(known.series_id, rule).seen


def test_moments_that_pass_while_a_rule_is_off_send_nothing_later(
    event: int, actor: Actor, tick: Tick
) -> None:
    rule = make_rule(event, actor, hours(24))
    series, moment = series_of(event), start_of(event) - DAY
    ruling.switch(series, rule, actor, on=False)
    tick(moment)
    ruling.switch(series, rule, actor, on=True)  # as late as the moment of the tick
    tick(moment + HOUR)
    assert runs() == [("made", "", 3)]


def test_a_rule_that_is_off_sends_nothing(event: int, actor: Actor, tick: Tick) -> None:
    rule = make_rule(event, actor, hours(24))
    series, moment = series_of(event), start_of(event) - DAY
    ruling.switch(series, rule, actor, on=False)
    tick(moment + HOUR)
    ruling.switch(series, rule, actor, on=True)
    for later in (2 * HOUR, 3 * HOUR):
        tick(moment + later)
    assert runs() == []


def test_a_removed_rule_sends_nothing_and_is_not_given_again(
    event: int, actor: Actor, tick: Tick
) -> None:
    rule = make_rule(event, actor, hours(24))
    ruling.remove(series_of(event), rule, actor)
    tick(start_of(event) - DAY)
    assert runs() == []
    assert queries.list_rules(series_of(event)) == []


def test_a_meeting_that_was_called_off_is_not_reminded_of(
    event: int, actor: Actor, tick: Tick
) -> None:
    make_rule(event, actor, hours(24))
    with transaction() as session:
        session.execute(update(Event).values(state="cancelled"))
    tick(start_of(event) - DAY)
    assert runs() == []


def test_called_off_while_its_letters_are_made_no_more_are(
    event: int, actor: Actor, tick: Tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "BATCH", 2)
    make_rule(event, actor, hours(24))
    monkeypatch.setattr(due, "now", lambda: start_of(event) - DAY)
    due.due_tick(Stop())
    making.make_letters_tick(Stop(looks=1))
    with transaction() as session:
        session.execute(update(Event).values(state="cancelled"))
    making.make_letters_tick(Stop())
    assert len(told()) == 2
    assert runs() == [("made", "", 3)]


def test_every_new_series_is_given_two_rules_that_send_nothing_unseen(
    event: int, tick: Tick
) -> None:
    for _time in range(2):
        due.due_tick(Stop())
    first, second = queries.list_rules(series_of(event))
    assert (first.timing.unit, first.timing.amount, first.timing.minute) == ("days", 7, 600)
    assert (second.timing.unit, second.timing.amount) == ("office_days", 2)
    assert not first.seen
    assert not second.seen


def test_several_workers_make_one_campaign(
    app: Flask, event: int, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rule(event, actor, hours(24))
    moment = start_of(event) - DAY
    monkeypatch.setattr(due, "now", lambda: moment)

    def work(_at: int) -> None:
        with app.app_context():
            due.due_tick(Stop())
            making.make_letters_tick(Stop())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert runs() == [("made", "", 3)]
    assert len(told()) == 3


def schedule(event: int, actor: Actor, moment: datetime) -> int:
    campaign = service.save(event, order(), actor)
    assert service.start(event, campaign, Asked(version=1, send_at=moment), actor)
    return campaign


def test_a_campaign_goes_at_its_time_to_whoever_is_there_then(
    event: int, actor: Actor, tick: Tick
) -> None:
    moment = now() + 2 * HOUR
    campaign = schedule(event, actor, moment)
    tick(moment - SECOND)
    assert runs() == [("scheduled", "", 0)]
    make_signups(event, 1, first=3)
    for later in (timedelta(), HOUR):
        tick(moment + later)
    assert runs() == [("made", "", 4)]
    assert len(letters_of(campaign)) == 4


def test_nothing_is_scheduled_for_what_has_passed(event: int, actor: Actor) -> None:
    with pytest.raises(service.TooEarly):
        schedule(event, actor, now() - SECOND)


@pytest.mark.parametrize(
    ("late", "state", "reason"),
    [(HOUR, "cancelled", "called_off"), (25 * HOUR, "published", "late")],
)
def test_a_campaign_that_can_no_longer_go_says_why(
    event: int, actor: Actor, tick: Tick, late: timedelta, state: str, reason: str
) -> None:
    moment = now() + HOUR
    campaign = schedule(event, actor, moment)
    with transaction() as session:
        session.execute(update(Event).values(state=state))
    tick(moment + late)
    assert runs() == [("missed", reason, 0)]
    assert service.unschedule(event, campaign, actor)
    assert queries.get_campaign(event, campaign).state == "draft"


def test_what_was_missed_by_a_rule_is_no_draft(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, hours(48))
    tick(start_of(event) - DAY + HOUR)
    (missed,) = db.session.scalars(select(Campaign.id)).all()
    db.session.remove()
    assert not service.unschedule(event, missed, actor)
    assert runs() == [("missed", "late", 0)]


def test_the_office_sees_when_and_to_how_many_before_it_is_sent(event: int, actor: Actor) -> None:
    rule = make_rule(event, actor, hours(24))
    rules = queries.list_rules(series_of(event))
    (coming,) = due.upcoming(series_of(event), rules, now())
    assert (coming.rule_id, coming.event_id, coming.people) == (rule, event, 3)
    assert coming.due_at == start_of(event) - DAY
    move(event, 2 * DAY)
    (coming,) = due.upcoming(series_of(event), rules, now())
    assert coming.due_at == start_of(event) - DAY


def test_a_rule_made_after_its_moment_is_over(event: int, actor: Actor, tick: Tick) -> None:
    make_rule(event, actor, days(4))
    with transaction() as session:
        session.execute(update(ReminderRule).values(timed_at=start_of(event) - 2 * DAY))
    rules = queries.list_rules(series_of(event))
    (coming,) = due.upcoming(series_of(event), rules, start_of(event) - 2 * DAY)
    assert coming.step == "over"
    tick(start_of(event) - 2 * DAY)
    assert runs() == []
