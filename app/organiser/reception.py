"""The reception of a meeting: links for helpers, their guide, the sheet, and practising."""

from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.events.facts import MeetingView
from app.events.heads import MeetingHead, get_head
from app.events.queries import get_meeting_by_id
from app.organiser.blueprint import blueprint
from app.organiser.reception_forms import PassForm
from app.registration.desk import passes, practice
from app.registration.desk.facts import PassView
from app.web.locale import current_locale
from app.web.locale import gettext as _
from app.web.qr import qr_svg

PASS = "<int(max=2147483647):pass_id>"  # noqa: S105  # part of an address


@blueprint.get("/events/<slug:slug>/reception")
@office
def reception(slug: str) -> str:
    """Links that are out, the form for a new one, paper, and the copy to practise with."""
    head = _head(slug)
    ends_at = _meeting(head).facts.ends_at
    form = PassForm().of_meeting(head.zone, ends_at)
    form.suggest()
    return _page(head, form, ends_at)


@blueprint.post("/events/<slug:slug>/reception")
@office
def make_pass(slug: str) -> Response | tuple[str, int]:
    """Make a link."""
    head = _head(slug)
    ends_at = _meeting(head).facts.ends_at
    form = PassForm(request.form).of_meeting(head.zone, ends_at)
    if not form.validate() or form.moment is None:
        return _page(head, form, ends_at), HTTPStatus.UNPROCESSABLE_ENTITY
    passes.make(head.id, form.label.data or "", form.moment, actor())
    flash(_("The link is made. Show its guide to the helpers, or print it."), "success")
    return _back(slug)


@blueprint.get(f"/events/<slug:slug>/reception/{PASS}/guide")
@office
def guide(slug: str, pass_id: int) -> str:
    """One page for the helpers at the door, with the link as a code."""
    head = _head(slug)
    found = passes.require_good(_of(head, pass_id))
    meeting = _meeting(head)
    ends_at = meeting.facts.ends_at
    return render_template(
        "office/reception_guide.html",
        meeting=meeting,
        too_early=ends_at is not None and found.expires_at < ends_at,
        ends_at=to_local(ends_at, head.zone) if ends_at else None,
        found=found,
        link=passes.link(found.id),
        qr=qr_svg(passes.link(found.id)),
        expires_at=to_local(found.expires_at, found.zone),
    )


@blueprint.get(f"/events/<slug:slug>/reception/{PASS}/revoke")
@office
def ask_to_revoke(slug: str, pass_id: int) -> str:
    """Whether to end a link."""
    head = _head(slug)
    return render_template("office/reception_revoke.html", meeting=head, found=_of(head, pass_id))


@blueprint.post(f"/events/<slug:slug>/reception/{PASS}/revoke")
@office
def revoke_pass(slug: str, pass_id: int) -> Response:
    """End it on every device."""
    if passes.revoke(pass_id, _head(slug).id, actor()):
        flash(_("The link has ended on every device."), "success")
    else:
        flash(_("The link had ended already."), "success")
    return _back(slug)


@blueprint.post("/events/<slug:slug>/reception/practice")
@office
def start_practice(slug: str) -> Response:
    """Make the copy to practise with, or lead to the one that there is."""
    copy = practice.start(get_head(slug, current_locale()).id, actor())
    return _back(copy)


@blueprint.post("/events/<slug:slug>/reception/practice/remove")
@office
def remove_practice(slug: str) -> Response:
    """Let the copy vanish: there is nothing in it that anybody could miss."""
    practice.remove(slug, actor())
    flash(_("The practice has vanished with everybody in it."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


def _page(head: MeetingHead, form: PassForm, ends_at: datetime | None) -> str:
    def local(at: datetime) -> datetime:
        return to_local(at, head.zone)

    every = passes.list_passes(head.id)
    return render_template(
        "office/reception.html",
        meeting=head,
        form=form,
        good=[one for one in every if one.state == "good"],
        ended=[one for one in every if one.state != "good"],
        link=passes.link,
        copy=None if head.is_practice else practice.find(head.id),
        local=local,
        ends_at=ends_at,
    )


def _head(slug: str) -> MeetingHead:
    """The meeting, or a copy to practise with."""
    return get_head(slug, current_locale(), practice=True)


def _meeting(head: MeetingHead) -> MeetingView:
    return get_meeting_by_id(head.id, current_locale(), now())


def _of(head: MeetingHead, pass_id: int) -> PassView:
    found = passes.get_pass(pass_id)
    if found.event_id != head.id:
        raise NotFound("pass")
    return found


def _back(slug: str) -> Response:
    return redirect(url_for(".reception", slug=slug), HTTPStatus.SEE_OTHER)
