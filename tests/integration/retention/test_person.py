"""One person on request: all of it as a file, or erased at once with what is to come cancelled."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.auth.facts import Actor
from app.auth.models import Account, AuditEntry, AuditValue
from app.base.clock import now
from app.base.errors import Gone
from app.db import db, transaction
from app.interest.models import Interest
from app.jobs.facts import Done, FileData, NewJob
from app.jobs.models import JobFile
from app.jobs.service import ask, finish
from app.mail.models import ContactAttempt, OutboxLetter
from app.registration import links
from app.registration.attendance import record_in
from app.registration.by_hand import undo_told
from app.registration.changing import change_contact
from app.registration.contact import contact_of
from app.registration.facts import AnswerEntry, ByOffice, Doorkeeper, Reach
from app.registration.lists import by_hand
from app.registration.lists.by_hand_facts import Scope
from app.registration.models import Attendance, Booking, Participant, Registration
from app.registration.orders import service as arranging
from app.registration.orders import wishes
from app.registration.orders.facts import ArrangementWish
from app.retention.person import StoredFiles, count_files
from tests.campaigns import make_interest
from tests.conftest import count_queries
from tests.entries import as_entry, change, make_question, person, sign_up, signup_of
from tests.factories import make_event, make_series
from tests.imports import checked, csv_file
from tests.integration.retention.test_running import everything, let_pass, run
from tests.office import actions, enter, hidden_of, make_account

MOST_QUERIES = 20


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


@pytest.fixture
def meeting() -> int:
    return make_event("soukai", venue=1)


def sign(event: int, name: str = "見本 桜") -> int:
    wish, _choices = make_question(event, "short", is_arrangement=True, choices=())
    said = AnswerEntry(question_id=wish, text="車いすの席")
    got = sign_up(
        "soukai", person(name, event, answers=(said,)), email="himitsu@example.com", note="よろしく"
    )
    return got.registration_id


def test_everything_can_be_taken_out_and_that_is_noted(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    told = json.loads(office.get(f"/office/signups/{number}/data.json").text)
    assert told["registration"][0]["email"] == "himitsu@example.com"
    assert told["answers"][0]["text"] == "車いすの席"
    assert "himitsu" in told["letters"][0]["to_address"]
    text = office.get(f"/office/signups/{number}/data.txt").text
    assert "車いすの席" in text
    assert "見本 桜" in text
    assert (
        db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action == "person.exported")
        ).all()
        == ["person.exported"] * 2
    )
    office.head(f"/office/signups/{number}/data.json")
    assert (
        db.session.scalar(select(func.count()).where(AuditEntry.action == "person.exported")) == 2
    )


def test_the_file_to_be_read_is_in_words_and_opens_nothing(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    signup = signup_of(number)
    by = Actor(account_id=db.session.scalar(select(Account.id)) or 0, email="", name="")
    (line,) = wishes.list_lines(meeting, "ja")
    order = ArrangementWish(state="asked", due_on=date(2026, 6, 9), supplier="見本派遣")
    arranging.arrange(meeting, line.key, order, line.seen, by)
    several, (_sign, captions) = make_question(meeting, "several", is_arrangement=True)
    key = (number, several, line.key[2], captions)
    arranging.arrange(meeting, key, order, (0, 0), by)
    reach = Reach(fax="03-0000-2222", told=True)
    wanted = as_entry(signup, email="himitsu@example.com", note="よろしく", contact_attends=False)
    change(signup, wanted, office=ByOffice(actor=by, reach=reach))
    record_in(signup.people[0].bookings[0].id, Doorkeeper(account_id=by.account_id))
    office.get(f"/office/signups/{number}/arrangements")
    machine = office.get(f"/office/signups/{number}/data.json").text
    text = office.get(f"/office/signups/{number}/data.txt").text
    for told in ("受付番号: A-0001", "会場", "種類: 来場", "03-0000-2222", "内容: 受付完了"):
        assert told in text, told
    for told in ("2026年6月9日(火)", "専用リンクのため省略", "いいえ", "変更後の"):
        assert told in text, told
    assert "手配の希望を見ました" in text
    assert "事務局が知っている希望: 車いすの席" in text
    arranged = json.loads(machine)["arrangements"]
    assert [(one.get("choice"), one.get("known_text")) for one in arranged] == [
        (None, "車いすの席"),
        ("選択1", None),
    ]
    assert "配慮" not in text, "one word for what is arranged"
    assert re.findall(r"(?m)^[A-Za-z_]+: .*|.*: [a-z_]+$", text) == []
    for code in ("True", "False", "T00:", "+00:00", "to_name", "viewed", "confirmed", "_due_on"):
        assert code not in text, code
    assert json.loads(machine)["registration"][0]["number"] == "A-0001"
    secret = links.manage_url(number, 1).rsplit("/", 1)[1]
    for file in (text, machine):
        assert secret not in file


def test_erasing_asks_cancels_what_is_to_come_and_leaves_nothing(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    make_interest(meeting, email="himitsu@example.com")
    waiting = sign_up("soukai", person("例 待子", meeting), email="machiko@example.com")
    address = f"/office/signups/{number}/erase"
    asked = office.get(address)
    assert "1人の情報を消去しますか" in asked.text
    assert "一緒に取り消すもの" in asked.text
    sent = {**hidden_of(asked), "scope": "all"}
    assert office.post(address, data=sent).status_code == 303
    left = everything()
    assert [one for one in ("himitsu", "見本 桜", "車いす", "よろしく") if one in left] == []
    states = dict(db.session.execute(select(Booking.registration_id, Booking.state)).all())
    assert states == {number: "cancelled", waiting.registration_id: "confirmed"}
    assert db.session.scalar(select(func.count(Interest.id))) == 0
    entry = select(AuditEntry.id).where(AuditEntry.action == "person.erased")
    values = select(AuditValue.id).where(AuditValue.entry_id.in_(entry))
    assert db.session.scalars(entry).all()
    assert not db.session.scalars(values).all()
    again = office.post(address, data=sent, follow_redirects=True)
    assert again.request.path == f"/office/signups/{number}"
    assert "この人の情報は残っていません" in again.text


@pytest.mark.parametrize("by_terms", [True, False])
@pytest.mark.parametrize("state", ["failed", "by_hand", "told"])
def test_nobody_is_to_telephone_whoever_was_erased(
    app: object, office: FlaskClient, meeting: int, state: str, *, by_terms: bool
) -> None:
    number = sign(meeting)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state=state, attempts=3, reason="refused"))
        if state == "told":
            (letter,) = session.scalars(select(OutboxLetter.id))
            by = session.scalars(select(Account.id)).first() or 0
            session.put(ContactAttempt(letter_id=letter, outcome="told", at=now(), by=by))
    assert by_hand.count() == (0 if state == "told" else 1)
    assert len(by_hand.list_told(Scope())) == (1 if state == "told" else 0)
    if by_terms:
        let_pass(meeting, 182)
        run()
    else:
        address = f"/office/signups/{number}/erase"
        sent = {**hidden_of(office.get(address)), "scope": "all"}
        assert office.post(address, data=sent).status_code == 303
    db.session.remove()
    assert by_hand.count() == 0
    assert by_hand.list_told(Scope()) == ()
    for letter in db.session.scalars(select(OutboxLetter.id)).all():
        assert not undo_told(letter, Actor(account_id=1, email="", name=""))
    assert by_hand.count() == 0


def test_of_what_is_erased_nothing_is_offered_and_every_link_has_words(
    office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    address = f"/office/signups/{number}"
    assert f"{address}/reach" in office.get(address).text
    asked = office.get(f"{address}/erase")
    office.post(f"{address}/erase", data={**hidden_of(asked), "scope": "all"})
    page = office.get(address).text
    for gone in ("reach", "confirmation"):
        assert f"{address}/{gone}" not in page
        led = office.get(f"{address}/{gone}", follow_redirects=True)
        assert "消去済みです" in led.text
    token = {"csrf_token": hidden_of(office.get(address))["csrf_token"]}
    assert office.post(f"{address}/reach", data=token).location == address
    letter = db.session.scalars(select(OutboxLetter.id).limit(1)).one()
    lists = (f"/office/letters/{letter}", "/office/events/soukai/registrations?state=cancelled")
    for shown in (page, *(office.get(one).text for one in lists)):
        assert re.search(r"<(a|h1)\b[^>]*>\s*</", shown) is None


def test_names_that_the_minutes_need_may_stay(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    let_pass(meeting, 3)
    address = f"/office/signups/{number}/erase"
    asked = office.get(address)
    assert "議事録のために残す" in asked.text
    office.post(address, data={**hidden_of(asked), "scope": "contacts"})
    assert db.session.scalar(select(Registration.erased)) == "contacts"
    assert db.session.scalar(select(Participant.name)) == "見本 桜"
    asked = office.get(address)
    office.post(address, data={**hidden_of(asked), "scope": "all"})
    assert "見本 桜" not in everything()


def test_once_the_contact_is_gone_the_pages_name_who_is_left_and_what(
    app: Flask, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    was = contact_of(signup_of(number))
    by = make_account("kakari@example.com")
    change_contact(number, replace(was, telephone="045-000-1234"), was, by)
    page = f"/office/signups/{number}"
    before, asked = office.get(f"{page}/data").text, office.get(f"{page}/erase").text
    assert "電話番号へかけ直す" in before
    for told in ("メールアドレス、電話番号、備考", "回答と手配", "専用ページ", "履歴の中身"):
        assert told in asked, told
    let_pass(meeting, 182)
    run()
    with count_queries(app) as queries:
        data = office.get(f"{page}/data").text
    few = len(queries)
    asked, whole = office.get(f"{page}/erase").text, office.get(page).text
    for shown in (data, asked, whole):
        assert "見本 桜 さん" in shown
        assert "— さん" not in shown
    assert "かけ直す" not in data
    assert "電話番号も宛先も残っていません" in data
    assert f'href="{page}/erase"' in data
    assert "1人の情報を消去しますか" in asked
    assert "名前、ふりがな、所属、役職を消去します" in asked
    for gone in ("メールアドレス", "回答と手配", "手紙の内容", "専用ページ", "履歴の中身"):
        assert gone not in asked.partition("消えるもの")[2].partition("</section>")[0], gone
    assert "来場にする" in whole, "for the minutes"
    assert few <= MOST_QUERIES


def test_whoever_is_nameless_already_is_told_by_the_number_alone(
    app: Flask, office: FlaskClient, meeting: int
) -> None:
    sign(meeting)
    waiting = sign_up("soukai", person("例 待子", meeting), email="machiko@example.com")
    let_pass(meeting, 182)
    run()
    page = f"/office/signups/{waiting.registration_id}"
    data, whole = office.get(f"{page}/data").text, office.get(page).text
    for shown in (data, whole):
        assert "この人の情報は残っていません" in shown
        assert "— さん" not in shown
    assert f"{page}/erase" not in data
    let_pass(meeting, -30)  # they still wait for what is yet to come
    asked = office.get(f"{page}/erase")
    for told in ("A-0002 の残りの情報を消去しますか", "一緒に取り消すもの", "消去済み"):
        assert told in asked.text, told
    for told in ("— さん", "消えるもの"):
        assert told not in asked.text, told
    sent = {**hidden_of(asked), "scope": "all"}
    assert office.post(f"{page}/erase", data=sent).status_code == 303
    left = office.get(f"{page}/erase")
    assert left.location == page


def test_where_nothing_is_left_nothing_is_offered(office: FlaskClient, meeting: int) -> None:
    number = sign(meeting)
    let_pass(meeting, 3)
    page = f"/office/signups/{number}"
    assert "来場にする" in office.get(page).text
    sent = {**hidden_of(office.get(f"{page}/erase")), "scope": "all"}
    assert office.post(f"{page}/erase", data=sent).status_code == 303
    data, whole = office.get(f"{page}/data").text, office.get(page).text
    for told in ("来場にする", "— さん", f"{page}/arrangements"):
        assert told not in whole, told
    assert "この人の情報は残っていません" in data
    for told in ("かけ直す", f"{page}/erase", "確かめてください", "— さん"):
        assert told not in data, told
    led = office.get(f"{page}/erase")
    assert led.location == page
    token = {"csrf_token": sent["csrf_token"], "came": str(db.session.scalar(select(Booking.id)))}
    assert office.post(f"{page}/arrivals", data=token).status_code == 303
    assert db.session.scalar(select(func.count(Attendance.id))) == 0


@pytest.mark.parametrize("days", [32, 182])
@pytest.mark.parametrize("moved", ["", "to the future"])
def test_at_any_stage_of_the_terms_everything_can_be_taken_out_and_erased(
    app: object, office: FlaskClient, meeting: int, days: int, moved: str
) -> None:
    number = sign(meeting)
    waiting = sign_up("soukai", person("例 待子", meeting), email="machiko@example.com")
    let_pass(meeting, days)
    run()
    if moved:  # the date was put right after the terms had run
        let_pass(meeting, -30)
    for ending in ("json", "txt"):
        told = office.get(f"/office/signups/{number}/data.{ending}")
        assert told.status_code == 200
        assert "見本 桜" in told.text
    address = f"/office/signups/{number}/erase"
    sent = {**hidden_of(office.get(address)), "scope": "all"}
    assert office.post(address, data=sent).status_code == 303
    left = everything()
    assert [one for one in ("himitsu", "見本 桜", "車いす", "よろしく") if one in left] == []
    states = dict(db.session.execute(select(Booking.registration_id, Booking.state)).all())
    assert states[number] == ("cancelled" if moved else "confirmed")
    assert states[waiting.registration_id] == ("confirmed" if moved else "waiting")
    by_hand = select(func.count(OutboxLetter.id)).where(
        OutboxLetter.registration_id == number, OutboxLetter.state == "by_hand"
    )
    assert not db.session.scalar(by_hand), "nobody is left to tell"
    assert office.get(f"/office/signups/{number}/data.txt").status_code == 200


def test_what_was_erased_cannot_be_changed_and_the_office_is_told_so(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    let_pass(meeting, 182)
    run()
    let_pass(meeting, -30)
    page = f"/office/signups/{number}"
    who = db.session.scalar(select(Participant.id))
    for path in ("edit", "reach", f"swap/{who}", "cancel", "link"):
        told = office.get(f"{page}/{path}", follow_redirects=True).text
        assert "消去済みです" in told, path
    shown = office.get(page).text
    assert "選んだ申し込みを取り消す" not in shown
    assert "代わりの人が出席" not in shown


def test_the_office_is_never_sent_to_the_letters_that_people_get(
    app: object, office: FlaskClient, meeting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sign(meeting)

    def gone(*_args: object) -> None:
        raise Gone("link")

    monkeypatch.setattr("app.retention.person.read_all", gone)
    told = office.get(f"/office/signups/{number}/data.txt")
    assert told.status_code == 410
    assert "このリンクは" not in told.text
    assert f'href="/office/signups/{number}"' in told.text


def test_a_sign_up_that_names_another_meeting_is_not_theirs_alone(
    app: object, office_client: FlaskClient
) -> None:
    series = make_series("day")
    mine = make_event("soukai", series_id=series)
    other = make_event("gogo", series_id=series)
    got = sign_up("soukai", person("見本 花子", mine, other))
    enter(office_client, meetings=[mine])
    for page in ("data", "data.json", "data.txt", "erase"):
        path = f"/office/signups/{got.registration_id}/{page}"
        assert office_client.get(path).status_code == 404, page


def test_the_page_of_terms_says_what_is_kept_and_what_was_erased(
    app: object, office: FlaskClient, meeting: int
) -> None:
    sign(meeting)
    page = office.get("/office/retention").text
    assert page.count("申し込み1件を保管中") == 3
    assert "消去はまだ一度も動いていません" in page
    assert "person.exported" not in actions(office.application)


def test_erasing_says_before_and_after_which_stored_files_go(
    app: object, office: FlaskClient, meeting: int
) -> None:
    number = sign(meeting)
    other = make_event("b")
    address = f"/office/signups/{number}/erase"
    assert "今は保存されていません" in office.get(address).text
    by = Actor(account_id=db.session.scalar(select(Account.id)) or 0, email="", name="")
    for event in (meeting, meeting, other):
        keep_file(event, by)
    checked(meeting, csv_file([["例 太郎", "", "", "", "", "会場", ""]]), by)
    asked = office.get(address)
    assert "この会合の保存ファイル 3件" in asked.text
    assert "作った名簿など 2件、取り込んだファイル 1件" in asked.text
    assert "もう一度作れます" in asked.text
    sent = {**hidden_of(asked), "scope": "all"}
    told = office.post(address, data=sent, follow_redirects=True).text
    assert "保存ファイル3件も一緒に消しました(作った名簿など2件、取り込んだファイル1件)" in told
    assert "もう一度作れます" in told
    db.session.remove()
    assert db.session.scalar(select(func.count(JobFile.id))) == 1
    assert count_files(number) == StoredFiles(made=0, imported=0)


def keep_file(event: int, by: Actor) -> None:
    """A list of the meeting that somebody has taken out."""
    new = NewJob(kind="export", subject_id=event, account_id=by.account_id, locale="ja")
    with transaction() as session:
        file = FileData(filename="meibo.csv", media_type="text/csv", data=b"x")
        finish(session, ask(session, new), Done(file=file))


def test_counting_the_files_takes_three_queries(app: Flask, meeting: int) -> None:
    number = sign(meeting)
    by = make_account("kiroku@example.com")
    for _n in range(3):
        keep_file(meeting, by)
    with count_queries(app) as queries:
        assert count_files(number) == StoredFiles(made=3, imported=0)
    assert len(queries) == 3
