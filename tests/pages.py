"""Filling in pages as a browser does: every value that stands in them, and what is changed."""

import html
import re
from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Filled = MultiDict[str, str]


def filled(page: TestResponse) -> Filled:
    """What the form of a page would send, buttons apart."""
    return filled_in(page.text)


def filled_in(page: str) -> Filled:
    """What the form in the text of a page would send, buttons apart."""
    values: Filled = MultiDict()
    for _tag, attributes, text in re.findall(r"<(input|textarea)\b([^>]*)>([^<]*)", page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        chosen = given.get("type") not in {"radio", "checkbox"} or " checked" in attributes
        if "name" in given and chosen:
            values.add(given["name"], html.unescape(given.get("value", text.lstrip("\n"))))
    return values


def press(
    client: FlaskClient, page: TestResponse, step: str, changes: Mapping[str, object] | None = None
) -> TestResponse:
    """Change some values (None takes one away) and press a button of the page's form."""
    action = re.search(r'<form (?:id="signup" )?method="post" action="([^"]+)"', page.text)
    assert action, page.text
    values = filled(page)
    for name, value in (changes or {}).items():
        values.poplist(name)
        if value is not None:
            values.setlist(name, value if isinstance(value, list) else [str(value)])
    values["step"] = step
    return client.post(html.unescape(action[1]), data=values)


def errors(page: TestResponse) -> list[str]:
    """The lines of the error summary."""
    found = re.search(r'<div class="errs.*?</div>', page.text, re.DOTALL)
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", found[0]) if found else []
