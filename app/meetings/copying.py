"""Next year's meetings from this year's: all that was prepared, and nothing of the people.

Reminder rules are copied unseen: they send only once somebody has looked at them, and nothing that
would have been due before the copy was made. Reports, the online address and, unless asked for,
files stay behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import NotFound
from app.db import Translated, lock, transaction
from app.db.session import WriteSession
from app.events import changes
from app.events.models import (
    Event,
    EventChoice,
    EventFile,
    EventQuestion,
    EventSession,
    EventWay,
    Series,
)
from app.meetings import rows
from app.meetings.facts import TERMS, Copied, CopyOrder
from app.meetings.making import OutOfOrder
from app.meetings.queries import first_day
from app.meetings.rules import YEAR, free_slug, moved, moved_years, too_short
from app.planning.copying import copy_plans
from app.registration.privacy.facts import FACTS
from app.registration.privacy.models import PrivacyNotice
from app.reminders.models import ReminderRule
from app.texts.models import LetterText

MOMENTS = ("doors_at", "opens_at", "closes_at", "change_until", "promotion_until")
KEPT = ("host_id", "kind", "zone", "position", "waiting_list", "standings", "admission", *TERMS)
LEFT_BEHIND = ("report",)
RULE = (
    *("unit", "amount", "after", "minute", "enabled", "audience", "whole_day", "asks_coming"),
    *("subject", "body", "subject_en", "body_en"),
)


@dataclass
class _Copy:
    """Where things went: ids of old questions, choices and files → ids of new ones.

    ``by``: how far dates move; None where the new day is not known, so that none is set.
    """

    by: timedelta | None
    years: int
    files: bool
    questions: dict[int, int] = field(default_factory=dict)
    choices: dict[int, int] = field(default_factory=dict)
    put_up: dict[int, int] = field(default_factory=dict)

    def moved(self, moment: datetime | None, zone: str) -> datetime | None:
        """The moment as many days later; None where that cannot be said."""
        return None if moment is None or self.by is None else moved(moment, self.by, zone)


def copy_meetings(series_id: int, order: CopyOrder, by: Actor) -> tuple[str, ...]:
    """Copy meetings of one series into a new one; return the addresses of the drafts.

    Sent twice, it is copied once.

    Raises:
        NotFound: the series has no such meeting.
        OutOfOrder: a term of a meeting ends before one that has to end first.
        Busy: nothing was stored.
    """
    wanted = {one.event_id: one for one in order.meetings}
    with transaction() as session:
        lock(session, {Series: [series_id], Event: list(wanted)})
        query = select(Event).where(Event.series_id == series_id, Event.id.in_(wanted))
        loaded = query.options(selectinload(Event.sessions), selectinload(Event.ways))
        events = list(session.scalars(loaded.order_by(Event.position, Event.id)))
        if not events or len(events) != len(wanted):
            raise NotFound("event")
        made = _made_before(session, [wanted[event.id] for event in events])
        if made:
            return made
        for event in events:
            if too_short({name: getattr(event, name) for name in TERMS}):
                raise OutOfOrder(event.slug)
        return _copy(session, events, wanted, order, by)


def _copy(
    session: WriteSession,
    events: list[Event],
    wanted: Mapping[int, Copied],
    order: CopyOrder,
    by: Actor,
) -> tuple[str, ...]:
    known = _distance(events, order)
    rows.choose_in_turn(session)
    taken = rows.slugs(session)
    old = session.get_one(Series, events[0].series_id)
    first = free_slug(wanted[events[0].id].slug, taken)
    series = Series(slug=first, number_letter=rows.new_letter(session))
    session.add(series)
    session.flush()
    made, pairs = [], {}
    for event in events:
        slug = free_slug(wanted[event.id].slug, taken)
        taken.add(slug)
        new = _copy_event(session, event, wanted[event.id], series.id, slug, known)
        after = {"title": new.title.ja, "slug": slug, "copied_from": event.slug}
        changes.record(session, "event.copied", new.id, by, {}, after)
        made.append(slug)
        pairs[event.id] = new.id
    copy_plans(session, pairs)
    _copy_letters(session, old.id, series.id, by)
    _copy_notice(session, old.id, series.id, by)
    _copy_rules(session, old.id, series.id, known)
    return tuple(made)


def _distance(events: list[Event], order: CopyOrder) -> _Copy:
    """How far the dates move: from the first day of all to the day that was asked for."""
    day = first_day(events)
    if day is None:
        return _Copy(by=YEAR, years=1, files=order.files)
    if order.day is None:
        return _Copy(by=None, years=1, files=order.files)
    return _Copy(by=order.day - day, years=order.day.year - day.year, files=order.files)


def _made_before(session: WriteSession, wanted: list[Copied]) -> tuple[str, ...]:
    """What the first of two taps on the button has made."""
    slugs = [one.slug for one in wanted]
    drafts = session.scalars(select(Event).where(Event.slug.in_(slugs), Event.state == "draft"))
    titles = {event.slug: event.title.ja for event in drafts}
    same = all(titles.get(one.slug) == one.title.ja for one in wanted)
    return tuple(slugs) if same else ()


def _copy_event(  # noqa: PLR0913, PLR0917  # what, as what, where, and how far
    session: WriteSession, event: Event, wanted: Copied, series_id: int, slug: str, known: _Copy
) -> Event:
    texts = {name: getattr(event, name) for name in rows.TEXTS}
    new = Event(
        series_id=series_id,
        slug=slug,
        **{**texts, **dict.fromkeys(LEFT_BEHIND, rows.NOTHING)},
        **{name: getattr(event, name) for name in KEPT},
        **{name: known.moved(getattr(event, name), event.zone) for name in MOMENTS},
    )
    new.title = rows.translated(wanted.title, event.title)
    note = event.date_note
    new.date_note = Translated(
        ja=moved_years(note.ja, known.years),
        en=moved_years(note.en, known.years),
        easy=moved_years(note.easy, known.years),
    )
    if known.by is not None:
        new.sessions = [
            EventSession(
                starts_at=moved(one.starts_at, known.by, event.zone),
                ends_at=moved(one.ends_at, known.by, event.zone),
            )
            for one in event.sessions
        ]
    new.ways = [
        EventWay(way=one.way, places=one.places, position=one.position) for one in event.ways
    ]
    session.add(new)
    session.flush()
    _copy_questions(session, event, new.id, known)
    if known.files:
        _copy_files(session, event, new.id, known)
    return new


def _copy_questions(session: WriteSession, event: Event, new_id: int, known: _Copy) -> None:
    """Those that are asked still, in their order; what opens them comes before them."""
    query = select(EventQuestion).where(
        EventQuestion.event_id == event.id, EventQuestion.removed_at.is_(None)
    )
    asked = list(session.scalars(query.options(selectinload(EventQuestion.choices))))
    for one in sorted(asked, key=lambda q: (q.depends_on_id is not None, q.position, q.id)):
        new = EventQuestion(
            event_id=new_id,
            closes_at=known.moved(one.closes_at, event.zone),
            depends_on_id=known.questions.get(one.depends_on_id or 0),
            **_values(one, "position", "preset", "kind", "asked", "required"),
            **_values(one, "is_arrangement", "label", "help", "way"),
        )
        new.choices = [
            EventChoice(**_values(c, "position", "code", "label", "places", "seats", "opens"))
            for c in one.choices
        ]
        session.add(new)
        session.flush()
        known.questions[one.id] = new.id
        known.choices |= {a.id: b.id for a, b in zip(one.choices, new.choices, strict=True)}


def _copy_files(session: WriteSession, event: Event, new_id: int, known: _Copy) -> None:
    query = select(EventFile).where(EventFile.event_id == event.id).order_by(EventFile.id)
    for one in session.scalars(query):
        file = EventFile(
            event_id=new_id,
            created_at=now(),
            **_values(one, "position", "title", "filename", "media_type", "size", "data"),
            audience=one.audience,
            shown_from=known.moved(one.shown_from, event.zone),
            shown_until=known.moved(one.shown_until, event.zone),
        )
        session.put(file)
        known.put_up[one.id] = file.id


def _copy_letters(session: WriteSession, old_id: int, new_id: int, by: Actor) -> None:
    query = select(LetterText).where(LetterText.series_id == old_id, LetterText.body != "")
    for one in session.scalars(query):
        text = LetterText(
            series_id=new_id,
            changed_at=now(),
            changed_by=by.account_id,
            **_values(one, "kind", "locale", "subject", "body"),
        )
        session.add(text)
    session.flush()


def _copy_notice(session: WriteSession, old_id: int, new_id: int, by: Actor) -> None:
    """The words about personal data that the old series has of its own, as a version of the new."""
    newest = select(func.max(PrivacyNotice.id)).where(PrivacyNotice.series_id == old_id)
    one = session.scalar(select(PrivacyNotice).where(PrivacyNotice.id == newest.scalar_subquery()))
    if one is not None:
        words = _values(one, "text", "items", *FACTS)
        made = {"series_id": new_id, "created_at": now(), "created_by": by.account_id}
        session.add(PrivacyNotice(**made, **words))
        session.flush()


def _copy_rules(session: WriteSession, old_id: int, new_id: int, known: _Copy) -> None:
    """Those about a question only where that question was copied, too."""
    query = select(ReminderRule).where(
        ReminderRule.series_id == old_id, ReminderRule.removed_at.is_(None)
    )
    for one in session.scalars(query.order_by(ReminderRule.id)):
        if one.question_id is not None and one.question_id not in known.questions:
            continue
        rule = ReminderRule(
            series_id=new_id,
            created_at=now(),
            timed_at=now(),
            question_id=known.questions.get(one.question_id or 0),
            choice_id=known.choices.get(one.choice_id or 0),
            file_id=known.put_up.get(one.file_id or 0),
            **_values(one, *RULE),
        )
        session.add(rule)
    session.flush()


def _values(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
