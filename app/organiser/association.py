"""Settings of the association: who it is, its logo, what forms ask, hosts of its meetings."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.association.facts import HostFacts
from app.association.stored import find_host, kept
from app.auth.guards import actor, administrator
from app.base.errors import ChangedMeanwhile, NotFound
from app.organiser.association_forms import (
    LARGEST_KB,
    AssociationForm,
    LogoForm,
    association_form,
)
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.host_forms import HostForm, host_form
from app.organiser.meeting_words import KINDS
from app.planning.templating import list_changed
from app.settings import hosts, rules, service
from app.web.arguments import find_id
from app.web.bodies import takes_up_to
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
PLACE = "/settings"
LOGO = f"{PLACE}/logo"
HOST = f"{PLACE}/hosts/<int(max=2147483647):host_id>"
LARGEST_BODY = 4 * rules.LARGEST
"""Larger than the largest picture, so that one that is a little too large is told so."""


@blueprint.get(PLACE)
@administrator
def association() -> str:
    """Everything that is set, and what can be set."""
    return _show(association_form(_fresh()))


@blueprint.post(PLACE)
@administrator
def set_association() -> Response | Page:
    """Check and store."""
    form = AssociationForm(request.form)
    if not form.validate():
        return _show(form), HTTPStatus.UNPROCESSABLE_ENTITY
    first = not kept().stored.values
    try:
        changed = service.change(form.values, actor(), seen=form.seen.data)
    except ChangedMeanwhile:
        stored = association_form(_fresh())
        return _show(form, clash=merge(form, stored)), HTTPStatus.CONFLICT
    if first:
        flash(_("It has been stored. Next, see whether letters can go out."), "success")
        return redirect(url_for(".mail", begin=1), HTTPStatus.SEE_OTHER)
    told = _("It has been stored."), _("Nothing was different, so nothing was stored.")
    flash(told[0] if changed else told[1], "success")
    if "mail_sender" in changed:
        flash(_("Letters come from another address now. Please check the mail set-up."), "success")
        return redirect(url_for(".mail"), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".association"), HTTPStatus.SEE_OTHER)


@blueprint.post(LOGO)
@takes_up_to(LARGEST_BODY, file=rules.LARGEST)
@administrator
def set_logo() -> Response | Page:
    """Put up a picture."""
    logo = LogoForm(request.form)
    try:
        service.set_logo(logo.read(request), actor())
    except rules.LogoRefused as refused:
        logo.refuse(refused.code)
        return _show(association_form(_fresh()), logo=logo), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The logo stands beside the name on every public page now."), "success")
    return redirect(url_for(".association"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{LOGO}/remove")
@administrator
def ask_to_remove_logo() -> str:
    """The question, with the picture."""
    _fresh()
    return render_template("office/remove_logo.html")


@blueprint.post(f"{LOGO}/remove")
@administrator
def remove_logo() -> Response:
    """Remove it; pressed twice, the second press says the same."""
    removed = service.remove_logo(actor())
    flash(_("The logo is gone.") if removed else _("There was none any more."), "success")
    return redirect(url_for(".association"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{PLACE}/hosts/new")
@administrator
def new_host() -> str:
    """An empty form."""
    return _show_host(HostForm(data={"offered": True}))


@blueprint.post(f"{PLACE}/hosts/new")
@administrator
def add_host() -> Response | Page:
    """Add it."""
    form = HostForm(request.form)
    if not form.validate():
        return _show_host(form), HTTPStatus.UNPROCESSABLE_ENTITY
    hosts.add_host(form.values, actor())
    flash(_("Meetings can choose this host now."), "success")
    return redirect(url_for(".association", _anchor="hosts"), HTTPStatus.SEE_OTHER)


@blueprint.get(HOST)
@administrator
def edit_host(host_id: int) -> str:
    """The form, as things are."""
    host = _get_host(host_id)
    return _show_host(host_form(host), host)


@blueprint.post(HOST)
@administrator
def change_host(host_id: int) -> Response | Page:
    """Check and store."""
    host, form = _get_host(host_id), HostForm(request.form)
    if not form.validate():
        return _show_host(form, host), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        changed = hosts.change_host(
            host_id, form.values, actor(), seen=find_id(form.seen.data) or 0
        )
    except ChangedMeanwhile:
        stored = host_form(_get_host(host_id))
        return _show_host(form, host, merge(form, stored)), HTTPStatus.CONFLICT
    told = _("It has been stored."), _("Nothing was different, so nothing was stored.")
    flash(told[0] if changed else told[1], "success")
    return redirect(url_for(".association", _anchor="hosts"), HTTPStatus.SEE_OTHER)


def _fresh() -> dict[str, str]:
    """The values as they are stored this moment: a form must not show what is seconds old."""
    kept().renew()
    return service.current_values()


def _get_host(host_id: int) -> HostFacts:
    kept().renew()
    host = find_host(host_id)
    if host is None:
        raise NotFound("host")
    return host


def _show(
    form: AssociationForm, *, logo: LogoForm | None = None, clash: Clash | None = None
) -> str:
    return render_template(
        "office/association.html",
        form=form,
        logo_form=logo or LogoForm(),
        hosts=kept().stored.hosts.values(),
        first=not kept().stored.values,
        largest=LARGEST_KB,
        here=current_locale(),
        kinds=KINDS,
        changed_plans=list_changed(),
        clash=clash,
    )


def _show_host(form: HostForm, host: HostFacts | None = None, clash: Any = None) -> str:
    return render_template("office/host.html", form=form, host=host, clash=clash)
