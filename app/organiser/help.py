"""How to use the office, told with pictures: the guides of docs/office as pages."""

import re
from functools import cache

from flask import Response, render_template, send_file, url_for
from markupsafe import Markup

from app.auth.guards import account
from app.base.errors import NotFound
from app.config import ROOT
from app.organiser.blueprint import blueprint
from app.web.markdown import to_guide

FOLDER = ROOT / "docs" / "office"
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_NAME = re.compile(r"[0-9][a-z0-9-]{1,40}")


@blueprint.get("/help")
@account
def help_index() -> str:
    """What there is to read, in the order in which a meeting goes."""
    return render_template("office/help_index.html", guides=_titles())


@blueprint.get("/help/<name>")
@account
def help_page(name: str) -> str:
    """One guide.

    Raises:
        NotFound: there is none of this name.
    """
    titles = _titles()
    if name not in titles:
        raise NotFound("guide")
    return render_template("office/help.html", body=_body(name), titles=titles, name=name)


@blueprint.get("/help/pictures/<name>.png")
@account
def help_picture(name: str) -> Response:
    """A picture of a guide.

    Raises:
        NotFound: there is none of this name.
    """
    path = FOLDER / "pictures" / f"{name}.png"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound("picture")
    return send_file(path, mimetype="image/png")


@cache
def _texts() -> dict[str, str]:
    """The guides by name; they come with the program and never change while it runs."""
    paths = sorted(FOLDER.glob("[0-9]*.md"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def _titles() -> dict[str, str]:
    found = {name: _TITLE.search(text) for name, text in _texts().items()}
    return {name: title[1] if title else name for name, title in found.items()}


def _body(name: str) -> Markup:
    """A guide as HTML, whose pictures and links lead to these pages."""
    text = re.sub(
        r"\(pictures/([a-z0-9-]+)\.png\)",
        lambda one: f"({url_for('.help_picture', name=one[1])})",
        _texts()[name],
    )
    return to_guide(text)
