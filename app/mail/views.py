"""The local mailbox in the browser. It exists only where mail stays on this machine."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import islice

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone

from app.config import current_settings
from app.mail import mailbox

PAGE = 50
FORWARDING = ("Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP")
_REST_OF_ADDRESS = r"(?:[/?][\w\-./~%?=&+#:]*)?(?![\w:@-]|\.\w)"

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.before_request
def only_from_this_machine() -> None:
    """Letters are shown to a browser on this machine, never through a proxy; else 404."""
    if not _is_loopback(request.remote_addr or "") or _came_through_a_proxy():
        abort(404)


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Letters are personal."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The letters, newest first."""
    folder = mailbox.folder_of(current_settings())
    names = mailbox.names(folder, before=request.args.get("before", ""))
    found = [mailbox.find(folder, name) for name in islice(names, PAGE)]
    letters = [letter for letter in found if letter is not None]
    more = letters[-1].name if next(names, None) and letters else ""
    return render_template("mailbox/index.html", letters=letters, more=more, local=to_user_timezone)


@blueprint.get("/<name>")
def letter(name: str) -> ResponseReturnValue:
    """One letter, with links to our own pages."""
    found = mailbox.find(mailbox.folder_of(current_settings()), name) or abort(404)
    return render_template(
        "mailbox/letter.html",
        letter=found,
        parts=tuple(own_links(found.body, current_settings().origin)),
        local=to_user_timezone,
    )


@blueprint.get("/<name>.eml")
def download(name: str) -> ResponseReturnValue:
    """The letter as it travelled."""
    path = mailbox.find_file(mailbox.folder_of(current_settings()), name) or abort(404)
    answer = Response(path.read_bytes(), mimetype="message/rfc822")
    answer.headers.set("Content-Disposition", "attachment", filename=path.name)
    return answer


def own_links(text: str, origin: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into pieces; True marks an address of ``origin``, which can be pressed."""
    position = 0
    for match in re.finditer(re.escape(origin) + _REST_OF_ADDRESS, text, re.ASCII):
        address = match[0].rstrip(".?:")
        yield text[position : match.start()], False
        yield address, True
        position = match.start() + len(address)
    yield text[position:], False


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _came_through_a_proxy() -> bool:
    names = {name.lower() for name in request.headers.keys()}  # noqa: SIM118  # not a mapping
    return any(name.lower() in names for name in FORWARDING) or any(
        name.startswith("x-forwarded") for name in names
    )
