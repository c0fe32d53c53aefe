"""Sign-ups that may be of the same people: finding them, and saying that they are not."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.auth.facts import Actor
from app.auth.models import AuditEntry, AuditValue
from app.base.errors import ChangedMeanwhile
from app.db import db, transaction
from app.registration.facts import Receipt
from app.registration.lists import apart, likely
from app.registration.lists.likely import Group, Wanted
from app.registration.models import Booking, Participant, PersonApart
from tests import entries
from tests.conftest import count_queries
from tests.entries import person, sign_up
from tests.factories import make_event, make_series
from tests.office import actions, enter, hidden_of, make_account

PAGE = "/office/events/morning/likely"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series)
    return morning, make_event("afternoon", series_id=series)


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account("hoka@example.com")


def come(day: tuple[int, int], name: str, email: str, reading: str = "みほん はなこ") -> Receipt:
    return sign_up("morning", person(name, day[0], reading=reading), email=email)


def groups(wanted: Wanted) -> tuple[Group, ...]:
    db.session.remove()
    return likely.list_likely(wanted).groups


def settle(wanted: Wanted, by: Actor) -> None:
    """Note the first group as different people."""
    group = groups(wanted)[0]
    apart.note_apart(wanted, group.people[0].participant_id, group.digest, by)


def test_likely_pairs_are_found_by_reading_telephone_and_mail(day: tuple[int, int]) -> None:
    sign_up("morning", person("見本 花子", day[0], reading="みほん はなこ"), email="a@example.com")
    sign_up("morning", person("見本 はな子", day[1], reading="みほんはなこ"), email="A@example.com")
    found = groups(Wanted(event_id=day[0], by="reading"))
    assert [[one.number for one in group.people] for group in found] == [["A-0001", "A-0002"]]
    assert len(groups(Wanted(event_id=day[0], by="mail"))) == 1
    assert groups(Wanted(event_id=day[0], by="telephone")) == ()
    assert groups(Wanted(event_id=day[0], by="reading", among=[day[0]])) == ()


def test_different_people_are_not_offered_again_until_somebody_joins_them(
    app: Flask, day: tuple[int, int], by: Actor
) -> None:
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    wanted = Wanted(event_id=day[0], by="reading")
    (group,) = groups(wanted)
    for _press in range(2):
        apart.note_apart(wanted, group.people[1].participant_id, group.digest, by)
    assert groups(wanted) == ()
    assert groups(wanted.turned) == (group,)
    assert actions(app).count(apart.APART) == 1
    come(day, "見本 はな子", "c@example.com")
    assert [len(one.people) for one in groups(wanted)] == [3]
    assert groups(wanted.turned) == ()
    settle(wanted, by)
    assert groups(wanted) == ()


def test_what_is_decided_of_one_likeness_says_nothing_of_another(
    day: tuple[int, int], by: Actor
) -> None:
    come(day, "見本 花子", "a@example.com")
    sign_up("morning", person("見本 はな子", day[1], reading="みほんはなこ"), email="A@example.com")
    settle(Wanted(event_id=day[0], by="mail"), by)
    assert groups(Wanted(event_id=day[0], by="mail")) == ()
    assert len(groups(Wanted(event_id=day[0], by="reading"))) == 1


def test_a_changed_name_is_looked_at_anew(day: tuple[int, int], by: Actor) -> None:
    come(day, "見本 花子", "a@example.com")
    second = entries.signup_of(come(day, "見本 華子", "b@example.com").registration_id)
    wanted = Wanted(event_id=day[0], by="reading")
    settle(wanted, by)
    entries.change(second, entries.as_entry(second, note="車です"))
    assert groups(wanted) == (), "a note says nothing about who they are"
    db.session.remove()
    second = entries.signup_of(second.registration_id)
    entry = entries.as_entry(second)
    renamed = replace(entry.people[0], name="見本 花子")
    entries.change(second, replace(entry, people=(renamed,)))
    assert len(groups(wanted)) == 1
    assert groups(wanted.turned) == ()


def test_what_has_changed_since_it_was_shown_is_refused(day: tuple[int, int], by: Actor) -> None:
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    wanted = Wanted(event_id=day[0], by="reading")
    (group,) = groups(wanted)
    come(day, "見本 はな子", "c@example.com")
    whom = group.people[0].participant_id
    for among in (None, [day[1]]):
        narrow = Wanted(event_id=day[0], by="reading", among=among)
        with pytest.raises(ChangedMeanwhile):
            apart.note_apart(narrow, whom, group.digest, by)
    with pytest.raises(ChangedMeanwhile):
        apart.take_back(wanted.turned, whom, group.digest, by)
    assert db.session.scalars(select(PersonApart)).all() == []


def test_it_can_be_taken_back_and_is_logged_by_numbers_alone(
    app: Flask, day: tuple[int, int], by: Actor
) -> None:
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    wanted = Wanted(event_id=day[0], by="reading")
    settle(wanted, by)
    (group,) = groups(wanted.turned)
    for _press in range(2):
        apart.take_back(wanted.turned, group.people[0].participant_id, group.digest, by)
    assert groups(wanted) == (group,)
    assert actions(app).count(apart.TOGETHER) == 1
    query = select(AuditValue.before, AuditValue.after).join(
        AuditEntry, AuditEntry.id == AuditValue.entry_id
    )
    told = {"likeness": "reading", "numbers": ["A-0001", "A-0002"]}
    noted = db.session.execute(query.where(AuditEntry.action == apart.APART)).one()
    assert tuple(noted) == ({}, told)


def test_a_decision_goes_with_the_people(day: tuple[int, int], by: Actor) -> None:
    got = come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    settle(Wanted(event_id=day[0], by="reading"), by)
    with transaction() as session:
        mine = select(Participant.id).where(Participant.registration_id == got.registration_id)
        session.execute(delete(Booking).where(Booking.participant_id.in_(mine)))
        session.execute(delete(Participant).where(Participant.id.in_(mine)))
    assert len(db.session.scalars(select(PersonApart)).all()) == 1


def test_pages_follow_each_other_by_the_same_number_of_queries(
    app: Flask, day: tuple[int, int], by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Wanted(event_id=day[0], by="reading")
    for number, reading in enumerate(("あ", "い", "う", "え", "お")):
        for which in range(2):
            come(day, f"見本 {number}", f"{number}{which}@example.com", reading)
    with count_queries(app) as many:
        assert len(groups(wanted)) == 5
    monkeypatch.setattr(likely, "MOST", 2)
    with count_queries(app) as few:
        first = likely.list_likely(wanted)
    assert len(few) == len(many) == 2
    assert (first.total, first.last_page, [one.key for one in first.groups]) == (5, 3, ["あ", "い"])
    settle(wanted, by)
    last = likely.list_likely(wanted, 9)
    assert (last.number, last.first, [one.key for one in last.groups]) == (2, 3, ["え", "お"])
    assert likely.list_likely(wanted, 0).number == 1


def test_the_page_notes_different_people_and_takes_it_back(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client)
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    page = office_client.get(PAGE)
    assert "全1組のうち 1〜1組目" in page.text
    old = hidden_of(page)
    noted = office_client.post(PAGE, data=old)
    assert noted.status_code == 303
    page = office_client.get(noted.location)
    assert "別の人として記録しました" in page.text
    assert "見本 華子" not in page.text
    assert "別の人とした組を見る(1組)" in page.text
    listed = office_client.get(f"{PAGE}?by=reading&apart=1")
    assert "見本 華子" in listed.text
    back = office_client.post(PAGE, data=hidden_of(listed))
    assert back.status_code == 303
    assert "見本 華子" in office_client.get(PAGE).text
    come(day, "見本 はな子", "c@example.com")
    clash = office_client.post(PAGE, data=old)
    assert clash.status_code == 409
    assert "そのあいだに内容が変わりました" in clash.text
    log = office_client.get("/office/events/morning/registrations")
    assert log.status_code == 200
    for odd in ("?by=nothing&page=x", "?page=99999999999999999999", "?by=mail&apart=2"):
        assert office_client.get(f"{PAGE}{odd}").status_code == 200
    assert office_client.post(PAGE, data={**old, "person": "x", "seen": ""}).status_code == 409


def test_somebody_of_one_meeting_decides_only_about_its_people(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    sign_up(
        "afternoon", person("見本 はな子", day[1], reading="みほんはなこ"), email="c@example.com"
    )
    enter(office_client, meetings=[day[0]])
    page = office_client.get(PAGE)
    assert "見本 華子" in page.text
    assert "見本 はな子" not in page.text
    assert office_client.post(PAGE, data=hidden_of(page)).status_code == 303
    assert len(groups(Wanted(event_id=day[0], by="reading"))) == 1, "of the whole day it is open"
    assert office_client.post("/office/events/afternoon/likely", data={}).status_code == 404


def test_where_nobody_is_found_it_says_by_what(
    office_client: FlaskClient, day: tuple[int, int], by: Actor
) -> None:
    enter(office_client, meetings=day)
    told = {
        "reading": "この日の申込みに、ふりがなが同じ人はいません。",
        "telephone": "この日の申込みに、電話番号が同じものはありません。",
        "mail": "この日の申込みに、メールアドレスが同じものはありません。",
    }
    for likeness, words in told.items():
        assert words in office_client.get(f"{PAGE}?by={likeness}").text
        assert (
            "No two sign-ups of the day" in office_client.get(f"{PAGE}?by={likeness}&lang=en").text
        )
    come(day, "見本 花子", "a@example.com")
    come(day, "見本 華子", "b@example.com")
    settle(Wanted(event_id=day[0], by="reading"), by)
    page = office_client.get(PAGE).text
    assert told["reading"] not in page, "there are, but somebody has looked"
    assert "すべて別の人として記録されています" in page
