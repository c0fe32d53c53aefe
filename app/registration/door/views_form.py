"""The form and the check page, for signing up and for changing: HTTP only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.tokens import FormSigner, FormToken, FormTokenProblem, content_digest, form_signer
from app.config import current_settings
from app.events.facts import MeetingView
from app.registration import settled, wishes
from app.registration.door.refusals import refused_text
from app.registration.facts import Entry
from app.registration.forms.check import CheckPage, check_page, without_edits
from app.registration.forms.entry import late_answers
from app.registration.forms.layout import Ground
from app.registration.forms.shape import moved_since, what_is_shown
from app.registration.forms.signup import DayForm
from app.registration.forms.values import Typed, add_person, open_differences, remove_person
from app.registration.preview import preview
from app.registration.privacy.queries import get_notice
from app.registration.rules import Refused
from app.web.bodies import has_broken_text
from app.web.locale import gettext as _

FORM_LIFE = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One way through form and check page.

    ``purpose``: what the form's token is for; ``action``: where both pages post to;
    ``facts``: what their templates are told beside it.
    """

    purpose: str
    action: str
    ground: Ground
    facts: dict[str, Any]

    def with_facts(self, **more: Any) -> "Walk":
        """The same walk that tells the templates more."""
        return replace(self, facts={**self.facts, **more})


@dataclass(frozen=True, kw_only=True)
class Step:
    """What was pressed, and what came with it; ``token`` a problem where it is no good."""

    name: str
    field: str
    token: FormToken | FormTokenProblem
    broken: bool


def read_step(purpose: str) -> Step:
    """Read the button of a form that was sent. Call it before anything else reads the form."""
    broken = has_broken_text()
    name, _colon, field = request.form.get("step", "check").partition(":")
    token = _signer().read(purpose, request.form.get("token", ""), now(), FORM_LIFE)
    return Step(name=name, field=field, token=token, broken=broken)


def take_step(walk: Walk, step: Step) -> Response:
    """Everything but the last button: the form again, or the check page."""
    typed = _moved(walk, step)
    form = DayForm(walk.ground, typed)
    if "fix_email" in request.form:
        form["email"].data = request.form["fix_email"][:254]
        return show_form(walk, form)
    if step.broken:
        return show_form(walk, form, problem=_unreadable(), status=422)
    if isinstance(step.token, FormTokenProblem):
        return show_form(walk, form, problem=_expired(), status=422)
    if step.name in {"edit", "add", "remove", "differ"}:
        return show_form(walk, form, focus=_focus(step, form))
    return check_moved(walk, form) or check(walk, form)


def _moved(walk: Walk, step: Step) -> Typed:
    """What was typed, with a person more or fewer, or each by themselves."""
    typed, most = request.form, walk.ground.most_people
    if step.name == "add":
        return add_person(typed, most)
    if step.name == "remove" and step.field.isascii() and step.field.isdigit():
        return remove_person(typed, int(step.field[:4]))
    if step.name == "differ" or (step.name == "edit" and "-way-" in step.field):
        return open_differences(typed, most)
    return typed


def _focus(step: Step, form: DayForm) -> str:
    if step.name == "add":
        return f"p{form.count - 1}-name"
    if step.name == "remove":
        return "add" if form.may_add else ""
    return "differ" if step.name == "differ" else step.field


def check(walk: Walk, form: DayForm, *, notice: str = "", status: int = 200) -> Response:
    """The check page, or the form with what is to be put right."""
    entry = checked(form)
    if isinstance(entry, Refused):
        return refuse(walk, form, entry)
    if entry is None:
        return show_form(walk, form, status=422)
    plan = preview(walk.ground.offer, entry, walk.ground.signup, now=walk.ground.now)
    if isinstance(plan, Refused):
        return refuse(walk, form, plan)
    page = check_page(entry, walk.ground.offer, plan, _before(walk.ground))
    form.show_waiting(
        (one.wish.person, one.wish.event_id) for one in plan.outcomes if one.state == "waiting"
    )
    form["shown"].data = what_is_shown(walk.ground.offer)
    form["token"].data = kept_token(walk.purpose)
    facts = {"page": page, "entry": entry, "notice": notice}
    return page_of("registration/check.html", walk, form, status, **facts)


def checked(form: DayForm) -> Entry | Refused | None:
    """The entry of a valid form with what is settled as it is; None where it is not valid."""
    gone = form.vanished()
    if gone is not None:
        return gone
    if not form.validate():
        return None
    ground = form.ground
    if ground.signup is None:
        return form.entry
    return settled.keep(form.entry, ground.signup, ground.offer, ground.now)


