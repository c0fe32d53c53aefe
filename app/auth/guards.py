"""Who may open a page of the office."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import (
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app.auth.csrf import came_too_late
from app.auth.facts import Actor
from app.auth.queries import read_rights
from app.auth.rights import NOBODY, ROLES, Act, Rights
from app.base.errors import Busy, Forbidden, NotFound, Refusal
from app.db import dialect
from app.web.bodies import drain, largest_body
from app.web.headers import keep_private

JUST_LOGGED_IN = "just_logged_in"
"""In the session until the first page of the office was shown."""
View = Callable[..., Any]
Values = Mapping[str, Any]
Guard = Callable[[View], View]
Find = Callable[[Any], Collection[int]]


def comes_from_login() -> bool:
    """Whether this is the first page since somebody logged in; asked again, it is not."""
    return bool(session.pop(JUST_LOGGED_IN, False))


def _guard(name: str, needs: Act | None, allows: Callable[[Rights, Values], bool]) -> Guard:
    """Make a guard; everything typed is kept when somebody's session has ended.

    ``needs``: an act without which nobody gets anywhere, whichever meeting it is about. Whoever
    sends something and may not do that at all is told so: their role was changed while they typed.

    The view carries ``guard``, so that a test can list every address with its guard, and
    ``allows``, so that no page shows a link to where its reader may not go. Answers to GET and
    HEAD are not stored anywhere. Whoever may not open a page is told that there is none.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _log_in_first()
            if not allows(my_rights(), kwargs):
                raise _refusal()
            if came_too_late():
                return _again(HTTPStatus.UNPROCESSABLE_ENTITY)
            if request.method == "POST":
                return _act(view, *args, **kwargs)
            return keep_private(make_response(view(*args, **kwargs)))

        guarded.guard = name  # type: ignore[attr-defined]  # read by the test of guards
        guarded.needs = needs  # type: ignore[attr-defined]  # read by lacks_role
        guarded.allows = allows  # type: ignore[attr-defined]  # read by may_open
        return guarded

    return guard


def lacks_role() -> bool:
    """Whether the role of whoever asks can do nothing at this address, whichever meeting it is."""
    needs = getattr(current_app.view_functions.get(request.endpoint or ""), "needs", None)
    return needs is not None and not my_rights().may(needs)


def _refusal() -> Refusal:
    """What a role lacks may be told; that there is a meeting which is not theirs may not."""
    told = request.method == "POST" and lacks_role()
    return Forbidden("role") if told else NotFound("page")


def _works_on(mine: Rights, values: Values) -> bool:
    """For each thing that the address names the right to it; what nobody can find counts as none.

    Those who are for all meetings are not asked which it is: the page says whether there is one.
    """
    if mine.meetings is None or not values:
        return mine.may(Act.ENTER)
    named = [(_finders()[name], value) for name, value in values.items() if name in _finders()]
    return bool(named) and all(mine.may(act, find(value)) for (act, find), value in named)


def _works_on_day(mine: Rights, values: Values) -> bool:
    if not _works_on(mine, values):
        return False
    return mine.meetings is None or mine.may(Act.DIRECT, _extension().day(values["slug"]))


def _receives_at(mine: Rights, values: Values) -> bool:
    return mine.meetings is None or mine.may(Act.RECEIVE, _finders()["slug"][1](values["slug"]))


account = _guard("account", None, lambda mine, _values: mine.role in ROLES)
"""Whoever can log in, for what is their own."""
administrator = _guard(
    "administrator", Act.ADMINISTER, lambda mine, _values: mine.may(Act.ADMINISTER)
)
every_meeting = _guard("every meeting", Act.OVERSEE, lambda mine, _values: mine.may(Act.OVERSEE))
"""What is about no single meeting and shows people of all of them."""
office = _guard("office", Act.ENTER, _works_on)
"""The office: the meeting, sign-up or sending that the address names must be one of theirs.

A page whose address names none shows only what ``my_meetings`` lets through.
"""
whole_day = _guard("whole day", Act.ENTER, _works_on_day)
"""What belongs to all meetings of a day, such as the texts of its letters."""
desk = _guard("desk", None, _receives_at)
"""The desk of the meeting ``slug``: reception, and whoever may work on it."""


