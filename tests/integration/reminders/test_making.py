from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.auth.facts import Actor
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from app.reminders import making, queries, service
from app.reminders.facts import Text
from app.reminders.models import Campaign
from tests.campaigns import TEXT, Stop, letters_of, order, started
from tests.factories import make_event, make_signups
from tests.office import make_account


@pytest.fixture
def actor(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "BATCH", 10)


def state_of(campaign: int) -> tuple[str, int]:
    row = db.session.execute(
        select(Campaign.state, Campaign.made_up_to).where(Campaign.id == campaign)
    ).one()
    db.session.remove()
    return row.state, row.made_up_to


def test_everybody_gets_one_letter_of_their_own(actor: Actor, small_batches: None) -> None:
    event = make_event()
    ids = make_signups(event, 33)
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    letters = letters_of(campaign)
    assert [letter.registration_id for letter in letters] == ids
    assert {letter.key for letter in letters} == {f"campaign:{campaign}:{one}" for one in ids}
    assert len({letter.body for letter in letters}) == 33
    assert state_of(campaign)[0] == "made"
    first = letters[0]
    assert first.subject == "【お知らせ】見本の総会"
    assert first.body.startswith("見本 花子 様\n20")
    assert "A-0001" in first.body
    assert "http://127.0.0.1:8000/r/" in first.body
    assert first.priority > 0


def test_people_who_share_an_address_get_a_letter_each(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 7, email="jimusho@example.com")
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 7


def test_without_an_address_it_is_to_be_done_by_hand(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 2, email="", telephone="090-0000-0000")
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    assert {letter.state for letter in letters_of(campaign)} == {"by_hand"}


def test_whoever_signed_up_in_english_gets_the_english_letter(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1, locale="en")
    making.make_letters_tick(Stop())
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    (letter,) = letters_of(campaign)
    assert letter.subject == "Reminder: Sample assembly"
    assert letter.body == "Dear 見本 花子\nMihon Hall, 3rd floor\nA-0001\n"


def test_without_an_english_text_the_letter_is_japanese_throughout(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 1, locale="en")
    campaign = started(
        event, actor, order(Text(subject="{{会の名前}}", body="{{会場}} {{参加方法}}"))
    )
    making.make_letters_tick(Stop())
    (letter,) = letters_of(campaign)
    assert (letter.locale, letter.subject, letter.body) == (
        "ja",
        "見本の総会",
        "見本会館 3階 会場\n",
    )


def test_how_to_connect_is_told_to_those_online_only(actor: Actor) -> None:
    event = make_event(online=None, online_url="https://meet.example.com/x")
    make_signups(event, 1)
    make_signups(event, 1, first=1, way="online")
    text = Text(subject="件名", body="A\n会場: {{会場}}\nつなぎ方: {{オンラインのつなぎ方}}")
    campaign = started(event, actor, order(text))
    making.make_letters_tick(Stop())
    assert [letter.body for letter in letters_of(campaign)] == [
        "A\n会場: 見本会館 3階\n",
        "A\nつなぎ方: https://meet.example.com/x\n",
    ]


def test_a_meeting_that_is_called_off_meanwhile_is_reminded_of_no_more(
    actor: Actor, small_batches: None
) -> None:
    event = make_event()
    make_signups(event, 25)
    campaign = started(event, actor)
    making.make_letters_tick(Stop(looks=1))
    with transaction() as session:
        session.execute(update(Event).values(state="cancelled"))
    making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 10
    assert state_of(campaign)[0] == "made"


def test_names_with_template_signs_stay_as_they_are(actor: Actor) -> None:
    event = make_event()
    (one,) = make_signups(event, 1)
    with transaction() as session:
        session.execute(
            update(Registration)
            .where(Registration.id == one)
            .values(contact_name="{{確認のリンク}} {{7*7}} {% raw %} 髙𠮷")
        )
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    assert letters_of(campaign)[0].body.startswith("{{確認のリンク}} {{7*7}} {% raw %} 髙𠮷 様\n")


def test_a_worker_that_stops_goes_on_where_it_was(actor: Actor, small_batches: None) -> None:
    event = make_event()
    make_signups(event, 35)
    campaign = started(event, actor)
    making.make_letters_tick(Stop(looks=2))
    assert len(letters_of(campaign)) == 20
    assert state_of(campaign)[0] == "making"
    making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 35
    assert state_of(campaign)[0] == "made"


def test_a_batch_that_breaks_was_never_there(
    actor: Actor, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    make_signups(event, 25)
    campaign = started(event, actor)
    post = making.outbox.post_many
    calls: list[int] = []

    def breaking(session: object, letters: Sequence[object], moment: object) -> None:
        post(session, letters, moment)
        calls.append(len(letters))
        if len(calls) == 2:
            raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(making.outbox, "post_many", breaking)
    with pytest.raises(RuntimeError):
        making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 10
    making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 25


def test_making_again_makes_nothing_new(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 5)
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    with transaction() as session:
        session.execute(update(Campaign).values(state="making", made_up_to=0))
    making.make_letters_tick(Stop())
    assert len(letters_of(campaign)) == 5


def test_whoever_cancels_or_signs_up_meanwhile_gets_no_letter(
    actor: Actor, small_batches: None
) -> None:
    event = make_event()
    ids = make_signups(event, 15)
    campaign = started(event, actor)
    making.make_letters_tick(Stop(looks=1))
    with transaction() as session:
        last = select(Participant.id).where(Participant.registration_id == ids[-1])
        session.execute(
            update(Booking).where(Booking.participant_id.in_(last)).values(state="cancelled")
        )
    late = make_signups(event, 1, first=15)
    making.make_letters_tick(Stop())
    told = [letter.registration_id for letter in letters_of(campaign)]
    assert told == ids[:-1]
    assert late[0] not in told
    view = queries.get_campaign(event, campaign)
    progress = queries.progress(view)
    assert (progress.recipients, progress.skipped, progress.to_make) == (15, 1, 0)


def test_only_the_confirmed_of_this_meeting_are_written_to(actor: Actor) -> None:
    event, other = make_event(), make_event("betsu")
    ids = make_signups(event, 2)
    make_signups(event, 2, state="cancelled")
    make_signups(event, 2, state="waiting")
    make_signups(other, 2)
    campaign = started(event, actor)
    making.make_letters_tick(Stop())
    assert [letter.registration_id for letter in letters_of(campaign)] == ids


def test_drafts_make_no_letters(actor: Actor) -> None:
    event = make_event()
    make_signups(event, 2)
    service.save(event, order(TEXT), actor)
    making.make_letters_tick(Stop())
    assert db.session.scalar(select(func.count(OutboxLetter.id))) == 0


def test_the_name_of_the_letter_is_the_one_under_the_lock(actor: Actor) -> None:
    event = make_event()
    (one,) = make_signups(event, 1)
    campaign = started(event, actor)
    with transaction() as session:
        session.execute(
            update(Registration).where(Registration.id == one).values(email="neu@example.com")
        )
    making.make_letters_tick(Stop())
    assert letters_of(campaign)[0].to_address == "neu@example.com"


def test_two_workers_make_each_letter_once(app: Flask, actor: Actor, small_batches: None) -> None:
    event = make_event()
    make_signups(event, 95)
    campaign = started(event, actor)

    def work(_at: int) -> None:
        with app.app_context():
            making.make_letters(campaign, Stop())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(letters_of(campaign)) == 95
    assert state_of(campaign)[0] == "made"
