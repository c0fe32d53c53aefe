"""The page with the settings of the sample meeting, for tests."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.events.models import EventNotice
from app.mail.models import OutboxLetter
from app.registration import links
from app.registration.facts import Receipt
from app.registration.meeting_settings import get_stored
from app.registration.meetings import MeetingSettings
from tests.entries import signup_of
from tests.office import hidden_of
from tests.pages import filled

PATH = "/office/events/soukai/settings"
OFF = "/office/events/soukai/call-off"


def shown(office: FlaskClient) -> dict[str, str]:
    """The values of the form, as a browser would send them back."""
    page = office.get(PATH)
    assert page.status_code == 200
    fields = re.findall(r'<input class="box[^>]*? name="(\w+)"[^>]*?>', page.text)
    found = dict.fromkeys(fields, "")
    found |= dict(
        re.findall(r'<input class="box[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page.text)
    )
    ticked = re.findall(r'type="checkbox" id="(\w+)"[^>]*checked', page.text)
    return {**hidden_of(page), **found, **dict.fromkeys(ticked, "1")}


def send(office: FlaskClient, page: TestResponse, **changes: str | list[str]) -> TestResponse:
    """Send a page's form with some values changed, ticks and all."""
    values = filled(page)
    for name, value in changes.items():
        values.setlist(name, [value] if isinstance(value, str) else value)
    return office.post(PATH, data=values)


def page_of(receipt: Receipt) -> str:
    """Where the contact of a sign-up looks at it."""
    signup = signup_of(receipt)
    db.session.remove()
    return f"/r/{links.manage_token(signup.registration_id, signup.link_version)}"


def stored(event_id: int) -> MeetingSettings:
    """The settings as they are now."""
    db.session.remove()
    return get_stored(event_id).settings


def notices() -> list[tuple[str, str]]:
    """Kind and reason of each notice."""
    db.session.remove()
    query = select(EventNotice.kind, EventNotice.reason).order_by(EventNotice.id)
    return [(kind, reason) for kind, reason in db.session.execute(query)]


def all_letters(old: str, new: str) -> None:
    """Let all letters in one state come into another."""
    with transaction() as session:
        changed = update(OutboxLetter).where(OutboxLetter.state == old).values(state=new)
        session.execute(changed)
    db.session.remove()
