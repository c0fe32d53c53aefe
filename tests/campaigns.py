"""Letters to a group, written and started, for tests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.auth.facts import Actor
from app.db import db
from app.mail.models import OutboxLetter
from app.reminders import readers, service
from app.reminders.facts import Order, Target, Text

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
