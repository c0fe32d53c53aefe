"""Addresses that letters do not reach, calendars' answers, and whether mail is set up right."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, every_meeting
from app.base.timezones import to_local
from app.mail.bounces import queries
from app.mail.bounces.queries import AddressLine, AnswerLine
from app.mail.check import service as checking
from app.mail.check.words import tell
from app.mail.words import reason_words
from app.organiser.blueprint import blueprint
from app.organiser.words import PARTSTATS, ZONE, queue_facts
from app.registration.returned import queries as returned
from app.registration.returned import service
from app.registration.returned.queries import Concerned
from app.web.locale import current_locale

ID = "<int(max=2147483647):row>"


@dataclass(frozen=True, kw_only=True)
class AddressRow:
    """An address in the list: ``at`` local, ``why`` in words."""

    line: AddressLine
    at: datetime | None
    why: str
    people: tuple[Concerned, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """A calendar's answer in the list: ``who`` None where its sign-up is unknown."""

    line: AnswerLine
    at: datetime
    said: Any
    who: Concerned | None
    meeting: str

    @property
    def is_stranger(self) -> bool:
        """Whether somebody answered from another address than that of the sign-up."""
        return self.who is None or self.who.address_key != self.line.attendee_key


@blueprint.get("/addresses")
@every_meeting
def addresses() -> str:
    """Addresses that no letter goes to any more, and those that it fails at now and then."""
    marked, soft = queries.list_marked(), queries.list_soft()
    people = returned.list_by_address({line.address_key for line in (*marked, *soft)})
    return render_template(
        "office/addresses.html",
        marked=[_address(line, line.since, line.reason, people) for line in marked],
        soft=[_address(line, line.last_soft_at, line.soft_reason, people) for line in soft],
        most=queries.MOST,
    )


@blueprint.post(f"/addresses/{ID}/lift")
@every_meeting
def lift_mark(row: int) -> Response:
    """Let letters go to an address again."""
    address = service.lift_mark(row, actor())
    if address is None:
        flash(_("The mark had been taken off already."), "success")
    else:
        flash(_("Letters go to %(address)s again from now on.", address=address), "success")
    return redirect(url_for(".addresses"), HTTPStatus.SEE_OTHER)


@blueprint.get("/answers")
@every_meeting
def answers() -> str:
    """What people answered from their calendars, until somebody has settled it."""
    return render_template("office/answers.html", answers=answer_rows(queries.list_open_answers()))


@blueprint.post(f"/answers/{ID}/settle")
@every_meeting
def settle_answer(row: int) -> Response:
    """Note that an answer is dealt with."""
    if service.settle_answer(row, actor()) is None:
        flash(_("It had been settled already."), "success")
    else:
        flash(_("Noted as settled."), "success")
    return redirect(url_for(".answers"), HTTPStatus.SEE_OTHER)


@blueprint.get("/mail")
@every_meeting
def mail() -> str:
    """Whether letters can go out: what the worker found the last time."""
    last = checking.read_last()
    return render_template(
        "office/mail.html",
        checked=last,
        done_at=last.done_at and to_local(last.done_at, ZONE),
        found=[tell(finding) for finding in last.findings],
        begins="begin" in request.args,
        **queue_facts(),
    )


@blueprint.post("/mail")
@every_meeting
def check_mail() -> Response:
    """Ask the worker to look again; a web request never asks the network."""
    checking.ask()
    return redirect(url_for(".mail"), HTTPStatus.SEE_OTHER)


def answer_rows(lines: tuple[AnswerLine, ...]) -> list[AnswerRow]:
    """Answers with whose they are, in two queries."""
    people = returned.list_by_id({line.registration_id for line in lines})
    titles = returned.list_titles({line.event_id for line in lines}, current_locale())
    return [
        AnswerRow(
            line=line,
            at=to_local(line.at, ZONE),
            said=PARTSTATS[line.partstat],
            who=people.get(line.registration_id),
            meeting=titles.get(line.event_id, ""),
        )
        for line in lines
    ]


def _address(
    line: AddressLine,
    moment: datetime | None,
    reason: str,
    people: dict[str, tuple[Concerned, ...]],
) -> AddressRow:
    return AddressRow(
        line=line,
        at=moment and to_local(moment, ZONE),
        why=reason_words(reason),
        people=people.get(line.address_key, ()),
    )
