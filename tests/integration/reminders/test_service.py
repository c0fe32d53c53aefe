from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.auth.facts import Actor
from app.base.errors import NotFound
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.reminders import letters, queries, readers, rules, service
from app.reminders.facts import Text
from app.reminders.models import Campaign
from app.reminders.service import Asked
from tests.campaigns import order
from tests.factories import make_event, make_signups
from tests.office import actions, make_account

TEXT = Text(subject="件名", body="{{氏名}} 様")


@pytest.fixture
def actor(app: Flask) -> Actor:
    return make_account()


def test_the_default_text_is_good_in_both_languages(app: Flask) -> None:
    text = letters.default_text()
    for part in (text.subject, text.body, text.subject_en, text.body_en):
        assert rules.find_problems(part) == ()
        assert not rules.may_be_empty(part)
    assert "{{氏名}} 様" in text.body
    assert "Dear {{name}}," in text.body_en


def test_a_double_tap_stores_one_draft(actor: Actor) -> None:
    event = make_event()
    assert service.save(event, order(TEXT), actor) == service.save(event, order(TEXT), actor)


def test_an_edit_on_an_old_page_is_refused(actor: Actor) -> None:
    event = make_event()
    draft = service.save(event, order(TEXT), actor)
    newer = Text(subject="新しい件名", body="本文")
    service.save(event, order(newer), actor, campaign_id=draft, version=1)
    with pytest.raises(service.Changed):
        service.save(event, order(TEXT), actor, campaign_id=draft, version=1)
    assert queries.get_campaign(event, draft).text == newer


def test_starting_with_an_old_page_is_refused(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1)
    draft = service.save(event, order(TEXT), actor)
    service.save(event, order(Text(subject="x", body="y")), actor, campaign_id=draft, version=1)
    with pytest.raises(service.Changed):
        service.start(event, draft, Asked(version=1, up_to=99), actor)
    assert queries.get_campaign(event, draft).state == "draft"


def test_twenty_taps_start_once(app: Flask, actor: Actor) -> None:
    event = make_event()
    make_signups(event, 3)
    draft = service.save(event, order(TEXT), actor)

    def tap(_at: int) -> bool:
        with app.app_context():
            return service.start(event, draft, Asked(version=1, up_to=99), actor)

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(tap, range(20))).count(True) == 1
    assert actions(app) == ["campaign.written", "campaign.started"]


def test_those_who_sign_up_after_the_question_are_not_counted(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 2)
    asked = readers.audience(readers.plan_for(event, order(TEXT)))
    make_signups(event, 3, first=2)
    draft = service.save(event, order(TEXT), actor)
    service.start(event, draft, Asked(version=1, up_to=asked.up_to), actor)
    assert queries.get_campaign(event, draft).recipients == asked.everybody == 2


def test_nobody_is_not_written_to(actor: Actor) -> None:
    event = make_event()
    draft = service.save(event, order(TEXT), actor)
    with pytest.raises(service.Nobody):
        service.start(event, draft, Asked(version=1, up_to=99), actor)


def test_a_meeting_that_was_called_off_is_not_reminded_of(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1)
    draft = service.save(event, order(TEXT), actor)
    with transaction() as session:
        session.execute(update(Event).values(state="cancelled"))
    with pytest.raises(service.CalledOff):
        service.start(event, draft, Asked(version=1, up_to=99), actor)
    assert queries.get_campaign(event, draft).state == "draft"


def test_storing_the_same_again_is_harmless_however_old_the_page(actor: Actor) -> None:
    event = make_event()
    draft = service.save(event, order(TEXT), actor)
    newer = Text(subject="新しい件名", body="本文")
    for _press in range(2):
        assert service.save(event, order(newer), actor, campaign_id=draft, version=1) == draft
    assert queries.get_campaign(event, draft).version == 2


def test_a_reminder_belongs_to_its_meeting(actor: Actor) -> None:
    event, other = make_event(), make_event("betsu")
    draft = service.save(event, order(TEXT), actor)
    with pytest.raises(NotFound):
        queries.get_campaign(other, draft)
    with pytest.raises(NotFound):
        service.start(other, draft, Asked(version=1, up_to=99), actor)


def test_a_sent_reminder_is_edited_no_more(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1)
    draft = service.save(event, order(TEXT), actor)
    service.start(event, draft, Asked(version=1, up_to=99), actor)
    with pytest.raises(service.Changed):
        service.save(event, order(TEXT), actor, campaign_id=draft, version=1)


def test_a_test_letter_goes_to_oneself_once_and_without_the_link(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1)
    said = order(Text(subject="{{会の名前}}", body="{{氏名}} {{確認のリンク}}"))
    plan = readers.plan_for(event, said)
    found = readers.find_reader(plan, None)
    assert found is not None
    for _press in range(2):
        service.send_test(plan, found.here, actor, "0" * 16)
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert (letter.to_address, letter.subject) == (actor.email, "【試し】見本の総会")
    assert letter.body == "見本 花子 http://127.0.0.1:8000/r/…\n"
    assert letter.campaign_id is letter.registration_id is None
    assert db.session.scalar(select(func.count(Campaign.id))) == 0


def test_the_audience_is_counted_by_how_it_is_reached(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 7)
    make_signups(event, 2, locale="en")
    make_signups(event, 4, state="cancelled")
    found = readers.audience(readers.plan_for(event, order(TEXT)))
    assert (found.everybody, found.by_mail, found.without_mail, found.in_english) == (9, 8, 1, 2)


def test_recipients_follow_each_other(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 5)
    plan = readers.plan_for(event, order(TEXT))
    found = readers.find_reader(plan, None)
    seen = []
    while found is not None:
        seen.append(found.here.id)
        found = readers.find_reader(plan, found.after) if found.after else None
    assert len(set(seen)) == 5
    last = readers.find_reader(plan, seen[-1])
    assert last is not None
    assert (last.before, last.after) == (seen[-2], None)
