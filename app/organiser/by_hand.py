"""「電話・郵送で連絡する人」: whom mail does not reach, what to say, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_meetings, office, require
from app.auth.rights import Act
from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head, list_heads
from app.mail.shown import masked
from app.mail.words import reason_words
from app.organiser import words
from app.organiser.blueprint import blueprint
from app.organiser.by_hand_forms import AgainForm
from app.organiser.meeting_words import named
from app.organiser.moments import show_moment
from app.organiser.words import ZONE
from app.registration import by_hand as service
from app.registration.lists import by_hand as people
from app.registration.lists.by_hand_facts import Scope
from app.web.arguments import find_id, row_id
from app.web.locale import current_locale

MOST_LETTERS = 200


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: the letters of one meeting, of one sending, or all."""

    meeting: MeetingHead | None
    campaign_id: int | None

    @property
    def scope(self) -> Scope:
        """For the queries."""
        meeting_id = self.meeting.id if self.meeting else None
        return Scope(event_id=meeting_id, campaign_id=self.campaign_id, among=my_meetings())

    @property
    def arguments(self) -> dict[str, Any]:
        """The same in an address."""
        given = {"meeting": self.meeting and self.meeting.slug, "campaign": self.campaign_id}
        return {name: value for name, value in given.items() if value}


def asked() -> Asked:
    """What this address asks for; NotFound for a meeting that there is not."""
    slug = request.args.get("meeting", "")
    meeting = get_head(slug, current_locale()) if slug else None
    if meeting:
        require(Act.WORK, [meeting.id])
    return Asked(meeting=meeting, campaign_id=request.args.get("campaign", type=row_id))


def local(moment: datetime) -> datetime:
    """In the office's own time."""
    return to_local(moment, ZONE)


@blueprint.get("/by-hand")
@office
def by_hand() -> str:
    """One page of people, those first whose appointed hour has come."""
    return _page(asked(), AgainForm())


@blueprint.post("/by-hand")
@office
def mark_by_hand() -> Response | tuple[str, int]:
    """What came of it, for the letters that the form names, by the button that was pressed."""
    wanted, step = asked(), request.form.get("step", "")
    letters = people.only_within(Scope(among=my_meetings()), _letters())
    if step == "again":
        form = AgainForm(request.form)
        if not form.validate() or form.moment is None:
            return _page(wanted, form, find_id(request.form.get("first"))), 422
        _tell(service.record_again(letters, form.moment, actor()), _("Noted when to call again."))
    elif step == "told":
        _tell(service.record_told(letters, actor()), _("Noted as told."))
    elif step == "no_answer":
        _tell(service.record_no_answer(letters, actor()), _("Noted that nobody answered."))
    elif step == "mail":
        done = _("It will be sent by mail once more.")
        _tell(service.send_again(letters, actor()), done)
    elif step == "untold" and letters:
        service.undo_told(letters[0], actor())
        flash(_("It is on the list again."), "success")
    page = request.args.get("page", type=row_id)
    return redirect(url_for(".by_hand", page=page, **wanted.arguments), HTTPStatus.SEE_OTHER)


def _letters() -> list[int]:
    """The letters of the form.

    Raises:
        NotFound: one of them is none, or of somebody else than the person that the form shows.
    """
    found = [find_id(one) for one in request.form.getlist("letter")[:MOST_LETTERS]]
    known = [one for one in found if one is not None]
    person = request.form.get("person", "")
    key = find_id(person.removeprefix("-")) or 0
    if len(known) < len(found) or not people.are_all_of(-key if person[:1] == "-" else key, known):
        raise NotFound("letter")
    return known


def _tell(number: int, done: str) -> None:
    """That it was done, or that there was nothing to do any more."""
    if number:
        flash(done, "success")
    else:
        flash(_("Nothing was changed: no letter was chosen, or it was settled already."), "error")


def _page(wanted: Asked, form: AgainForm, wrong: int | None = None) -> str:
    """``wrong``: the first letter of the person whose appointment could not be read."""
    moment = now()
    page = people.list_page(wanted.scope, moment, request.args.get("page", 1, type=row_id))
    return render_template(
        "office/by_hand.html",
        wanted=wanted,
        meeting=wanted.meeting,
        meetings=[(one, named(one)) for one in list_heads(current_locale(), my_meetings())],
        page=page,
        told=people.list_told(wanted.scope),
        form=form,
        wrong=wrong,
        today=show_moment(moment, ZONE),
        words=words,
        local=local,
        reason_words=reason_words,
        masked=masked,
    )
