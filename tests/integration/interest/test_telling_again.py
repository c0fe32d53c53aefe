"""A date that moves, and a meeting that is called off: told once more, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.base.clock import now
from app.db import db, transaction
from app.events.heads import get_head
from app.events.models import Event
from app.interest import forgetting, links, service, telling
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration import meetings
from app.registration.meeting_settings import get_stored
from app.texts import service as texts
from app.texts.facts import Text
from app.texts.kinds import KINDS
from tests.entries import person, sign_up
from tests.factories import make_event
from tests.office import make_account

DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


@pytest.fixture
def office(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def event(app: Flask) -> int:
    return make_event("houkoku", kind="briefing", starts_in=None, opens=None)


@pytest.fixture
def first() -> Span:
    return span(30)


def span(days: int) -> Span:
    start = now().replace(microsecond=0) + days * DAY
    return start, start + timedelta(hours=2)


def want(event_id: int, *numbers: int, state: str = "confirmed") -> None:
    with transaction() as session:
        for n in numbers:
            session.add(
                Interest(
                    event_id=event_id,
                    name="見本 花子",
                    email=f"mihon{n}@example.com",
                    email_key=f"mihon{n}@example.com",
                    state=state,
                    version=1000 + n,
                    created_at=now(),
                )
            )


def set_date(office: Actor, event_id: int, *spans: Span, opens: timedelta | None = -DAY) -> None:
    stored = get_stored(event_id).settings
    opens_at = None if opens is None else now() + opens
    wanted = replace(stored, spans=spans, opens_at=opens_at)
    meetings.change_meeting(event_id, wanted, office)


def look() -> list[OutboxLetter]:
    """What the worker makes, twice, and all letters about the date that were not withdrawn."""
    for _time in range(2):
        telling.tell_tick(Stop())
    query = select(OutboxLetter).where(
        OutboxLetter.purpose.in_(telling.ABOUT_DATE), OutboxLetter.state != "suppressed"
    )
    found = list(db.session.scalars(query.order_by(OutboxLetter.id)))
    db.session.remove()
    return found


def sent() -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))


def test_a_date_that_moves_is_told_again_once(office: Actor, event: int, first: Span) -> None:
    want(event, 0, 1)
    set_date(office, event, first)
    assert [one.purpose for one in look()] == ["date_fixed"] * 2
    sent()
    set_date(office, event, span(40))
    made = look()[2:]
    assert [one.purpose for one in made] == ["date_moved"] * 2
    assert "変更前:" in made[0].body
    assert f"/i/{links.token(made[0].interest_id or 0, 1000)}/leave" in made[0].unsubscribe_url
    sent()
    set_date(office, event, first)
    assert [one.purpose for one in look()[4:]] == ["date_moved"] * 2, "back again is news, too"
    assert len({one.key for one in look()}) == 6


def test_a_date_that_moves_and_moves_back_before_anybody_was_told_is_no_news(
    office: Actor, event: int, first: Span
) -> None:
    want(event, 0)
    set_date(office, event, first)
    look()
    sent()
    set_date(office, event, span(40))
    set_date(office, event, first)
    assert len(look()) == 1


def test_what_is_not_about_the_date_is_not_told(office: Actor, event: int, first: Span) -> None:
    want(event, 0)
    set_date(office, event, first)
    look()
    sent()
    stored = get_stored(event).settings
    meetings.change_meeting(event, replace(stored, places={"venue": 3, "online": 4}), office)
    assert len(look()) == 1


def test_a_letter_that_has_not_gone_is_withdrawn(office: Actor, event: int, first: Span) -> None:
    want(event, 0)
    set_date(office, event, first)
    look()
    set_date(office, event, span(40))
    (letter,) = look()
    assert letter.purpose == "date_fixed", "they never heard of the date before"
    kept = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)).first()
    assert kept is not None
    assert (kept.state, kept.reason) == ("suppressed", "replaced")


def test_a_date_that_is_fixed_no_more_is_told_and_the_next_one_too(
    office: Actor, event: int, first: Span
) -> None:
    want(event, 0)
    set_date(office, event, first)
    look()
    sent()
    want(event, 1)
    set_date(office, event, opens=None)
    (gone,) = look()[1:]
    assert gone.to_address == "mihon0@example.com", "the other one knows of no date"
    assert gone.purpose == "date_unfixed"
    assert "日程は未定" in gone.subject
    sent()
    set_date(office, event, span(50))
    assert [(one.purpose, one.to_address[5]) for one in look()[2:]] == [
        ("date_moved", "0"),
        ("date_fixed", "1"),
    ]


def test_the_office_words_every_letter_about_the_date(
    office: Actor, event: int, first: Span
) -> None:
    series = get_head("houkoku", "ja").series_id
    for kind in telling.ABOUT_DATE:
        blocks = "\n".join(one.written("ja") for one in KINDS[kind].must)
        text = Text(subject=f"件名 {kind}", body=f"{{{{氏名}}}} さん\n{blocks}")
        assert texts.save(series, kind, "ja", text, 0, office)
    want(event, 0)
    for spans in ((first,), (span(40),), (), (span(50),)):
        set_date(office, event, *spans)
        look()
        sent()
    meetings.call_off(event, office, "会場が使えなくなりました。")
    made = look()
    assert [one.subject for one in made] == [
        f"件名 {kind}"
        for kind in ("date_fixed", "date_moved", "date_unfixed", "date_moved", "date_off")
    ]
    assert all(one.body.startswith("見本 花子 さん\n会合: ") for one in made)
    assert all("/leave" in one.body for one in made)
    assert ["/sign-up" in one.body for one in made] == [True, True, False, True, False]
    assert "変更前: " in made[1].body
    assert "会場が使えなくなりました。" in made[-1].body


def test_calling_off_is_told_once_with_the_reason(office: Actor, event: int, first: Span) -> None:
    want(event, 0)
    want(event, 5, state="asked")
    set_date(office, event, first)
    look()
    sent()
    want(event, 1)
    meetings.call_off(event, office, "会場が使えなくなりました。")
    made = look()[1:]
    assert [one.purpose for one in made] == ["date_off"] * 2
    assert "会場が使えなくなりました。" in made[0].body
    sent()
    meetings.call_off(event, office, "もう一度")
    assert len(look()) == 3


def test_who_signed_up_meanwhile_hears_of_it_with_their_sign_up(
    office: Actor, event: int, first: Span
) -> None:
    want(event, 0, 1)
    set_date(office, event, first)
    look()
    sent()
    sign_up("houkoku", person("見本 花子", event), email="Mihon0@example.com")
    set_date(office, event, span(40))
    assert [one.to_address for one in look()[2:]] == ["mihon1@example.com"]
    sent()
    meetings.call_off(event, office)
    assert [one.to_address for one in look()[3:]] == ["mihon1@example.com"]


def test_who_has_left_hears_nothing_more(office: Actor, event: int, first: Span) -> None:
    want(event, 0)
    set_date(office, event, first)
    look()
    sent()
    row = db.session.scalars(select(Interest)).one()
    service.leave(links.token(row.id, row.version))
    set_date(office, event, span(40))
    assert len(look()) == 1


def count() -> int:
    db.session.remove()
    return len(list(db.session.scalars(select(Interest.id))))


@pytest.mark.parametrize("state", ["asked", "confirmed", "left"])
def test_lists_are_forgotten_thirty_days_after_the_meeting(
    office: Actor, event: int, first: Span, state: str
) -> None:
    want(event, 0, state=state)
    set_date(office, event, first)
    look()
    end = first[1] + 30 * DAY
    assert forgetting.forget_past(end) == 0
    assert forgetting.forget_past(end + timedelta(seconds=1)) == 1
    assert count() == 0
    rows = list(db.session.scalars(select(OutboxLetter)))
    assert not any(one.to_address or one.to_name or one.body for one in rows)


def test_lists_are_forgotten_thirty_days_after_calling_off(office: Actor, event: int) -> None:
    want(event, 0)
    other = make_event("betsu", kind="briefing", starts_in=None, opens=None)
    want(other, 1)
    meetings.call_off(event, office)
    look()
    assert forgetting.forget_past(now() + 29 * DAY) == 0
    assert forgetting.forget_past(now() + 30 * DAY + timedelta(seconds=9)) == 1
    assert count() == 1


def test_the_next_row_with_the_id_of_a_forgotten_one_gets_its_own_letters(
    office: Actor, event: int
) -> None:
    """SQLite gives the id again."""
    want(event, 0)
    meetings.call_off(event, office)
    look()
    forgetting.forget_past(now() + 31 * DAY)
    with transaction() as session:
        session.execute(update(Event).values(state="published"))
    want(event, 1)
    meetings.call_off(event, office)
    assert [one.to_address for one in look()] == ["mihon1@example.com"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ja", "30日後に消します"), ("en", "30 days after the meeting"), ("easy", "30<ruby>日")],
)
def test_the_page_says_how_long(client: FlaskClient, lang: str, words: str) -> None:
    assert words in client.get(f"/privacy?lang={lang}").text
