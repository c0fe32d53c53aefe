"""The invitations of a meeting: links for one or many, sent by letter or handed out."""

from datetime import datetime
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.events.queries import get_meeting_by_id
from app.organiser.blueprint import blueprint
from app.organiser.invitation_forms import LinkForm, ListForm, SendForm
from app.registration.invitations import links, queries, service
from app.registration.invitations.facts import ListPlan
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
PLACE = "/events/<slug:slug>/invitations"
ONE = f"{PLACE}/<int(max=2147483647):invitation_id>"


@blueprint.get(PLACE)
@office
def invitations(slug: str) -> str:
    """Links that are out, with how many came by each, and the forms for new ones."""
    return _page(get_head(slug, current_locale()), LinkForm(), ListForm())


@blueprint.post(f"{PLACE}/link")
@office
def make_link(slug: str) -> Response | Page:
    """Make one link that many can use."""
    head = get_head(slug, current_locale())
    form = LinkForm(request.form)
    form.zone = head.zone
    if not form.validate():
        return _page(head, form, ListForm()), HTTPStatus.UNPROCESSABLE_ENTITY
    service.make(head.id, form.wanted, actor())
    flash(_("The link is made. It stands at the top of the list."), "success")
    return _back(slug)


@blueprint.post(f"{PLACE}/list")
@office
def invite_list(slug: str) -> Response | Page | str:
    """Show what inviting a list would do; once confirmed, make the links and write."""
    head = get_head(slug, current_locale())
    form = ListForm(request.form)
    form.zone = head.zone
    step = request.form.get("step")
    if not form.validate():
        return _page(head, LinkForm(), form), HTTPStatus.UNPROCESSABLE_ENTITY
    if step == "back":
        return _page(head, LinkForm(), form)
    plan = queries.get_plan(head.id, form.wanted, now())
    if step != "confirm":
        return _check(head, form, plan)
    again = bool(request.form.get("again"))
    if not (plan.mailed or plan.handed or again):
        told = _("Everybody of this list has a link already, so there is nothing to do.")
        return _check(head, form, plan, told), HTTPStatus.UNPROCESSABLE_ENTITY
    return _invite(head, form, again=again)


def _invite(head: MeetingHead, form: ListForm, *, again: bool) -> Response | Page:
    seen = request.form.get("seen", "")
    try:
        made = service.invite(head.id, form.wanted, actor(), seen=seen, again=again)
    except ChangedMeanwhile:
        told = _("Links were made meanwhile. This is how it stands now.")
        plan = queries.get_plan(head.id, form.wanted, now())
        return _check(head, form, plan, told), HTTPStatus.CONFLICT
    told = _(
        "Links made: %(n)s. Letters on their way: %(letters)s.",
        n=len(made.ids),
        letters=made.letters,
    )
    flash(told, "success")
    return _back(head.slug)


def _check(head: MeetingHead, form: ListForm, plan: ListPlan, problem: str = "") -> str:
    return render_template(
        "office/invitations_check.html",
        meeting=head,
        form=form,
        plan=plan,
        send=SendForm(request.form),
        problem=problem,
    )


@blueprint.post(f"{PLACE}/send")
@office
def send_invitations(slug: str) -> Response:
    """Write to everybody who was invited while the meeting was a draft."""
    letters = service.send_waiting(get_head(slug, current_locale()).id, actor())
    flash(_("Letters on their way: %(letters)s.", letters=letters), "success")
    return _back(slug)


@blueprint.post(f"{ONE}/send")
@office
def send_invitation(slug: str, invitation_id: int) -> Response:
    """Write to them once more."""
    head = get_head(slug, current_locale())
    if service.send_again(head.id, invitation_id, actor()):
        flash(_("The letter is on its way once more."), "success")
    else:
        flash(_("This link cannot be sent any more."), "error")
    return _back(slug)


@blueprint.get(f"{ONE}/revoke")
@office
def ask_to_revoke_invitation(slug: str, invitation_id: int) -> str:
    """Whether to end a link."""
    head = get_head(slug, current_locale())
    found = queries.get_invitation(head.id, invitation_id, now())
    return render_template("office/invitation_revoke.html", meeting=head, found=found)


@blueprint.post(f"{ONE}/revoke")
@office
def revoke_invitation(slug: str, invitation_id: int) -> Response:
    """End it; who signed up by it stays signed up."""
    head = get_head(slug, current_locale())
    if service.revoke(head.id, invitation_id, actor()):
        flash(_("The link has ended. Who signed up by it stays signed up."), "success")
    else:
        flash(_("The link had ended already."), "success")
    return _back(slug)


def _page(head: MeetingHead, link: LinkForm, many: ListForm) -> str:
    def local(at: datetime) -> datetime:
        return to_local(at, head.zone)

    moment = now()
    every = queries.list_invitations(head.id, moment)
    bad = [one for one in (link, many) if one.errors]
    return render_template(
        "office/invitations.html",
        meeting=head,
        view=get_meeting_by_id(head.id, current_locale(), moment),
        link=link,
        many=many,
        wrong=bad[0] if bad else link,
        good=[one for one in every if one.state in {"good", "used_up"}],
        unsent=sum(one.unsent for one in every if one.state in {"good", "used_up"}),
        ended=[one for one in every if one.state not in {"good", "used_up"}],
        url=links.url,
        most=service.MOST,
        local=local,
    )


def _back(slug: str) -> Response:
    return redirect(url_for(".invitations", slug=slug), HTTPStatus.SEE_OTHER)