def sent_page(walk: Walk, entry: Entry) -> CheckPage:
    """What was sent, for pages on which it could not be stored."""
    page = check_page(entry, walk.ground.offer, None, _before(walk.ground))
    return without_edits(page)


def _before(ground: Ground) -> Entry | None:
    return wishes.entry_of(ground.signup, ground.offer) if ground.signup else None


def refuse(walk: Walk, form: DayForm, refused: Refused) -> Response:
    """The form, with why it cannot be done; nothing is lost."""
    names = tuple(str(one["name"].data) for one in form.people)
    problem = refused_text(refused, walk.ground.offer, names)
    if refused.person is not None and form.count > 1 and not form.layout.differs:
        form = DayForm(walk.ground, open_differences(form.values, walk.ground.most_people))
    return show_form(walk, form, problem=problem, status=409)


def show_form(
    walk: Walk, form: DayForm, *, problem: str = "", focus: str = "", status: int = 200
) -> Response:
    """The form with all that was typed, under a token that is still good."""
    form["token"].data = kept_token(walk.purpose)
    # Kept as it came: what has moved since then is told by the check page.
    form["shown"].data = form["shown"].data or what_is_shown(walk.ground.offer)
    privacy = get_notice(walk.ground.offer.series_id)
    form["notice"].data = str(privacy.number)
    facts = {"problem": problem, "focus": focus, "suggestion": form.suggestion, "privacy": privacy}
    return page_of("registration/form.html", walk, form, status, **facts)


def page_of(template: str, walk: Walk, form: DayForm, status: int, **facts: Any) -> Response:
    """A page of this walk."""
    told = {**walk.facts, "walk": walk, "offer": walk.ground.offer, "form": form, **facts}
    return make_response(render_template(template, **told), status)


def check_moved(walk: Walk, form: DayForm) -> Response | None:
    """The check page that tells what moved, or is asked no longer, meanwhile; None for nothing."""
    found = moved_since(form["shown"].data or "", walk.ground.offer)
    late = late_answers(walk.ground.offer, form.typed)
    told = [*([moved(found)] if found else []), *([_late(late)] if late else [])]
    return check(walk, form, notice=" ".join(told), status=409) if told else None


def digest_of(form: DayForm, entry: Entry) -> str:
    """What tells two contents of one screen apart: everything but how the page stood."""
    apart = {"token", "seen", "shown", "notice", "email_kept", "differ", "people"}
    values = [f"{name}={value}" for name, value in form.carried if name not in apart]
    people = [dict(sorted((str(key), way) for key, way in p.ways.items())) for p in entry.people]
    return content_digest({"series": form.ground.offer.series_id, "v": values, "ways": people})


def issue_token(purpose: str) -> str:
    """A new token for a new screen."""
    return _signer().issue(purpose, now())


def read_token(purpose: str) -> FormToken | None:
    """The token of the form that was sent, if it is good."""
    found = _signer().read(purpose, request.form.get("token", ""), now(), FORM_LIFE)
    return found if isinstance(found, FormToken) else None


def kept_token(purpose: str) -> str:
    """The token that came with the form while it is good, so that one screen stays one act."""
    return request.form["token"] if read_token(purpose) else issue_token(purpose)


def _signer() -> FormSigner:
    return form_signer(current_settings().keys)


def _expired() -> str:
    return _(
        "This page was open for so long that it had to be renewed. "
        "What you entered is still here. Please press the button again."
    )


def _unreadable() -> str:
    return _(
        "Some characters were garbled on the way. Please look at what you entered, "
        "put it right and press the button again."
    )


def too_many() -> str:
    """That the rate limit is used up."""
    return _(
        "There were very many sign-ups from your network in a short time. Nothing was stored; "
        "what you entered is still here. Please try again in a while, or telephone us."
    )


def busy() -> str:
    """That a lock could not be had."""
    return _(
        "We are very busy just now. Nothing was stored; what you entered is still here. "
        "Please press the button again in a minute, or telephone us."
    )


def moved(meetings: Iterable[MeetingView]) -> str:
    """That time or place of these meetings are others now."""
    return _(
        "The time or place has changed since you opened the page: %(meetings)s. "
        "Nothing has been stored yet. Please check it below.",
        meetings=_(", ").join(one.title for one in meetings),
    )


def _late(questions: Iterable[str]) -> str:
    return _(
        "The time for this ended while you were entering: %(questions)s. What you entered there "
        "is not taken over. To ask for it all the same, please telephone us.",
        questions=_(", ").join(questions),
    )


def would_wait() -> str:
    """That places were taken meanwhile."""
    return _(
        "Places were taken while you were entering. Nothing has been stored yet. "
        "Please check below who will be on the waiting list."
    )