@dataclass(frozen=True, kw_only=True)
class Finders:
    """How to find the meetings that an address is about; the rooms above know, and tell us.

    ``arguments``: name of an argument in addresses → the act that it takes, and a function from
    its value to ids of meetings (none for what there is not). ``day``: the same for all meetings
    that are signed up for together with the meeting ``slug``.
    """

    arguments: Mapping[str, tuple[Act, Find]]
    day: Find


def init_finders(app: Flask, finders: Finders) -> None:
    """Tell the guards how to find meetings, and templates what their reader may open."""
    app.extensions["finders"] = finders
    app.jinja_env.globals["may_open"] = may_open


def _extension() -> Finders:
    found: Finders = current_app.extensions["finders"]
    return found


def _finders() -> Mapping[str, tuple[Act, Find]]:
    return _extension().arguments


def my_rights() -> Rights:
    """What the account that is logged in may do, as stored now: read once a request."""
    if "rights" not in g:
        g.rights = read_rights(current_user) if current_user.is_authenticated else NOBODY
    found: Rights = g.rights
    return found


def my_meetings() -> frozenset[int] | None:
    """The meetings that lists may show; None for all."""
    return my_rights().meetings


def may_open(endpoint: str, **values: Any) -> bool:
    """Whether the reader may open a page: no link is shown to where they may not go."""
    view = current_app.view_functions[endpoint]
    allows: Callable[[Rights, Values], bool] | None = getattr(view, "allows", None)
    return allows is None or allows(my_rights(), values)


def require(act: Act, meetings: Collection[int]) -> None:
    """Refuse what an address does not tell, such as a meeting named in its query.

    Raises:
        NotFound: whoever is logged in may not do it; they are not told whether there is such.
    """
    if not my_rights().may(act, meetings):
        raise NotFound("page")


def open_to_large_bodies() -> Response | None:
    """Let people of the office, and nobody else, send as much as the view is marked to take.

    To be asked before anything reads the form, so before the check of its token. What a stranger
    sends is not even looked at; whoever was logged out meanwhile is sent to the login.
    """
    largest = largest_body()
    if largest is None or request.method != "POST":
        return None
    if current_user.is_authenticated:
        request.max_content_length = largest
    elif (request.content_length or 0) > (request.max_content_length or 0):
        drain()
        # What GET shows at this address is the page with the form.
        return redirect(url_for("security.login", next=request.path), HTTPStatus.SEE_OTHER)
    return None


def is_of_the_office() -> bool:
    """Whether whoever asks is logged in and belongs to the office."""
    return current_user.is_authenticated and my_rights().role in ROLES


def actor() -> Actor:
    """Who is acting; call it only behind a guard."""
    return Actor(
        account_id=current_user.id,
        email=current_user.email,
        name=current_user.name or current_user.email,
    )


def _act(view: View, *args: Any, **kwargs: Any) -> Any:
    """Call a view that writes; where the database cannot be had, what was typed is kept."""
    try:
        return view(*args, **kwargs)
    except Busy:
        return _again(HTTPStatus.SERVICE_UNAVAILABLE)
    except DBAPIError as error:
        if not (dialect.is_busy(error) or dialect.is_unreachable(error)):
            raise
        return _again(HTTPStatus.SERVICE_UNAVAILABLE)


def _log_in_first() -> Response:
    if request.method == "POST":
        return _again(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _again(status: HTTPStatus) -> Response:
    """All that was typed, hidden in a form with a fresh token, and one button to send it again."""
    values = [(name, value) for name, value in request.form.items(multi=True)]
    kept = [
        (name, value) for name, value in values if name != "csrf_token" and "password" not in name
    ]
    page = render_template(
        "security/again.html", kept=kept, address=request.full_path, status=int(status)
    )
    return make_response(page, status)
