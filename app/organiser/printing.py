"""What can be printed for a meeting, its roster, and certificates for those who came."""

from typing import Any

from flask import render_template, request

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.postal import addressee
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.events.queries import get_meeting_by_id
from app.organiser import words
from app.organiser.blueprint import blueprint
from app.organiser.print_wishes import MOST, Wish, read_wish
from app.registration.paper import marks, people
from app.registration.paper.facts import PaperFilter, PersonLine
from app.web.locale import current_locale
from app.web.print_sheets import pages, rows_of

PLACE = "/events/<slug:slug>/print"
ROSTER_MOST = 2000
"""So many people make one part of the roster."""
ROOM = 158.0
"""Millimetres for the lines of a page of the roster; static/css/sheets.css draws them."""
_LINE, _ROW = 3.2, 4.3
"""Of a line around its rows, and of a row."""
_COLUMNS = {"reading": 12, "name": 12, "organisation": 19, "role": 9}
"""Full-width characters of a row, each a little less than there is room for."""


@blueprint.get(PLACE)
@office
def printing(slug: str) -> str:
    """Everything that can be printed, with counts."""
    meeting = get_head(slug, current_locale())
    with_address, without = people.count_envelopes(meeting.id)
    return render_template(
        "office/printing.html",
        meeting=meeting,
        people_signed_up=people.count_people(PaperFilter(event_id=meeting.id)),
        without_badge=marks.count_without_badge(meeting.id, "venue"),
        with_address=with_address,
        without_address=without,
        came=people.count_attended(PaperFilter(event_id=meeting.id, state="")),
        last=marks.last_prints(meeting.id),
        local=lambda moment: to_local(moment, meeting.zone),
    )


@blueprint.get(f"{PLACE}/roster")
@office
def print_roster(slug: str) -> str:
    """The people of a meeting in the order of the 五十音, page by page."""
    meeting = get_head(slug, current_locale())
    wish = asked()
    wanted = wanted_of(meeting, wish)
    number = people.count_people(wanted)
    record(meeting, "roster")
    found = people.list_people(wanted, part=wish.part, most=ROSTER_MOST)
    first = (wish.part - 1) * ROSTER_MOST
    numbered = list(enumerate(found, start=first + 1))
    return render_template(
        "office/print_roster.html",
        **facts(meeting, wish, number, ROSTER_MOST),
        pages=pages(numbered, lambda one: _height(one[1]), ROOM),
    )


@blueprint.get(f"{PLACE}/certificates")
@office
def print_certificates(slug: str) -> str:
    """A sheet for each of those who came, by what was written down at the door."""
    meeting = get_head(slug, current_locale())
    wish = asked()
    wanted = PaperFilter(event_id=meeting.id, state="", way=wish.way, number=wish.number)
    number = people.count_attended(wanted)
    record(meeting, "certificates")
    return render_template(
        "office/print_certificates.html",
        **facts(meeting, wish, number, MOST),
        view=get_meeting_by_id(meeting.id, current_locale(), now()),
        attended=people.list_attended(wanted, part=wish.part, most=MOST),
        addressee=addressee,
    )


def asked(way: str = "") -> Wish:
    """What the address wants; ``way`` where it names none."""
    return read_wish(request.args, words.WAYS, words.STATES, way)


def wanted_of(meeting: MeetingHead, wish: Wish) -> PaperFilter:
    """The same as a filter of people."""
    return PaperFilter(event_id=meeting.id, way=wish.way, state=wish.state, number=wish.number)


def record(meeting: MeetingHead, sheets: str) -> None:
    """Note who looks, before a name goes out; a question about the page alone shows none."""
    if request.method == "GET":
        marks.record_view(meeting.id, sheets, actor())


def facts(meeting: MeetingHead, wish: Wish, number: int, most: int) -> dict[str, Any]:
    """What every paper shows: whose, by which wish, how many in how many parts, and when."""
    return {
        "meeting": meeting,
        "wish": wish,
        "number": number,
        "parts": -(-number // most),
        "words": words,
        "seen_at": to_local(now(), meeting.zone),
    }


def _height(one: PersonLine) -> float:
    rows = {name: rows_of(getattr(one, name), room) for name, room in _COLUMNS.items()}
    rows["role"] += bool(one.standing)
    return _LINE + _ROW * max(rows.values())
