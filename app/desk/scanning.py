"""The code of a sign-up, read by the camera: the page, and what becomes of its pictures."""

from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.desk import codes
from app.desk.blueprint import blueprint
from app.desk.guard import Desk, at_desk
from app.registration import links
from app.web.headers import allow_camera
from app.web.locale import gettext as _


@blueprint.get("/desk/<slug:slug>/scan")
@at_desk
def scan(desk: Desk) -> Response:
    """The page with the camera; without one, the field for the number."""
    page = render_template("desk/scan.html", desk=desk, meeting=desk.meeting)
    return allow_camera(make_response(page))


@blueprint.post("/desk/<slug:slug>/scan")
@at_desk
def read_picture(desk: Desk) -> Response:
    """What the picture shows: the code (200), no code (204), or a code that is not ours (422).

    Nothing of the picture is kept.
    """
    if desk.stale:
        return _said(_("This page had become too old. Please open it again."))
    try:
        found = codes.read(request.get_data(), request.args.get("width", 0, type=int))
    except codes.NotAPicture:
        return _said(_("This picture could not be read."))
    if found is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    if links.read_check_in(found) is None:
        return _said(_("This is not the code of a sign-up. Please search by name or number."))
    return Response(found, mimetype="text/plain")


def _said(text: str) -> Response:
    return Response(text, HTTPStatus.UNPROCESSABLE_ENTITY, mimetype="text/plain")
