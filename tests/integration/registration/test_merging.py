"""Somebody else instead, two sign-ups made one, places beyond: what is stored, told and refused."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import Translated, db, transaction
from app.mail.models import OutboxLetter
from app.registration import attendance, changing, merging, service, swapping
from app.registration.arranged.models import Arrangement
from app.registration.facts import (
    Beyond,
    ByOffice,
    Doorkeeper,
    Newcomer,
    Receipt,
    Seen,
    Signup,
)
from app.registration.lists import pairs
from app.registration.merging import NotTogether
from app.registration.models import Booking, Participant, Registration
from app.registration.orders import service as arranging
from app.registration.orders import wishes
from app.registration.orders.facts import ArrangementWish
from tests import entries
from tests.entries import as_entry, chosen, make_question, person, sign_up, type_in
from tests.factories import make_event, make_series
from tests.office import enter, hidden_of, make_account
from tests.pages import filled
from tests.racing import race


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=2)
    return morning, make_event("afternoon", series_id=series, venue=2)


@pytest.fixture
def by(app: Flask) -> ByOffice:
    return ByOffice(actor=make_account(), reason="お電話により")


def signup_of(one: Receipt | Signup) -> Signup:
    db.session.remove()
    return entries.signup_of(one.registration_id)


def seen(one: Receipt | Signup) -> Seen:
    now_ = signup_of(one)
    return Seen(now_.registration_id, now_.link_version, now_.version)


def merge(first: Receipt, second: Receipt, by: ByOffice) -> Signup:
    merging.merge(seen(first), seen(second), secrets.token_hex(16), office=by)
    return signup_of(first)


def purposes() -> list[str]:
    db.session.remove()
    query = select(OutboxLetter.purpose).where(OutboxLetter.state == "queued")
    return list(db.session.scalars(query.order_by(OutboxLetter.id)))


def test_somebody_else_keeps_place_number_and_lunch_but_no_arrangement(
    day: tuple[int, int], by: ByOffice
) -> None:
    lunch, (bento, _none) = make_question(day[0], asked="person")
    ramp, _no = make_question(day[0], "long", choices=(), asked="person", is_arrangement=True)
    said = (chosen(lunch, bento), entries.AnswerEntry(question_id=ramp, text="車椅子の席"))
    got = sign_up("morning", replace(person("見本 花子", *day), answers=said))
    before = signup_of(got)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted", accepted_at=now()))
    newcomer = Newcomer(name="見本 太郎", reading="みほん たろう", role="理事")
    person_id = before.people[0].id
    swapping.swap(seen(got), person_id, newcomer, secrets.token_hex(16), office=by)
    after = signup_of(got)
    assert [(p.id, p.name, p.role) for p in after.people] == [(person_id, "見本 太郎", "理事")]
    assert [b.id for b in after.people[0].bookings] == [b.id for b in before.people[0].bookings]
    assert (after.number, after.contact_name, after.contact_attends) == (
        before.number,
        "見本 花子",
        False,
    )
    assert {one.question_id for one in after.answers} == {lunch}
    assert purposes() == ["office_changed"]
    assert db.session.scalar(select(Participant.changed_at)) is not None
    assert db.session.scalars(select(Booking.search_key)).first().startswith("見本太郎")
    done = select(AuditEntry.account_id).where(AuditEntry.action == swapping.SWAPPED)
    assert db.session.scalars(done).all() == [by.actor.account_id]


@pytest.mark.parametrize("kept", [False, True])
def test_the_office_chooses_whether_answers_pass_on_and_is_told_which(
    office_client: FlaskClient, day: tuple[int, int], *, kept: bool
) -> None:
    enter(office_client, role="administrator")
    lunch, (bento, _none) = make_question(day[0], asked="person")
    ramp, _no = make_question(
        day[0],
        "long",
        choices=(),
        asked="person",
        is_arrangement=True,
        label=Translated(ja="車椅子"),
    )
    said = (chosen(lunch, bento), entries.AnswerEntry(question_id=ramp, text="車椅子の席"))
    got = sign_up("morning", replace(person("見本 花子", day[0]), answers=said))
    path = f"/office/signups/{got.registration_id}"
    page = office_client.get(f"{path}/swap/{signup_of(got).people[0].id}")
    assert 'name="answers" value="1" checked' in page.text
    assert "<dt>昼食" in page.text
    assert "車椅子" not in page.text
    given = {**filled(page), "name": "見本 太郎"}
    if not kept:
        del given["answers"]
    told = office_client.post(page.request.path, data=given, follow_redirects=True).text
    assert ("回答は引き継ぎました" in told) is kept
    assert ("回答は引き継いでいません" in told) is not kept
    assert {one.question_id for one in signup_of(got).answers} == ({lunch} if kept else set())
    words = f"前の方の回答: {'引き継いだ' if kept else '引き継がなかった'}"
    log = office_client.get("/office/history?action=registration.swapped").text
    for shown in (told, log):
        assert words in shown.replace("<b>", "").replace("</b>", "")


def test_nothing_is_said_of_answers_where_none_passes_on(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client)
    agreed, (yes, _no) = make_question(day[0], "consent", asked="person")
    got = sign_up("morning", person("見本 花子", day[0], answers=(chosen(agreed, yes),)))
    path = f"/office/signups/{got.registration_id}/swap/{signup_of(got).people[0].id}"
    page = office_client.get(path)
    assert "回答を引き継ぐ" not in page.text
    given = {**filled(page), "name": "見本 太郎"}
    told = office_client.post(path, data=given, follow_redirects=True).text
    assert "回答は引き継" not in told
    assert "前の方の回答" not in told


@pytest.mark.parametrize("keeps", [False, True])
def test_what_was_wished_once_goes_with_the_only_person_unless_it_is_kept(
    day: tuple[int, int], by: ByOffice, *, keeps: bool
) -> None:
    sign, (wanted, _no) = make_question(day[0], asked="signup", is_arrangement=True)
    agreed, (yes, _other) = make_question(day[0], "consent", asked="signup")
    lunch, (bento, _none) = make_question(day[0], asked="signup")
    said = (chosen(sign, wanted), chosen(agreed, yes), chosen(lunch, bento))
    got = sign_up("morning", person("見本 花子", *day), answers=said)
    arrange_first(day[0], by)
    newcomer = Newcomer(name="見本 太郎", keeps_wishes=keeps)
    person_id = signup_of(got).people[0].id
    swapping.swap(seen(got), person_id, newcomer, secrets.token_hex(16), office=by)
    left = {one.question_id for one in signup_of(got).answers}
    assert left == ({lunch, sign} if keeps else {lunch})
    (line,) = wishes.list_lines(day[0], "ja")
    assert line.gone is not keeps
    unseen = wishes.list_unseen(now(), "ja", None)
    assert [one.state for one in unseen] == ([] if keeps else ["gone"])


def test_nothing_that_somebody_wished_stands_under_the_name_of_who_comes_instead(
    day: tuple[int, int], by: ByOffice
) -> None:
    asked, kept, other = (
        make_question(day[0], "long", choices=(), asked=whose, is_arrangement=True)[0]
        for whose in ("person", "signup", "person")
    )

    def said(question: int) -> tuple[entries.AnswerEntry, ...]:
        return (entries.AnswerEntry(question_id=question, text="車椅子の席"),)

    people = (
        person("見本 花子", *day, answers=said(asked)),
        person("例 桜", day[0], reading="さくら", answers=said(other)),
    )
    got = sign_up("morning", *people, answers=said(kept))
    for line in wishes.list_lines(day[0], "ja"):
        arranging.arrange(day[0], line.key, ArrangementWish(state="asked"), line.seen, by.actor)
    person_id = signup_of(got).people[0].id
    newcomer = Newcomer(name="見本 太郎")
    swapping.swap(seen(got), person_id, newcomer, secrets.token_hex(16), office=by)
    db.session.remove()
    (gone, *_others) = wishes.list_lines(day[0], "ja")
    assert (gone.gone, gone.name, gone.known) == (True, "見本 太郎", "")
    texts = {row.question_id: row.known_text for row in db.session.scalars(select(Arrangement))}
    assert texts == {asked: "", kept: "車椅子の席", other: "車椅子の席"}


@pytest.mark.parametrize("keeps", [False, True])
def test_what_was_wished_before_goes_with_the_only_person_unless_it_is_kept(
    day: tuple[int, int], by: ByOffice, *, keeps: bool
) -> None:
    sign, _none = make_question(day[0], "long", choices=(), asked="signup", is_arrangement=True)
    said = entries.AnswerEntry(question_id=sign, text="車椅子の席")
    got = sign_up("morning", person("見本 花子", *day), answers=(said,))
    arrange_first(day[0], by)
    newcomer = Newcomer(name="見本 太郎", keeps_wishes=keeps)
    person_id = signup_of(got).people[0].id
    swapping.swap(seen(got), person_id, newcomer, secrets.token_hex(16), office=by)
    db.session.remove()
    assert db.session.scalar(select(Arrangement.known_text)) == ("車椅子の席" if keeps else "")


def test_what_was_wished_once_stays_where_others_of_the_sign_up_come(
    day: tuple[int, int], by: ByOffice
) -> None:
    here, (wanted, _no) = make_question(day[0], asked="signup", is_arrangement=True)
    there, (also, _nor) = make_question(day[1], asked="signup", is_arrangement=True)
    people = (person("見本 花子", *day), person("例 桜", day[0], reading="さくら"))
    got = sign_up("morning", *people, answers=(chosen(here, wanted), chosen(there, also)))
    person_id = signup_of(got).people[0].id
    newcomer = Newcomer(name="見本 太郎")
    swapping.swap(seen(got), person_id, newcomer, secrets.token_hex(16), office=by)
    assert {one.question_id for one in signup_of(got).answers} == {here}


def test_the_swap_page_says_what_becomes_of_the_wishes_and_who_gets_the_letters(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client)
    sign, (wanted, _no) = make_question(day[0], asked="signup", is_arrangement=True)
    pages = []
    for people in ((), (person("例 桜", day[0], reading="さくら"),)):
        mail = f"{len(people)}@example.com"
        first = person(f"見本 花{len(people)}", day[0])
        got = sign_up("morning", first, *people, answers=(chosen(sign, wanted),), email=mail)
        who = signup_of(got).people[0].id
        with transaction() as session:
            session.execute(update(Participant).values(standing="member"))
        path = f"/office/signups/{got.registration_id}"
        pages.append(office_client.get(f"{path}/swap/{who}").text)
        assert f'href="{path}/edit"' in pages[-1]
    alone, together = pages
    assert ">会員・代議員</option>" in alone
    assert "手配の希望を引き継ぐ" in alone
    assert 'name="keeps" value="1" checked' not in alone
    assert "手配の希望を引き継ぐ" not in together
    assert "一緒に来る方のために残ります" in together
    assert "これまでどおり、連絡先の 見本 花0 さんに" in alone


def test_what_nobody_has_begun_to_arrange_is_not_promised_to_stay_in_the_list(
    office_client: FlaskClient, day: tuple[int, int], by: ByOffice
) -> None:
    enter(office_client, email="kakari@example.com")
    sign, (wanted, no) = make_question(
        day[0], choices=({"code": "yes"}, {"code": "no"}), asked="signup", is_arrangement=True
    )
    got = sign_up("morning", person("見本 花子", day[0]), answers=(chosen(sign, wanted),))
    one = signup_of(got)
    page = f"/office/signups/{one.registration_id}/swap/{one.people[0].id}"
    assert "手配を始めたものは" in office_client.get(page).text
    newcomer = Newcomer(name="見本 太郎")
    swapping.swap(seen(got), one.people[0].id, newcomer, secrets.token_hex(16), office=by)
    assert wishes.list_lines(day[0], "ja") == ()
    said_no = as_entry(signup_of(got), answers=(chosen(sign, no),))
    changing.change(*seen_as(got), said_no, secrets.token_hex(16))
    assert "手配の希望を引き継ぐ" not in office_client.get(page).text


def seen_as(one: Receipt) -> tuple[int, int, int]:
    now_ = seen(one)
    return now_.registration_id, now_.link_version, now_.version


def arrange_first(event: int, by: ByOffice) -> None:
    """Somebody has arranged what is wished."""
    (line,) = wishes.list_lines(event, "ja")
    arranging.arrange(event, line.key, ArrangementWish(state="arranged"), line.seen, by.actor)


def test_what_the_first_wished_stays_as_arranged_where_the_second_adds_wishes(
    day: tuple[int, int], by: ByOffice
) -> None:
    sign, (speech, captions) = make_question(
        day[0], "several", asked="person", is_arrangement=True, label=Translated(ja="通訳")
    )
    mine = person("見本 花子", day[0], answers=(chosen(sign, speech),))
    first = sign_up("morning", mine, email="a@example.com")
    arrange_first(day[0], by)
    other = person("例 桜", day[0], reading="さくら", answers=(chosen(sign, captions),))
    second = sign_up("morning", other, email="b@example.com")
    merge(first, second, by)
    db.session.remove()
    assert [
        (one.label, one.name, one.order.state, one.changed, one.gone)
        for one in wishes.list_lines(day[0], "ja")
    ] == [
        ("通訳: 選択1", "例 桜", "open", False, False),
        ("通訳: 選択0", "見本 花子", "arranged", False, False),
    ]


def test_nobody_comes_instead_of_who_has_come(day: tuple[int, int], by: ByOffice) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    one = signup_of(got).people[0]
    attendance.record_in(one.bookings[0].id, Doorkeeper(account_id=by.actor.account_id))
    with pytest.raises(swapping.HasCome):
        swapping.swap(seen(got), one.id, Newcomer(name="見本 太郎"), "k", office=by)


def test_two_made_one_lose_no_place_and_the_second_number_leads_on(
    day: tuple[int, int], by: ByOffice
) -> None:
    lunch, (bento, _none) = make_question(
        day[1], choices=({"places": 1}, {"places": None}), asked="person"
    )
    first = sign_up("morning", person("見本 花子", day[0]), email="", telephone="045-000-0000")
    other = person("見本花子", day[1], answers=(chosen(lunch, bento),))
    second = sign_up("afternoon", other, person("見本 太郎", *day), note="車で行きます")
    waits = sign_up("afternoon", person("見本 待子", day[1]), email="machi@example.com")
    assert signup_of(waits).people[0].bookings[0].state == "waiting"
    whole = merge(first, second, by)
    assert [p.name for p in whole.people] == ["見本 花子", "見本 太郎"]
    assert {(b.event_id, b.state) for p in whole.people for b in p.bookings} == {
        (event, "confirmed") for event in day
    }
    assert [(one.choice_id, one.held) for one in whole.answers] == [(bento, True)]
    assert (whole.email, whole.telephone, whole.note) == (
        "mihon@example.com",
        "045-000-0000",
        "車で行きます",
    )
    ended = signup_of(second)
    assert ended.merged_into == whole.registration_id
    assert ended.link_version == 2
    mine = {b.id for p in whole.people for b in p.bookings}
    assert {b.duplicate_of for p in ended.people for b in p.bookings} <= mine
    assert all(b.is_duplicate for p in ended.people for b in p.bookings)
    assert signup_of(waits).people[0].bookings[0].state == "waiting"  # nothing became free
    assert "already" in purposes()
    assert pairs.list_pairs(day[0]) == ((), None)
    assert pairs.count_pairs(day[1]) == 0
    assert all(one.merged for one in pairs.list_pairs_of(second.registration_id))


def test_a_turn_goes_along_and_what_is_held_twice_is_given_back(
    day: tuple[int, int], by: ByOffice
) -> None:
    first = sign_up("morning", person("見本 花子", day[0]), email="a@example.com")
    second = sign_up("morning", person("見本 花子", day[0]), email="b@example.com")
    early = sign_up("morning", person("見本 早子", *day), email="c@example.com")
    late = sign_up("morning", person("見本 遅子", *day), email="d@example.com")
    last = sign_up("morning", person("見本 早子", day[0]), email="e@example.com")
    merge(first, second, by)  # the place of the second goes to who waits first
    states = {b.state for p in signup_of(early).people for b in p.bookings}
    assert states == {"confirmed"}
    turn = signup_of(late).people[0].booking(day[0])
    assert turn is not None
    assert turn.position == 1
    whole = merge(early, last, by)
    assert whole.people[0].booking(day[0]).state == "confirmed"  # type: ignore[union-attr]


def test_what_cannot_be_one_is_refused_and_changes_nothing(
    day: tuple[int, int], by: ByOffice
) -> None:
    first = sign_up("morning", person("見本 花子", day[0]), email="a@example.com")
    second = sign_up("morning", person("見本 花子", day[0]), email="b@example.com")
    old = seen(second)
    entries.change(signup_of(second), entries.as_entry(signup_of(second), note="x"))
    with pytest.raises(merging.ChangedMeanwhile):
        merging.merge(seen(first), old, "k1", office=by)
    with pytest.raises(NotTogether):
        merge(first, first, by)
    merge(first, second, by)
    with pytest.raises(NotTogether):
        merge(first, second, by)


def test_whoever_was_another_after_all_is_one_again(day: tuple[int, int], by: ByOffice) -> None:
    first = sign_up("morning", person("見本 花子", day[0]), email="a@example.com")
    second = sign_up("morning", person("見本 花子", day[0]), email="b@example.com")
    merge(first, second, by)
    ended = signup_of(second)
    changing.become_another(ended.registration_id, ended.link_version, "k", office=by)
    after = signup_of(second)
    assert after.merged_into is None
    assert [b.is_duplicate for b in after.people[0].bookings] == [False]


def test_beyond_is_the_offices_alone_and_ends_with_the_place(
    day: tuple[int, int], by: ByOffice
) -> None:
    sign_up("morning", person("見本 一", *day), person("見本 二", *day))
    with pytest.raises(service.WouldWait):
        type_in("morning", "見本 花子", *day, by=by.actor.account_id, beyond=Beyond())
    got = type_in("morning", "見本 花子", *day, by=by.actor.account_id)
    assert {b.beyond for b in signup_of(got).people[0].bookings} == {"発起人のため"}
    entries.change(signup_of(got), entries.as_entry(signup_of(got), note="x"), office=by)
    assert {b.beyond for b in signup_of(got).people[0].bookings} == {"発起人のため"}
    waits = sign_up("morning", person("見本 待子", day[0]), email="machi@example.com")
    entries.cancel(signup_of(got))
    assert signup_of(waits).people[0].bookings[0].state == "waiting"  # still full


def test_beyond_and_the_last_place_at_once(
    app: Flask, database_url: str, tmp_path: Path, day: tuple[int, int], by: ByOffice
) -> None:
    sign_up("morning", person("見本 一", day[0]), email="a@example.com")
    visitors = [
        {
            "kind": "sign_up",
            "slug": "morning",
            "event": day[0],
            "way": "venue",
            "name": f"見本 {n}",
            "email": f"v{n}@example.com",
            "may_wait": False,
        }
        for n in range(6)
    ]
    office = [
        {
            "kind": "type_in",
            "slug": "morning",
            "event": day[0],
            "name": f"例 {n}",
            "by": by.actor.account_id,
        }
        for n in range(6)
    ]
    outcomes = race(database_url, tmp_path, [*visitors, *office])
    db.session.remove()
    query = select(Booking.beyond, Registration.channel).select_from(Booking)
    query = query.join(Participant, Participant.id == Booking.participant_id)
    rows = db.session.execute(query.join(Registration)).all()
    ordinary = [one for one in rows if not one.beyond]
    assert len(ordinary) == 2, outcomes  # the places that there are, whoever got the last
    assert sum(one.channel == "telephone" for one in rows) == 6
    assert all(one.channel == "telephone" for one in rows if one.beyond)


def test_the_page_shows_what_comes_of_it_and_names_the_people(
    office_client: FlaskClient, day: tuple[int, int]
) -> None:
    enter(office_client)
    first = sign_up("morning", person("見本 花子", day[0]), email="a@example.com")
    second = sign_up("afternoon", person("見本 花子", day[1]), email="b@example.com", note="車です")
    path = f"/office/signups/{first.registration_id}/merge/{second.registration_id}"
    assert path in office_client.get("/office/events/morning/likely").text
    page = office_client.get(path)
    for told in ("A-0001", "A-0002", "見本 花子", "車です", "2人"):
        assert told in page.text, told
    done = office_client.post(path, data=hidden_of(page))
    assert done.status_code == 303
    assert signup_of(first).event_ids == set(day)
    page = office_client.get(f"/office/signups/{second.registration_id}").text
    assert "まとめられて" in page
    assert f"/signups/{second.registration_id}/edit" not in page
    token = hidden_of(office_client.get("/office/events/morning/enter"))
    assert office_client.post(path, data=token).status_code == 303  # it says why not
