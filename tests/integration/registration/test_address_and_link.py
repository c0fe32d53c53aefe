"""Letters that follow another address or another link: nobody keeps the old one unknowing."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.db import db, transaction
from app.events.heads import get_head
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration import renewing
from app.registration.again import service as again
from app.registration.changing import ByOffice
from app.registration.facts import Signup
from app.registration.links import manage_url
from app.texts import service as texts
from app.texts.facts import Text
from app.texts.kinds import KINDS
from tests import entries
from tests.factories import make_event
from tests.office import make_account

OLD, NEW = "mihon@example.com", "atarashii@example.com"


@pytest.fixture
def meeting(app: Flask) -> int:
    return make_event("morning", venue=50)


def sign_up(meeting: int, **more: str) -> Signup:
    return entries.signup_of(
        entries.sign_up("morning", entries.person("見本 花子", meeting), **more)
    )


def letters(purpose: str) -> list[OutboxLetter]:
    """All letters of one kind, oldest first."""
    db.session.remove()
    query = select(OutboxLetter).where(OutboxLetter.purpose == purpose).order_by(OutboxLetter.id)
    return list(db.session.scalars(query))


def readdress(signup: Signup, email: str, **more: object) -> Signup:
    changed = entries.as_entry(signup, email=email, telephone="0300000000")
    return entries.change(signup, changed, **more)


def test_the_old_address_is_told_and_later_changes_do_not_stop_it(meeting: int) -> None:
    signup = readdress(sign_up(meeting), NEW)
    signup = entries.change(signup, entries.as_entry(signup, note="x"))
    entries.cancel(signup)
    (letter,) = letters("address_changed")
    assert (letter.to_address, letter.to_name, letter.state) == (OLD, "見本 花子", "queued")
    assert letter.snapshot is None
    assert NEW not in letter.body
    assert "/r/" not in letter.body
    assert {one.to_address for one in letters("cancelled")} == {NEW}


def test_whoever_takes_the_sign_up_over_is_not_named_to_the_old_address(meeting: int) -> None:
    signup = sign_up(meeting)
    people = (entries.person("例 乗取", meeting),)
    taken = entries.entry(*people, email=NEW, contact_name="例 乗取")
    entries.change(signup, taken)
    (letter,) = letters("address_changed")
    assert "見本 花子" in letter.body
    assert "乗取" not in letter.subject + letter.body + letter.to_name


def test_each_change_tells_the_address_before_it(meeting: int) -> None:
    signup = readdress(sign_up(meeting), NEW)
    signup = readdress(signup, "")
    readdress(signup, OLD)
    assert [one.to_address for one in letters("address_changed")] == [OLD, NEW]


@pytest.mark.parametrize("email", [OLD, "MIHON@Example.com"])
def test_the_same_address_is_told_nothing(meeting: int, email: str) -> None:
    readdress(sign_up(meeting), email)
    assert letters("address_changed") == []


def test_the_office_that_puts_an_address_right_tells_no_old_one(meeting: int) -> None:
    readdress(sign_up(meeting), NEW, office=ByOffice(actor=make_account()))
    assert letters("address_changed") == []


def test_the_letter_to_a_second_sign_up_gets_the_new_link_of_the_first(meeting: int) -> None:
    first, second = sign_up(meeting), sign_up(meeting)
    renewing.renew_link(first.registration_id, 1, make_account())
    old, new = letters("already")
    assert (old.state, old.reason) == ("suppressed", "replaced")
    assert (new.state, new.registration_id) == ("queued", second.registration_id)
    assert manage_url(first.registration_id, 1) in old.body
    assert manage_url(first.registration_id, 1) not in new.body
    assert manage_url(first.registration_id, 2) in new.body


def test_these_letters_are_worded_by_the_office_too(meeting: int) -> None:
    by, series = make_account(), get_head("morning", "ja").series_id
    for kind in ("address_changed", "already"):
        blocks = "\n".join(one.written("ja") for one in KINDS[kind].must)
        assert texts.save(series, kind, "ja", Text(subject=f"件名 {kind}", body=blocks), 0, by)
    first, _second = sign_up(meeting), sign_up(meeting)
    renewing.renew_link(first.registration_id, 1, by)
    readdress(entries.signup_of(first.registration_id), NEW)
    assert [one.subject for one in letters("already")] == ["件名 already"] * 2
    (letter,) = letters("address_changed")
    assert letter.subject == "件名 address_changed"
    assert letter.body.startswith("お申し込み(受付番号 A-0001)のメールアドレスが、")


def test_a_letter_that_has_gone_is_not_made_again(meeting: int) -> None:
    first, _second = sign_up(meeting), sign_up(meeting)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))
    renewing.renew_link(first.registration_id, 1, make_account())
    assert [one.state for one in letters("already")] == ["accepted"]


def test_letters_about_other_first_sign_ups_stay_as_they_are(meeting: int) -> None:
    first, _second = sign_up(meeting), sign_up(meeting)
    other = sign_up(meeting, email="rei@example.com", contact_name="例 一")
    renewing.renew_link(other.registration_id, 1, make_account())
    (letter,) = letters("already")
    assert letter.state == "queued"
    assert manage_url(first.registration_id, 1) in letter.body


def test_a_letter_with_several_links_is_withdrawn_and_asked_for_anew(meeting: int) -> None:
    evening = entries.person("見本 花子", make_event("evening"))
    first, second = sign_up(meeting), entries.sign_up("evening", evening)
    other = sign_up(meeting, email=NEW)
    for email in (OLD, NEW):
        again.ask(email, "en")
    again.answer_tick(Stop())
    renewing.renew_link(first.registration_id, 1, make_account())
    again.answer_tick(Stop())
    old, kept, new = letters("link_again")
    assert (old.state, old.reason) == ("suppressed", "replaced")
    assert (kept.state, kept.registration_id) == ("queued", other.registration_id)
    assert (new.state, new.to_address, new.locale) == ("queued", OLD, "en")
    for one, version in ((first, 2), (second, 1)):
        assert f"{manage_url(one.registration_id, version)}\n" in new.body
    assert manage_url(first.registration_id, 1) not in new.body
