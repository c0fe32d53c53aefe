"""The list of sign-ups of a meeting: search, filter, totals, CSV."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response, render_template, request, url_for

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.organiser import words
from app.organiser.blueprint import blueprint
from app.registration.lists import by_hand, export, pairs, roster
from app.registration.lists.by_hand_facts import Scope
from app.registration.lists.roster import RosterFilter
from app.web.arguments import row_id
from app.web.locale import current_locale

LONGEST_SEARCH = 100
UNSAFE_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


@blueprint.get("/events/<slug:slug>/registrations")
@office
def registrations(slug: str) -> str:
    """One page of the list."""
    meeting = get_head(slug, current_locale())
    wanted = _wanted(meeting)
    page = roster.list_page(
        wanted,
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
    )
    return render_template(
        "office/registrations.html",
        meeting=meeting,
        wanted=wanted,
        page=page,
        twice=pairs.count_pairs(meeting.id),
        to_reach=by_hand.is_anybody(Scope(event_id=meeting.id)),
        words=words,
        conditions=_conditions(slug, wanted),
        link=lambda **other: url_for(".registrations", slug=slug, **_asked(wanted, **other)),
        totals_url=url_for(".totals", slug=slug, **_asked(wanted)),
    )


@blueprint.get("/events/<slug:slug>/totals")
@office
def totals(slug: str) -> str:
    """Exact counts, in a request of their own; ``part=1`` asks for the sentence alone."""
    meeting = get_head(slug, current_locale())
    wanted = _wanted(meeting)
    part = "part" in request.args
    return render_template(
        "components/office_found.html" if part else "office/totals.html",
        meeting=meeting,
        wanted=wanted,
        totals=roster.count(wanted),
        words=words,
        back=url_for(".registrations", slug=slug, **_asked(wanted)),
    )


@blueprint.get("/events/<slug:slug>/registrations.csv")
@office
def registrations_csv(slug: str) -> Response:
    """Everybody of the meeting, as a stream."""
    meeting = get_head(slug, current_locale())
    response = Response(content_type="text/csv; charset=utf-8")
    if request.method == "GET":  # a question about the file alone takes nothing out of the house
        export.record_export(meeting.id, actor())
        response.response = export.csv_lines(meeting.id)
    response.headers["Content-Disposition"] = _attachment(meeting, to_local(now(), meeting.zone))
    return response


def _wanted(meeting: MeetingHead) -> RosterFilter:
    """What the address asks for; words that we do not know are passed over."""

    def known(name: str, choices: Any, default: str = "") -> str:
        asked = request.args.get(name, default)
        return asked if asked in choices else default

    return RosterFilter(
        event_id=meeting.id,
        q=_search(request.args.get("q", "")),
        state=known("state", words.STATES),
        letters=known("letters", words.LETTERS),
        sort=known("sort", words.SORTS, "reading"),
    )


def _search(raw: str) -> str:
    """What was typed, without what no database can look for (NUL and its like)."""
    line = " ".join(raw.split())
    return "".join(c for c in line if c.isprintable() or c == "\u3000")[:LONGEST_SEARCH]


def _asked(wanted: RosterFilter, **other: Any) -> dict[str, Any]:
    """The arguments of an address with the same conditions, but for ``other``."""
    given = {"q": wanted.q, "state": wanted.state, "letters": wanted.letters}
    given["sort"] = "" if wanted.sort == "reading" else wanted.sort
    return {name: value for name, value in {**given, **other}.items() if value}


def _conditions(slug: str, wanted: RosterFilter) -> list[tuple[Any, str]]:
    """Each condition in words, with the address that takes it off."""
    named = {
        "q": wanted.q,
        "state": words.STATES.get(wanted.state, ""),
        "letters": words.LETTERS.get(wanted.letters, ""),
    }
    return [
        (told, url_for(".registrations", slug=slug, **_asked(wanted, **{name: ""})))
        for name, told in named.items()
        if told
    ]


def _attachment(meeting: MeetingHead, moment: datetime) -> str:
    """A file name in plain letters, and one with the meeting's name (RFC 6266, RFC 5987)."""
    day = f"{moment:%Y-%m-%d}"
    title = "".join(c for c in meeting.title if c.isprintable()).translate(UNSAFE_IN_NAMES)
    return (
        f'attachment; filename="{meeting.slug}-{day}.csv"; '
        f"filename*=UTF-8''{quote(f'{title[:80]} {day}.csv', safe='')}"
    )
