"""Accounts of the office: the list, invitations, roles and meetings, closing and opening again."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth import changing, inviting, queries, two_step
from app.auth.facts import AccountView, Actor
from app.auth.guards import actor, administrator
from app.auth.words import ROLE_NOTES, ROLES, STATES
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, NotFound
from app.base.timezones import to_local
from app.events.heads import DatedHead, list_every_head
from app.organiser.account_forms import InviteForm, StandingForm, fields_of
from app.organiser.blueprint import blueprint
from app.organiser.meeting_words import named
from app.organiser.words import ZONE
from app.web.locale import current_locale

Page = tuple[str, int]
ONE = "/accounts/<int(max=2147483647):account_id>"


@dataclass(frozen=True, kw_only=True)
class Act:
    """What is asked about before it is done to an account: it returns whether it was new."""

    do: Callable[[int, Actor], bool]
    fits: tuple[str, ...]
    """The states of an account that it is for."""


def _invite_again(account_id: int, by: Actor) -> bool:
    inviting.invite_again(account_id, by, current_locale())
    return True


ACTS = {
    "close": Act(do=changing.close, fits=("active", "invited", "expired")),
    "reopen": Act(do=changing.reopen, fits=("closed",)),
    "two-step": Act(do=two_step.take_off, fits=("active",)),
    "invite": Act(do=_invite_again, fits=("invited", "expired")),
}


@blueprint.get("/accounts")
@administrator
def accounts() -> str:
    """Everybody who can log in, or could."""
    return render_template(
        "office/accounts.html",
        accounts=queries.list_accounts(now()),
        titles={one.id: named(one) for one in _meetings()},
        roles=ROLES,
        states=STATES,
        me=actor().account_id,
    )


@blueprint.get("/accounts/new")
@administrator
def new_account() -> str:
    """Whom to invite."""
    return _show_new(InviteForm(meetings=_meetings(), data={"role": "organiser", "reach": "all"}))


@blueprint.post("/accounts/new")
@administrator
def invite_account() -> Response | Page | str:
    """Ask once more with everything in words, then invite."""
    form = InviteForm(request.form, meetings=_meetings())
    if not form.validate():
        return _show_new(form), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("step") == "back":
        return _show_new(form)
    if request.form.get("step") != "do":
        return render_template("office/account_check.html", form=form, account=None, roles=ROLES)
    try:
        whom = inviting.Invited(
            email=form.email.data or "", name=form.name.data or "", standing=form.standing
        )
        inviting.invite(whom, actor(), current_locale())
    except Conflict:
        form.email.errors = [_("There is an account with this e-mail address already")]
        return _show_new(form), HTTPStatus.CONFLICT
    flash(_("The invitation to %(address)s is on its way.", address=form.email.data), "success")
    return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)


@blueprint.get(ONE)
@administrator
def edit_account(account_id: int) -> str:
    """Name, role and meetings, to be changed."""
    account = queries.get_account(account_id, now())
    return _show(account, _form_of(account))


@blueprint.post(ONE)
@administrator
def change_account(account_id: int) -> Response | Page | str:
    """Ask once more, then change."""
    account = queries.get_account(account_id, now())
    form = StandingForm(request.form, meetings=_meetings())
    if not form.validate():
        return _show(account, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("step") == "back":
        return _show(account, form)
    if request.form.get("step") != "do":
        return render_template("office/account_check.html", form=form, account=account, roles=ROLES)
    try:
        seen = form.seen.data or ""
        name = form.name.data or ""
        changed = changing.change(account_id, name, form.standing, actor(), seen=seen)
    except ChangedMeanwhile:
        told = _("Somebody else has changed this account meanwhile. This is how it is now.")
        return _show(account, _form_of(account), told), HTTPStatus.CONFLICT
    except changing.LastAdministrator:
        return _show(account, form, _last()), HTTPStatus.CONFLICT
    if changed:
        flash(_("The account has been changed. It holds from now on."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{ONE}/<act>")
@administrator
def ask_about_account(account_id: int, act: str) -> Response | str:
    """The question before an account is closed, opened again or invited again."""
    if act not in ACTS:
        raise NotFound("act")
    account = queries.get_account(account_id, now())
    if not _fits(account, act):
        flash(_("It was so already."), "success")
        return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)
    return _ask(account, act)


@blueprint.post(f"{ONE}/<act>")
@administrator
def act_on_account(account_id: int, act: str) -> Response | Page:
    """Do it; pressed twice, it is done once."""
    if act not in ACTS:
        raise NotFound("act")
    try:
        done = ACTS[act].do(account_id, actor())
    except changing.LastAdministrator:
        return _ask(queries.get_account(account_id, now()), act, _last()), HTTPStatus.CONFLICT
    except Conflict:
        done = False
    told = {
        "close": _("The account is closed. Nobody can log in to it."),
        "reopen": _("The account is open again."),
        "two-step": _("Two-step login is off for this account."),
        "invite": _("Another invitation is on its way."),
    }
    flash(told[act] if done else _("It was so already."), "success")
    return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)


def _fits(account: AccountView, act: str) -> bool:
    """Whether there is anything to do."""
    return account.state in ACTS[act].fits and (act != "two-step" or account.two_step)


def _last() -> str:
    told = _("This is the last administrator who can log in. Please make another one first.")
    return str(told)


def _meetings() -> tuple[DatedHead, ...]:
    return list_every_head(current_locale())


def _form_of(account: AccountView) -> StandingForm:
    seen = changing.mark_of(account.name, account.role, account.meetings)
    given = {"name": account.name, "seen": seen, **fields_of(account.role, account.meetings)}
    return StandingForm(meetings=_meetings(), data=given)


def _show_new(form: InviteForm) -> str:
    return render_template("office/new_account.html", form=form, notes=ROLE_NOTES)


def _show(account: AccountView, form: StandingForm, problem: str = "") -> str:
    facts: dict[str, Any] = {"account": account, "form": form, "problem": problem}
    invited_at = account.invited_at and to_local(account.invited_at, ZONE)
    return render_template(
        "office/account.html",
        **facts,
        invited_at=invited_at,
        notes=ROLE_NOTES,
        states=STATES,
        acts=[name for name in ACTS if _fits(account, name)],
    )


def _ask(account: AccountView, act: str, problem: str = "") -> str:
    return render_template("office/account_ask.html", account=account, act=act, problem=problem)
