"""No page of the office leads its reader to where they may not go."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.entries import make_question, person, sign_up
from tests.factories import make_event, make_series
from tests.office import enter

LINK = re.compile(r'<a [^>]*?href="([^"#]+)')
OURS = ("/office/", "/desk/", "/account", "/events/", "/r/")
MANY = 400
"""More pages than anybody of one meeting has."""


@pytest.fixture
def day() -> int:
    """A day of two meetings, the first with people, questions and much to do."""
    series = make_series("day")
    mine = make_event("soukai", series_id=series, waiting_list=True)
    other = make_event("souritsu", series_id=series)
    make_question(mine)
    sign_up("soukai", person("見本 一", mine), email="a@example.com")
    for _time in range(2):  # whoever signs up twice may be one and the same
        sign_up("soukai", person("見本 三", mine, other), email="c@example.com")
    return mine


def links(page: str, path: str) -> set[str]:
    found = (urljoin(path, unescape(one)) for one in LINK.findall(page))
    return {one for one in found if one.startswith(OURS)}


def dead(client: FlaskClient, *begin: str) -> dict[str, str]:
    """Links that lead nowhere, with the page on which each stands; every page is walked once."""
    todo, seen, found = dict.fromkeys(begin, ""), set(), {}
    while todo and len(seen) < MANY:
        path, page = todo.popitem()
        kind = re.sub(r"=[^&]*", "", path)  # whatever a list is filtered by, it is the same page
        if kind in seen:
            continue
        seen.add(kind)
        answer = client.get(path, follow_redirects=True)
        if answer.status_code >= 400:
            found[path] = f"{answer.status_code} on {page}"
        elif answer.mimetype == "text/html" and not urlsplit(path).path.startswith("/r/"):
            todo |= dict.fromkeys(links(answer.text, path), path)
    assert len(seen) < MANY
    return found


def test_a_limited_organiser_finds_no_dead_link(office_client: FlaskClient, day: int) -> None:
    enter(office_client, meetings=[day])
    assert dead(office_client, "/office/", "/office/events/soukai/settings") == {}


def test_a_reception_finds_no_dead_link(office_client: FlaskClient, day: int) -> None:
    enter(office_client, role="reception", meetings=[day])
    assert dead(office_client, "/office/", "/desk/soukai", "/office/nothing") == {
        "/office/nothing": "404 on "
    }
