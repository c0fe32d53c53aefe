"""The link of a pass: a page that says what it opens, and the button that lets this device in."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.errors import NotFound
from app.base.timezones import to_local
from app.desk import device
from app.desk.blueprint import blueprint
from app.events.heads import get_head
from app.registration.desk import passes
from app.registration.desk.facts import PassView
from app.web.headers import keep_private
from app.web.locale import current_locale


@blueprint.get("/d/<token:token>")
def ask(token: str) -> Response:
    """What the link opens. Nothing happens yet: mail programs and previews open links, too."""
    found = _find(token)
    if found.state != "good":
        return _ended(found)
    made = render_template(
        "desk/open.html",
        token=token,
        found=found,
        meeting=get_head(found.slug, current_locale(), practice=True),
        name=device.desk_name(),
        expires_at=to_local(found.expires_at, found.zone),
        longest=device.LONGEST_NAME,
    )
    return keep_private(make_response(made))


@blueprint.post("/d/<token:token>")
def enter(token: str) -> Response:
    """Let this device in until the pass ends."""
    found = _find(token)
    if found.state != "good":
        return _ended(found)
    answer = redirect(url_for(".show", slug=found.slug), HTTPStatus.SEE_OTHER)
    device.let_in(answer, found.id, found.expires_at)
    device.keep_name(answer, request.form.get("name", ""))
    return answer


def _find(token: str) -> PassView:
    pass_id = passes.read_link(token)
    if pass_id is None:
        raise NotFound("pass")
    return passes.get_pass(pass_id)


def _ended(found: PassView) -> Response:
    page = render_template("desk/ended.html", state=found.state)
    return keep_private(make_response(page, HTTPStatus.GONE))
