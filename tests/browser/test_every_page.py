"""Every page that an address of the office or the desk alone leads to, looked at for barriers."""

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from app.config import load_settings
from app.db import db
from app.events.models import Event
from app.factory import create_app
from app.registration.models import Participant
from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in
from tests.factories import make_signups

NewContext = Callable[..., BrowserContext]
SLUG = "rengokai-souritsu"
NO_PAGES = re.compile(r"logout|\.\w+$|/counts$|/qr|/flyer/")
"""What these addresses bring is no page: files, parts of pages, pictures."""


def test_no_page_of_the_office_has_barriers(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    addresses = list(_addresses(stack))
    assert len(addresses) > 60
    page = new_context(width).new_page()
    log_in(page, stack)
    found = [told for path in addresses if (told := _barriers(page, path))]
    assert not found, "\n".join(found)


def _addresses(stack: Stack) -> Iterator[str]:
    """One for each route that needs no more than a meeting, a sign-up or a person."""
    app = create_app(load_settings(instance_path=stack.instance, public_url=stack.url))
    with app.app_context():
        (event_id,) = db.session.scalars(select(Event.id).where(Event.slug == SLUG))
        (signup,) = make_signups(event_id, 1)
        mine = select(Participant.id).where(Participant.registration_id == signup)
        (person,) = db.session.scalars(mine)
        db.session.remove()
        db.engine.dispose()
    given = {"slug": SLUG, "registration_id": str(signup), "participant_id": str(person)}
    for rule in app.url_map.iter_rules():
        needed = rule.arguments - set(rule.defaults or ())
        ours = rule.endpoint.partition(".")[0] in {"organiser", "desk"}
        if "GET" in (rule.methods or ()) and ours and needed <= set(given):
            path = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: given[found[1]], rule.rule)
            if not NO_PAGES.search(path):
                yield path


def _barriers(page: Page, path: str) -> str:
    """What is wrong with a page, '' for nothing."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status == 404:  # what is asked for is not there, such as a letter by fax
        return ""
    if answer.status != 200:
        return f"{path}: {answer.status}"
    try:
        look(page, "every" + path.replace("/", "-"))
    except AssertionError as error:
        return f"{path}: {str(error)[:300]}"
    return ""
