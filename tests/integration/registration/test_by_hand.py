"""Whom mail does not reach: the list, and what the office notes, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db, transaction
from app.interest.models import Interest
from app.mail import outbox
from app.mail.models import ContactAttempt, OutboxLetter
from app.registration import by_hand
from app.registration.facts import Receipt
from app.registration.lists import by_hand as people
from app.registration.lists.by_hand_facts import Contact, Scope
from app.registration.models import Registration
from tests.conftest import count_queries
from tests.entries import as_entry, change, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.office import actions, make_account


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    return make_event("morning", series_id=series), make_event("afternoon", series_id=series)


def by_telephone(name: str, *events: int, telephone: str = "03-0000-0001") -> Receipt:
    return sign_up("morning", person(name, *events), email="", telephone=telephone)


def listed(scope: Scope | None = None) -> tuple[Contact, ...]:
    db.session.remove()
    return people.list_page(scope or Scope(), now()).contacts


def names(scope: Scope | None = None) -> list[str]:
    return [one.name for one in listed(scope)]


def letter_ids() -> list[int]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.id).order_by(OutboxLetter.id)))


def letters() -> list[OutboxLetter]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))


def fail(letter_id: int) -> None:
    with transaction() as session:
        values = {"state": "failed", "reason": "address_unknown", "attempts": 3, "reply": "550"}
        session.execute(update(OutboxLetter).where(OutboxLetter.id == letter_id).values(**values))


def post(**more: object) -> int:
    given = {
        "key": f"key:{len(letter_ids())}",
        "purpose": "reminder",
        "subject": "お知らせ",
        "body": "本文",
        "invites": [],
        "state": "by_hand",
        "created_at": now(),
        "due_at": now(),
    }
    with transaction() as session:
        row = OutboxLetter(**{**given, **more})
        session.put(row)
        return row.id


def test_who_has_no_address_and_whose_letter_failed_are_to_be_reached(
    day: tuple[int, int], by: Actor
) -> None:
    by_telephone("見本 花子", day[0])
    sign_up("morning", person("見本 太郎", day[0]), email="taro@example.com")
    assert names() == ["見本 花子"]
    fail(letter_ids()[1])
    hanako, taro = listed()
    assert (hanako.name, hanako.number, hanako.telephone) == ("見本 花子", "A-0001", "03-0000-0001")
    assert hanako.reading == "みほん"
    assert [one.failed for one in hanako.letters + taro.letters] == [False, True]
    assert "見本の総会" in hanako.letters[0].body
    assert (taro.email, taro.letters[0].reason) == ("taro@example.com", "address_unknown")
    assert people.count() == 2


def test_told_takes_them_off_once_and_undo_brings_them_back(
    app: Flask, day: tuple[int, int], by: Actor
) -> None:
    by_telephone("見本 花子", day[0])
    (letter,) = letter_ids()
    assert by_hand.record_told([letter], by) == 1
    assert by_hand.record_told([letter], by) == 0
    assert names() == []
    row = letters()[0]
    assert (row.state, row.accepted_at) == ("told", None)
    (told,) = people.list_told(Scope())
    assert (told.name, told.by, told.letter_id) == ("見本 花子", by.name, letter)
    assert by_hand.undo_told(letter, by)
    assert not by_hand.undo_told(letter, by)
    assert letters()[0].state == "by_hand"
    (again,) = listed()
    assert [one.outcome for one in again.attempts] == ["told"]
    assert people.list_told(Scope()) == ()
    assert actions(app)[-2:] == ["letter.told", "letter.untold"]
    db.session.remove()
    whose = db.session.scalar(
        select(AuditEntry.subject_id).where(AuditEntry.action == "letter.told")
    )
    assert whose == again.registration_id


def test_an_appointment_stands_again_once_told_is_taken_back(
    day: tuple[int, int], by: Actor
) -> None:
    by_telephone("見本 花子", day[0])
    (letter,) = letter_ids()
    appointed = now() + timedelta(hours=1)
    by_hand.record_again([letter], appointed, by)
    by_hand.record_told([letter], by)
    by_hand.undo_told(letter, by)
    assert [one.again_at for one in listed()] == [appointed]


def test_undo_puts_a_letter_that_failed_back_among_those(day: tuple[int, int], by: Actor) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    (letter,) = letter_ids()
    fail(letter)
    by_hand.record_told([letter], by)
    by_hand.undo_told(letter, by)
    assert letters()[0].state == "failed"


def test_the_order_is_due_then_untried_then_tried_then_later(
    day: tuple[int, int], by: Actor
) -> None:
    for name in ("一", "二", "三", "四", "五"):
        by_telephone(f"見本 {name}", day[0])
    first, second, third, fourth, _fifth = letter_ids()
    by_hand.record_again([first], now() + timedelta(hours=2), by)
    by_hand.record_no_answer([second], by)
    by_hand.record_again([fourth], now() + timedelta(hours=1), by)
    by_hand.record_no_answer([third], by)
    assert names() == ["見本 五", "見本 二", "見本 三", "見本 四", "見本 一"]
    page = people.list_page(Scope(), now() + timedelta(minutes=90))
    assert [one.name[-1] for one in page.contacts] == ["四", "五", "二", "三", "一"]
    assert [one.is_due for one in page.contacts] == [True, False, False, False, False]
    by_hand.record_no_answer([fourth], by)
    assert listed()[3].again_at is None


def test_several_letters_of_one_person_are_one_call(day: tuple[int, int], by: Actor) -> None:
    got = by_telephone("見本 花子", day[0])
    post(registration_id=got.registration_id)
    (one,) = listed()
    assert [letter.purpose for letter in one.letters] == ["confirmed", "reminder"]
    both = [letter.id for letter in one.letters]
    by_hand.record_no_answer(both, by)
    (one,) = listed()
    assert [attempt.outcome for attempt in one.attempts] == ["no_answer"]
    assert by_hand.record_told(both[:1], by) == 1
    (one,) = listed()
    assert [letter.id for letter in one.letters] == both[1:]


def test_a_change_takes_back_what_was_not_told_yet(day: tuple[int, int], by: Actor) -> None:
    got = by_telephone("見本 花子", *day)
    before = signup_of(got)
    change(before, as_entry(before, telephone="03-0000-0002"))
    (one,) = listed()
    assert [letter.purpose for letter in one.letters] == ["confirmed"], "nobody has told it yet"
    assert by_hand.record_told(letter_ids()[:1], by) == 0


def test_who_was_told_by_telephone_is_told_the_difference_next(
    day: tuple[int, int], by: Actor
) -> None:
    got = by_telephone("見本 花子", *day)
    assert by_hand.record_told(letter_ids(), by) == 1
    for telephone in ("03-0000-0002", "03-0000-0003"):
        before = signup_of(got)
        change(before, as_entry(before, telephone=telephone))
    (one,) = listed()
    (letter,) = one.letters
    assert letter.purpose == "changed"
    assert "「03-0000-0001」から「03-0000-0003」" in letter.body


def test_meetings_sendings_and_sign_ups_narrow_the_list(day: tuple[int, int], by: Actor) -> None:
    by_telephone("見本 朝", day[0])
    got = by_telephone("見本 昼", day[1])
    with transaction() as session:
        row = Interest(
            event_id=day[1], name="見本 待", email="a@example.com", email_key="a", created_at=now()
        )
        session.put(row)
        interest = row.id
    post(interest_id=interest, to_name="見本 待", to_address="a@example.com", state="failed")
    post(to_name="事務局", purpose="test")
    assert names() == ["見本 朝", "見本 昼", "見本 待", "事務局"]
    assert names(Scope(event_id=day[0])) == ["見本 朝"]
    assert names(Scope(event_id=day[1])) == ["見本 昼", "見本 待"]
    assert names(Scope(registration_id=got.registration_id)) == ["見本 昼"]
    assert names(Scope(campaign_id=1)) == []
    assert (people.count(), people.count(Scope(event_id=day[1]))) == (4, 2)
    with transaction() as session:
        outbox.forget_interest(session, [interest])
    assert names() == ["見本 朝", "見本 昼", "事務局"]


def test_sending_again_takes_the_present_address(day: tuple[int, int], by: Actor) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    no_mail = by_telephone("見本 太郎", day[0])
    one, other = letter_ids()
    fail(one)
    assert [letter.can_mail for who in listed() for letter in who.letters] == [True, False]
    assert by_hand.send_again([other], by) == 0
    with transaction() as session:
        session.get_one(Registration, got.registration_id).email = "new@example.com"
        session.get_one(Registration, no_mail.registration_id).email = "late@example.com"
    assert by_hand.send_again([one, other], by) == 2
    found = [(row.state, row.to_address, row.attempts, row.reason) for row in letters()]
    assert found == [
        ("queued", "new@example.com", 0, ""),
        ("queued", "late@example.com", 0, ""),
    ]
    assert names() == []
    assert by_hand.send_again([one, other], by) == 0


def test_an_address_from_which_mail_came_back_is_not_tried_by_this(
    day: tuple[int, int], by: Actor
) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    (letter,) = letter_ids()
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="by_hand", reason="marked"))
    assert not listed()[0].letters[0].can_mail
    assert by_hand.send_again([letter], by) == 0


def test_only_open_letters_are_noted(day: tuple[int, int], by: Actor) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    (letter,) = letter_ids()
    for number in (
        by_hand.record_told([letter], by),
        by_hand.record_no_answer([letter, 4711], by),
        by_hand.record_again([], now(), by),
    ):
        assert number == 0
    assert letters()[0].state == "queued"
    db.session.remove()
    assert db.session.scalars(select(ContactAttempt)).all() == []


def test_a_page_holds_50_and_takes_the_same_number_of_queries(
    app: Flask, day: tuple[int, int], by: Actor
) -> None:
    def queries() -> int:
        db.session.remove()
        with count_queries(app) as sent:
            people.list_page(Scope(event_id=day[0]), now())
        return len(sent)

    by_telephone("見本 一", day[0])
    by_hand.record_no_answer(letter_ids(), by)
    before = queries()
    got = [by_telephone(f"見本 {n}", day[0]) for n in range(2)]
    for n in range(55):
        post(to_name=f"例 {n}", registration_id=None)
        post(registration_id=got[n % 2].registration_id)
    assert queries() == before == 4
    page = people.list_page(Scope(), now())
    assert (len(page.contacts), page.total, page.last) == (50, 58, 2)
    last = people.list_page(Scope(), now(), 99)
    assert (len(last.contacts), last.number) == (8, 2)
    both = [one.key for one in page.contacts + last.contacts]
    assert len(set(both)) == 58
    assert len(people.list_for_paper(Scope(), now())) == 58
