"""Letters to a group, written and started, for tests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.reminders import readers, ruling, service
from app.reminders.facts import Order, Target, Text
from app.reminders.timing import Timing

TEXT = Text(
    subject="【お知らせ】{{会の名前}}",
    body="{{氏名}} 様\n{{日時}}\n{{受付番号}}\n{{確認のリンク}}\n",
    subject_en="Reminder: {{meeting}}",
    body_en="Dear {{name}}\n{{venue}}\n{{number}}",
)


class Stop:
    """Asked to stop after ``looks`` looks."""

    def __init__(self, looks: int = 10**6) -> None:
        self.looks = looks

    @property
    def asked(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def order(text: Text = TEXT, audience: str = "confirmed", **more: Any) -> Order:
    """What a letter says; further arguments are of its ``Target``."""
    own = {name: more.pop(name) for name in ("asks_coming", "file_id") if name in more}
    return Order(target=Target(audience=audience, **more), text=text, **own)


def agreed(event_id: int, said: Order | None = None, version: int = 1) -> service.Asked:
    """The answer to the question that shows everybody of the group."""
    plan = readers.plan_for(event_id, said or order())
    return service.Asked(version=version, up_to=readers.audience(plan).up_to)


def started(event_id: int, by: Actor, said: Order | None = None) -> int:
    """The id of a campaign whose letters are to be made."""
    said = said or order()
    campaign = service.save(event_id, said, by)
    assert service.start(event_id, campaign, agreed(event_id, said), by)
    return campaign


def letters_of(campaign: int) -> Sequence[OutboxLetter]:
    """The letters of a campaign in the order of their making."""
    query = select(OutboxLetter).where(OutboxLetter.campaign_id == campaign)
    found = db.session.scalars(query.order_by(OutboxLetter.id)).all()
    db.session.remove()
    return found


def hours(amount: int, *, after: bool = False) -> Timing:
    """So many hours before the beginning, or after the end."""
    return Timing(unit="hours", amount=amount, after=after, minute=0)


def days(amount: int, *, after: bool = False) -> Timing:
    """So many days before or after, at 10:00."""
    return Timing(unit="days", amount=amount, after=after, minute=600)


def make_rule(
    event_id: int, by: Actor, timing: Timing, said: Order | None = None, *, seen: bool = True
) -> int:
    """Store a rule for the series of a meeting, looked at unless told otherwise; return its id."""
    series_id = series_of(event_id)
    rule = ruling.save(series_id, timing, said or order(), by)
    if seen:
        ruling.approve(series_id, rule, 1, by)
    return rule


def series_of(event_id: int) -> int:
    """The series of a meeting."""
    found = db.session.scalars(select(Event.series_id).where(Event.id == event_id)).one()
    db.session.remove()
    return found


def make_interest(event_id: int, name: str = "例 太郎", **more: Any) -> int:
    """Insert somebody who wants to be told of a meeting; return the id."""
    given = {"email": "rei@example.com", "state": "confirmed", "created_at": now(), **more}
    with transaction() as session:
        row = Interest(event_id=event_id, name=name, email_key=given["email"], **given)
        session.add(row)
        session.flush()
        return row.id
