"""The office's door: its first page. The other parts are imported here."""

from dataclasses import dataclass
from itertools import groupby

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.association.stored import kept
from app.auth.guards import account, comes_from_login, my_meetings, my_rights, office
from app.auth.rights import Act
from app.base.clock import now
from app.events import queries as events
from app.events.facts import MeetingView
from app.interest import queries as interest
from app.organiser import (
    accounts,
    acts,
    association,
    audit_log,
    by_hand,
    contents,
    copies,
    decisions,
    doubles,
    entry,
    entry_edit,
    exports,
    files,
    flyer,
    help,  # noqa: A004  # a door like the others
    imports,
    invitations,
    jobs,
    labels,
    letters,
    mail,
    meeting_states,
    meetings,
    merges,
    notices,
    order_words,
    orders,
    overview,
    papers,
    people,
    person_data,
    plan,
    plan_templates,
    plan_words,
    printing,
    progress,
    questions,
    reach,
    reception,
    registrations,
    reminder_rules,
    reminders,
    retention,
    sent,
    settings,
    shared,
    signups,
    swaps,
    waiting,
)
from app.organiser.blueprint import blueprint
from app.organiser.plan_sheets import SheetRow, row_of, setting_of
from app.organiser.words import ZONE, queue_facts
from app.registration.lists import counting
from app.web.locale import current_locale

__all__ = [
    "accounts",
    "acts",
    "association",
    "audit_log",
    "blueprint",
    "by_hand",
    "contents",
    "copies",
    "decisions",
    "doubles",
    "entry",
    "entry_edit",
    "exports",
    "files",
    "flyer",
    "help",
    "imports",
    "invitations",
    "jobs",
    "labels",
    "letters",
    "mail",
    "meeting_states",
    "meetings",
    "merges",
    "notices",
    "orders",
    "overview",
    "papers",
    "people",
    "person_data",
    "plan",
    "plan_templates",
    "printing",
    "progress",
    "questions",
    "reach",
    "reception",
    "registrations",
    "reminder_rules",
    "reminders",
    "retention",
    "sent",
    "settings",
    "shared",
    "signups",
    "swaps",
]


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """One meeting in the list: ``seats`` are (way, places taken, places or None).

    ``interested``: how many wait to be told the date.
    """

    meeting: MeetingView
    seats: tuple[tuple[str, int, int | None], ...]
    waiting: int
    failed: int
    interested: int


@blueprint.get("/")
@account
def index() -> str | Response:
    """What is to be done today, all meetings by day, sign-ups by day, what goes next.

    The administrator of a new copy is led to the settings first, once a login; the reception,
    which sees no page of the office, to its desks.
    """
    if not my_rights().may(Act.ENTER):
        return redirect(url_for("desk.desks"))
    begins = my_rights().may(Act.ADMINISTER) and not kept().stored.values
    if comes_from_login() and begins:
        return redirect(url_for(".association"))
    counted, failed = counting.count_by_event(), counting.count_failed_letters()
    interested, mine = interest.count_by_event(), my_meetings()
    found = _meetings(mine)
    lines = [
        _line(meeting, counted, failed.get(meeting.id, 0), interested.get(meeting.id, 0))
        for meeting in found
    ]
    coming = [line for line in lines if line.meeting.status != "past"]
    todo = overview.todo_of(mine)
    return render_template(
        "office/index.html",
        todo=todo,
        words=plan_words,
        orders=order_words,
        jobs=waiting.jobs_of([one.meeting for one in coming], counted, failed, mine),
        days=[(day, list(group)) for day, group in groupby(coming, lambda one: one.meeting.day)],
        past=[line for line in lines if line.meeting.status == "past"],
        chart=overview.chart_of({one.meeting.id for one in coming}, todo.today, ZONE),
        next_letters=overview.next_letters(found),
        begins=begins,
        **queue_facts(),
    )


@blueprint.get("/today")
@office
def today_sheet() -> str:
    """What is to be done within a week, on one sheet of paper."""
    mine = my_meetings()
    todo = overview.todo_of(mine)
    jobs = waiting.jobs_of(
        [one for one in _meetings(mine) if one.status != "past"],
        counting.count_by_event(),
        counting.count_failed_letters(),
        mine,
    )
    rows = [_sheet_row(one) for one in todo.now + todo.soon] + [_job_row(one) for one in jobs]
    return render_template(
        "office/today_sheet.html",
        todo=todo,
        words=plan_words,
        orders=order_words,
        jobs=jobs,
        setting=setting_of(rows),
    )


def _sheet_row(one: overview.Line) -> SheetRow:
    if one.task:
        return row_of(one.task.task, one.task.title)
    assert one.wishes is not None  # noqa: S101  # either of them
    return SheetRow(
        title=order_words.due_words(one.wishes),
        under=(one.wishes.title,),
        more=1,  # how they stand
        least=2,
    )


def _job_row(one: waiting.Job) -> SheetRow:
    title = f"{one.words} {one.number}{one.unit}"
    return SheetRow(title=title, under=(one.meeting,) if one.meeting else ())


def _meetings(mine: frozenset[int] | set[int] | None) -> list[MeetingView]:
    """Those that the reader may see, without the archived ones."""
    every = events.list_all(current_locale(), now())
    return [one for one in every if not one.archived and (mine is None or one.id in mine)]


def _line(
    meeting: MeetingView, counted: dict[tuple[int, str, str], int], failed: int, interested: int
) -> MeetingLine:
    return MeetingLine(
        meeting=meeting,
        seats=tuple((place.way, place.taken, place.places) for place in meeting.places),
        waiting=waiting.number_in(counted, meeting.id, "waiting"),
        failed=failed,
        interested=interested,
    )
