"""The overview of one meeting: what waits for somebody, sign-ups by day, places, who came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template

from app.auth.guards import my_meetings, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events import queries as events
from app.events.facts import MeetingView
from app.events.heads import get_head
from app.organiser import order_words, plan_words
from app.organiser.audience_words import timing_words
from app.organiser.blueprint import blueprint
from app.organiser.chart import DAYS, Chart, draw
from app.organiser.words import ZONE, queue_facts
from app.planning import queries as plans
from app.planning.facts import TaskLine
from app.registration.lists import by_hand as people
from app.registration.lists import counting
from app.registration.lists import overview as numbers
from app.registration.lists.by_hand_facts import Scope
from app.registration.lists.finding import RosterFilter
from app.registration.orders import counts, wishes
from app.registration.orders.facts import DueWishes
from app.registration.presence import desk_is_open
from app.reminders import coming
from app.web.locale import current_locale
from app.web.locale import gettext as _

SOON = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something to be done: a task, or wishes to see to. ``on`` None: as soon as possible."""

    on: date | None
    task: TaskLine | None = None
    wishes: DueWishes | None = None


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """What the office has to do: until today, within a week, and what was done today."""

    today: date
    now: tuple[Line, ...]
    soon: tuple[Line, ...]
    done: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Next:
    """A letter to many that goes by itself, in words; ``at`` local to its meeting."""

    at: datetime
    words: str
    meeting: MeetingView
    seen: bool


@blueprint.get("/events/<slug:slug>/overview")
@office
def overview(slug: str) -> str:
    """One meeting at a glance; the same number of queries whatever its size."""
    meetings = _of_day(slug)
    meeting = next(one for one in meetings if one.slug == slug)
    mine, locale = {meeting.id}, current_locale()
    today = to_local(now(), meeting.zone).date()
    came = numbers.count_attended(meeting.id) if desk_is_open(meeting.day, today) else ()
    organisations, rest = numbers.by_organisation(came)
    return render_template(
        "office/overview.html",
        meeting=meeting,
        meetings=meetings,
        totals=counting.count(RosterFilter(event_ids=(meeting.id,))),
        chart=chart_of(mine, today, meeting.zone),
        lunches=next(iter(counts.list_counts(meeting.id, locale)), None),
        failed=counting.count_failed_letters().get(meeting.id, 0),
        to_reach=people.count(Scope(event_id=meeting.id)),
        unarranged=wishes.count_open(now()).get(meeting.id, 0),
        next_letters=next_letters([meeting]),
        todo=todo_of(mine),
        words=plan_words,
        orders=order_words,
        ways=numbers.by_way(came),
        organisations=organisations,
        rest=rest,
        over=bool(meeting.spans) and max(one.end for one in meeting.spans) <= now(),
        seen_at=to_local(now(), meeting.zone),
        **queue_facts(),
    )


def todo_of(mine: frozenset[int] | set[int] | None) -> ToDo:
    """What is due at the meetings that the reader may see, by the office's own day: four queries.

    What was changed or withdrawn of wishes comes first, as it may cost somebody an interpreter.
    """
    local = to_local(now(), ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    lines = plans.list_tasks(current_locale(), midnight, mine)
    today = local.date()
    tasks = [(one, Line(on=one.task.due.on, task=one)) for one in lines if one.task.due]
    wished = wishes.list_due(today + SOON, now(), current_locale(), mine)
    dated = [line for one, line in tasks if not one.task.is_done]
    dated += [Line(on=one.due_on, wishes=one) for one in wished]
    unseen = wishes.list_unseen(now(), current_locale(), mine)
    until = _by_day(dated)
    return ToDo(
        today=today,
        now=(
            *(Line(on=None, wishes=one) for one in unseen),
            *(line for day, line in until if day <= today),
        ),
        soon=tuple(line for day, line in until if today < day <= today + SOON),
        done=tuple(line for one, line in tasks if one.task.is_done),
    )


def _by_day(lines: list[Line]) -> list[tuple[date, Line]]:
    return sorted(((line.on, line) for line in lines if line.on), key=lambda one: one[0])


def chart_of(mine: set[int], today: date, zone: str) -> Chart:
    """The last four weeks of some meetings: one query."""
    first = today - timedelta(days=DAYS - 1)
    return draw(first, numbers.count_by_day(mine, first, DAYS, zone))


def next_letters(meetings: list[MeetingView]) -> list[Next]:
    """What goes next for these meetings: four queries."""
    by_id = {one.id: one for one in meetings}
    return [
        Next(
            at=to_local(one.due_at, by_id[one.event_id].zone),
            words=timing_words(one.timing) if one.timing else _("At a time that was set"),
            meeting=by_id[one.event_id],
            seen=one.seen,
        )
        for one in coming.list_next(now(), by_id)
    ]


def _of_day(slug: str) -> tuple[MeetingView, ...]:
    """The meetings that are signed up for together, as far as the reader may see them."""
    head, mine = get_head(slug, current_locale()), my_meetings()
    found = events.list_series_of(slug, current_locale(), now())
    if not any(one.id == head.id for one in found):  # a draft stands by itself
        return (events.get_meeting_by_id(head.id, current_locale(), now()),)
    return tuple(one for one in found if mine is None or one.id in mine)
