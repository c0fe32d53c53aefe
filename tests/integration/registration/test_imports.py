"""Lists from elsewhere: new people, changes by 受付番号, taking back; all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.auth.facts import Actor
from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db
from app.events.presets import Words
from app.jobs.facts import Task
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration.attendance import record_in
from app.registration.facts import Doorkeeper
from app.registration.imports import applying, queries, service
from app.registration.imports.facts import Options
from app.registration.imports.forgetting import forget_imports
from app.registration.lists import shared
from app.registration.models import Booking, Participant, Registration
from app.registration.privacy.facts import Wording
from app.registration.privacy.queries import get_notice
from app.registration.privacy.service import add_version
from tests.entries import (
    as_entry,
    change,
    person,
    sign_up,
    signup_of,
)
from tests.factories import make_event, make_series, make_signups
from tests.imports import (
    bookings,
    checked,
    csv_file,
    edited,
    exported,
    fates,
    imported,
    undone,
    work,
)
from tests.office import make_account

JOINT = Wording(text=Words("受付に使います"), items=("name",), partners=Words("例の共催団体"))
HANAKO = ["見本 花子", "ミホン　ﾊﾅｺ", "例の家", "hanako@example.com", "", "会場", ""]


TARO = ["例 太郎", "れい たろう", "", "", "9000000002", "オンライン", "=1+1"]


THREE = ["例 桜", "", "", "", "", "", ""]


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def came(event: int, registration_id: int) -> None:
    query = select(Booking.id).where(Booking.registration_id == registration_id)
    booking = db.session.scalars(query).one()
    record_in(booking, Doorkeeper(desk="受付"), event_id=event, seen=0)


def test_new_people_are_stored_as_the_form_stores_them_and_once(app: Flask, by: Actor) -> None:
    event = make_event()
    run = checked(event, csv_file([HANAKO, TARO, THREE]), by)
    assert fates(run) == [("new", [])] * 3
    assert bookings() == []
    run = imported(run, by)
    assert (run.state, run.counts["stored"]) == ("applied", 3)
    signup = signup_of(db.session.scalars(select(Registration.id)).first() or 0)
    one = signup.people[0]
    assert (signup.number, signup.channel, one.reading) == ("A-0001", "fax", "みほん はなこ")
    other = signup_of(signup.registration_id + 1)
    assert (other.telephone, other.note) == ("090-0000-0002", "=1+1")
    assert [way for _name, way, _state in bookings()] == ["venue", "online", "venue"]
    assert db.session.scalar(select(func.count(OutboxLetter.id))) == 0
    count = select(func.count(AuditEntry.id)).where(AuditEntry.action == "registration.imported")
    assert db.session.scalar(count) == 3
    again = checked(event, csv_file([HANAKO, TARO, THREE]), by)
    assert fates(again) == [("same", [])] * 3
    imported(again, by)
    assert len(bookings()) == 3


def test_new_people_keep_the_notice_that_their_forms_told_them(app: Flask, by: Actor) -> None:
    event = make_event()
    number = add_version(None, JOINT, by, seen=get_notice(1).number)
    untold = imported(checked(event, csv_file([HANAKO]), by), by)
    assert (untold.notice, shared.read_shared(event, 1).people) == (0, 0)
    dated = csv_file([["例 太郎", "2020-11-20"], ["例 桜", ""]], ["氏名", "申込日"])
    run = imported(checked(event, dated, by, notice=number), by)
    found = shared.read_shared(event, 1)
    assert (run.notice, found.people, found.left_out) == (number, 2, 1)
    for row in db.session.scalars(select(Registration).where(Registration.number > 1)):
        one = db.session.scalars(select(Participant).where(Participant.registration_id == row.id))
        told = {(x.notice_version, x.told_by, x.noticed_at) for x in (row, *one)}
        assert told == {(number, by.account_id, row.created_at)}
    assert untold.id != run.id
    logged = select(AuditEntry).where(AuditEntry.action == "registrations.imported")
    entries = db.session.scalars(logged.order_by(AuditEntry.id))
    assert ["told" in one.fields for one in entries] == [False, True]
    assert undone(run, by).counts["undone"] == 2
    assert bookings() == [("見本 花子", "venue", "confirmed")]


def test_every_refused_row_says_why_and_the_others_can_be_stored(app: Flask, by: Actor) -> None:
    event = make_event(ways=("venue",))
    rows = [
        HANAKO,
        HANAKO,
        ["", "れい", "", "", "", "", ""],
        ["例 二", "漢字", "", "a@@b", "12", "そのうち", ""],
        ["例 三", "", "", "", "", "オンライン", ""],
        ["〓雄", "", "", "", "", "", ""],
        ["あ" * 81, "", "", "", "", "", "x\u200e\u202e"],
    ]
    run = checked(event, csv_file(rows), by)
    assert fates(run) == [
        ("new", []),
        ("refused", ["twice_in_file"]),
        ("refused", ["name_missing"]),
        ("refused", ["reading", "email", "telephone", "way"]),
        ("refused", ["way_not_offered"]),
        ("refused", ["lost_characters"]),
        ("refused", ["too_long", "unreadable"]),
    ]
    imported(run, by)
    assert bookings() == [("見本 花子", "venue", "confirmed")]


def test_headings_in_the_middle_are_named_and_no_person(app: Flask, by: Actor) -> None:
    event = make_event()
    headings = ["No.", "氏名", "所属団体"]
    rows = [["1", "見本 花子", ""], headings, ["2", "例 太郎", ""]]
    run = checked(event, csv_file(rows, headings), by)
    assert fates(run) == [("new", []), ("refused", ["headings"]), ("new", [])]
    assert [row.name for row in queries.list_rows(run.id, "refused")[0]] == [""]
    assert run.counts["left_out"] == {"0": 2}


def test_an_edited_export_changes_what_differs_and_nothing_else(app: Flask, by: Actor) -> None:
    event = make_event()
    first = person("髙𠮷 ①", event, reading="たかよし", organisation="例の家")
    sign_up("soukai", first, person("見本 次郎", event), telephone="+81-3-1234-5678", note="@x\ny")
    rows = exported(event)
    assert [fate for fate, _why in fates(checked(event, edited(rows), by))] == ["same", "same"]
    assert rows[0]["氏名"] == "髙𠮷 ①"
    rows[0] |= {"所属団体": "例の家 工房", "参加方法": "オンライン", "電話番号": "", "備考": ""}
    rows[1] |= {"氏名": "見本 二郎", "メールアドレス": "new@example.com"}
    run = checked(event, edited(rows), by)
    assert [fate for fate, _why in fates(run)] == ["changed", "changed"]
    before = signup_of(db.session.scalars(select(Registration.id)).one())
    imported(run, by)
    after = signup_of(before.registration_id)
    assert [one.name for one in after.people] == ["髙𠮷 ①", "見本 二郎"]
    assert after.people[0].organisation == "例の家 工房"
    assert (after.email, after.telephone) == ("new@example.com", "+81-3-1234-5678")
    assert after.version > before.version
    assert after.note == "@x\ny"
    assert bookings()[0] == ("髙𠮷 ①", "online", "confirmed")
    undone(run, by)
    back = signup_of(before.registration_id)
    assert [one.name for one in back.people] == ["髙𠮷 ①", "見本 次郎"]
    assert (back.email, back.people[0].bookings[0].way) == ("mihon@example.com", "venue")


def test_what_only_an_export_tells_is_passed_over(app: Flask, by: Actor) -> None:
    event = make_event()
    came(event, sign_up("soukai", person("見本 花子", event)).registration_id)
    rows = exported(event)
    assert rows[0]["来場"]
    rows[0] |= {"参加の返事": "x", "来場": "", "手紙": "届いた"}
    assert fates(checked(event, edited(rows), by)) == [("same", [])]


def test_rows_changed_meanwhile_are_refused_by_name(app: Flask, by: Actor) -> None:
    event = make_event()
    one = sign_up("soukai", person("見本 花子", event))
    sign_up("soukai", person("例 太郎", event), email="b@example.com")
    rows = exported(event)
    signup = signup_of(one)
    change(signup, as_entry(signup, telephone="090-0000-0009"))
    for row in rows:
        row["役職"] = "理事"
    found = dict(
        zip((r["氏名"] for r in rows), fates(checked(event, edited(rows), by)), strict=True)
    )
    assert found == {"見本 花子": ("refused", ["meanwhile"]), "例 太郎": ("changed", [])}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("受付番号", "A-9999", "mark_unknown"),
        ("目印（変えないでください）", "1-abc", "mark_unknown"),
        ("状態", "取り消し済み", "state_stays"),
        ("申込日時", "2020年1月1日", "stays"),
        ("申込方法", "電話", "stays"),
        ("申し込んだ人", "例 太郎", "only_compared"),
        ("参加方法", "オンライン", "way_not_offered"),
    ],
)
def test_what_importing_cannot_change_is_refused(
    app: Flask, by: Actor, column: str, cell: str, code: str
) -> None:
    event = make_event(ways=("venue",))
    sign_up("soukai", person("見本 花子", event))
    rows = exported(event)
    rows[0][column] = cell
    assert fates(checked(event, edited(rows), by)) == [("refused", [code])]


def test_a_number_alone_finds_whose_row_it_is(app: Flask, by: Actor) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event), person("見本 次郎", event))
    headings = ["受付番号", "お名前", "役職"]
    rows = [["Ａ－１", "見本　次郎", "理事"], ["A-0001", "", "監事"], ["B-1", "x", ""]]
    run = checked(event, csv_file(rows, headings), by)
    assert fates(run) == [
        ("changed", []),
        ("refused", ["which_person"]),
        ("refused", ["number_unknown"]),
    ]


@pytest.mark.parametrize("heading", ["No.", "番号"])
def test_a_running_number_of_another_list_renames_nobody(
    app: Flask, by: Actor, heading: str
) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    run = checked(event, csv_file([["1", "例 太郎"]], [heading, "氏名"]), by)
    assert fates(run) == [("new", [])]
    imported(run, by)
    assert [name for name, _way, _state in bookings()] == ["見本 花子", "例 太郎"]


def test_a_number_with_somebody_else_beside_it_is_refused(app: Flask, by: Actor) -> None:
    event = make_event()
    hanako = person("見本 花子", event, reading="みほん はなこ")
    sign_up("soukai", hanako, email="hanako@example.com", telephone="090-0000-0001")
    headings = ["受付番号", "氏名", "ふりがな", "メールアドレス", "電話番号"]

    def fate(*cells: str) -> list[tuple[str, list[str]]]:
        return fates(checked(event, csv_file([["1", *cells]], headings), by))

    other = ("refused", ["somebody_else"])
    assert fate("例 太郎", "", "", "") == [other]
    assert fate("例 太郎", "れい", "rei@example.com", "090-0000-0002") == [other]
    assert fate("見本　花子", "", "rei@example.com", "") == [("changed", [])]
    assert fate("例 花子", "ミホン ハナコ", "", "") == [("changed", [])]
    assert fate("例 花子", "", "HANAKO@example.com", "") == [("changed", [])]
    assert fate("例 花子", "", "", "09000000001") == [("changed", [])]
    assert fate("", "", "new@example.com", "") == [("changed", [])]


def test_nothing_is_stored_when_anything_would_come_out_otherwise(app: Flask, by: Actor) -> None:
    event = make_event(venue=3)
    run = checked(event, csv_file([HANAKO, THREE]), by)
    sign_up("soukai", person("見本 花子", event, reading="みほん はなこ"), email=HANAKO[3])
    run = imported(run, by)
    assert (run.state, run.counts["stale"]) == ("checked", "signed_up")
    assert run.counts["names"] == ["見本花子"]
    with pytest.raises(service.NotNow):
        service.start_import(event, run.id, "wait", "", by)
    run = checked(event, csv_file([THREE, [*TARO[:5], "会場", ""]]), by)
    sign_up("soukai", person("例 蓮", event), email="c@example.com")
    assert imported(run, by).counts["stale"] == "places"
    assert len(bookings()) == 2


@pytest.mark.parametrize("over", ["wait", "place"])
def test_beyond_the_places_people_wait_or_get_one_as_the_office_says(
    app: Flask, by: Actor, over: str
) -> None:
    event = make_event(venue=2)
    make_signups(event, 1)
    run = checked(event, csv_file([HANAKO, THREE]), by)
    assert (run.counts["new"], run.counts["over"]) == (2, 1)
    imported(run, by, over)
    states = [state for _name, _way, state in bookings()]
    assert states == ["confirmed", "confirmed", "waiting" if over == "wait" else "confirmed"]


def test_letters_go_only_where_they_were_asked_for(app: Flask, by: Actor) -> None:
    event = make_event()
    imported(checked(event, csv_file([HANAKO, THREE]), by, letters="confirm"), by)
    query = select(OutboxLetter.purpose, OutboxLetter.state).order_by(OutboxLetter.id)
    assert [tuple(row) for row in db.session.execute(query)] == [
        ("confirmed", "queued"),
        ("confirmed", "by_hand"),
    ]


def test_an_unsent_letter_about_what_was_is_replaced(app: Flask, by: Actor) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event))
    rows = exported(event)
    rows[0]["メールアドレス"] = "other@example.com"
    imported(checked(event, edited(rows), by), by)
    query = select(OutboxLetter.state, OutboxLetter.to_address).order_by(OutboxLetter.id)
    assert [tuple(row) for row in db.session.execute(query)] == [
        ("suppressed", "mihon@example.com"),
        ("queued", "other@example.com"),
    ]


def test_people_can_be_signed_up_for_the_whole_day(app: Flask, by: Actor) -> None:
    series = make_series("day")
    events = tuple(make_event(slug, series_id=series) for slug in ("one", "two"))
    imported(checked(events[0], csv_file([HANAKO]), by, events=events), by)
    assert len(bookings()) == 2


def test_the_last_import_is_taken_back_but_for_those_touched_since(app: Flask, by: Actor) -> None:
    event = make_event(venue=2)
    run = imported(checked(event, csv_file([HANAKO, THREE]), by), by)
    sign_up("soukai", person("例 蓮", event), email="waits@example.com")
    ids = list(db.session.scalars(select(Registration.id).order_by(Registration.id)))
    one = signup_of(ids[0])
    change(one, as_entry(one, telephone="090-0000-0009"))
    run = undone(run, by)
    assert (run.state, run.counts["undone"], run.counts["kept"]) == ("undone", 1, 1)
    assert run.counts["kept_names"] == [["A-0001", "見本 花子", "changed"]]
    assert run.headings[0] == "氏名"
    forget_imports(now() + timedelta(hours=25))
    db.session.remove()
    gone = queries.get_run(event, run.id)
    assert (gone.headings, "kept_names" in gone.counts) == ([""] * len(run.headings), False)
    assert gone.counts["kept"] == 1
    assert bookings() == [("見本 花子", "venue", "confirmed"), ("例 蓮", "venue", "confirmed")]
    with pytest.raises(service.NotNow):
        service.start_undo(event, run.id, by)
    sign_up("soukai", person("例 誠", event), email="d@example.com")
    assert signup_of(max(ids) + 1).number == "A-0004"


def test_who_came_or_signed_up_twice_elsewhere_keeps_nobody_from_being_taken_back(
    app: Flask, by: Actor
) -> None:
    elsewhere = make_event("elsewhere", starts_in=timedelta(hours=1))
    number = sign_up("elsewhere", person("例 蓮", elsewhere), email="waits@example.com")
    (one,) = signup_of(number.registration_id).people[0].bookings
    record_in(one.id, Doorkeeper(account_id=by.account_id))
    sign_up("elsewhere", person("例 蓮", elsewhere), email="waits@example.com")
    event = make_event()
    run = undone(imported(checked(event, csv_file([HANAKO, THREE]), by), by), by)
    assert (run.counts["undone"], run.counts["kept"]) == (2, 0)


def test_an_import_that_is_not_the_last_stays(app: Flask, by: Actor) -> None:
    event = make_event()
    first = imported(checked(event, csv_file([HANAKO]), by), by)
    imported(checked(event, csv_file([THREE]), by), by)
    with pytest.raises(service.NotNow):
        service.start_undo(event, first.id, by)


def test_sign_ups_meanwhile_wait_and_no_place_is_given_twice(app: Flask, by: Actor) -> None:
    event = make_event(venue=30)
    rows = [[f"見本 {n}", "", "", "", "", "会場", ""] for n in range(20)]
    run = checked(event, csv_file(rows), by)
    service.start_import(event, run.id, "wait", "", by)

    def visit(n: int) -> str:
        with app.app_context():
            return sign_up("soukai", person(f"例 {n}", event), email=f"{n}@example.com").number

    def store() -> str:
        with app.app_context():
            work()
        return ""

    with ThreadPoolExecutor(5) as pool:
        storing = pool.submit(store)
        visits = [pool.submit(visit, n) for n in range(16)]
        numbers = [one.result() for one in visits]
        storing.result()
    run = queries.get_run(event, run.id)
    mine = [name for name, _way, _state in bookings() if name.startswith("見本")]
    assert len(set(numbers)) == 16
    assert (run.state, len(mine)) in {("applied", 20), ("checked", 0)}
    confirmed = [state for _name, _way, state in bookings()].count("confirmed")
    assert confirmed == min(30, 16 + len(mine))


def test_an_import_that_was_broken_off_is_stored_once(app: Flask, by: Actor) -> None:
    event = make_event()
    run = checked(event, csv_file([HANAKO, THREE]), by)
    service.start_import(event, run.id, "wait", "", by)
    stop = Stop()
    stop.ask()
    work_once, _leave = app.extensions["jobs"]
    work_once("first", stop)
    assert bookings() == []
    work()
    assert len(bookings()) == 2
    task = Task(
        id=run.job.id if run.job else 0,
        subject_id=event,
        account_id=by.account_id,
        locale="ja",
        params={"run": run.id, "over": "wait", "reason": ""},
    )
    assert list(applying.apply_work(task))
    assert len(bookings()) == 2


def test_files_and_rows_are_forgotten_when_nobody_needs_them(app: Flask, by: Actor) -> None:
    event = make_event()
    left = checked(event, csv_file([HANAKO]), by)
    stored = imported(checked(event, csv_file([THREE]), by), by)
    assert forget_imports(now() + timedelta(hours=25)) == 1
    assert (fates(left), len(fates(stored))) == ([], 1)
    options = Options(events=(event,), channel="fax", letters="none")
    service.start_check(event, left.id, left.matching, options, by)
    work()
    assert queries.get_run(event, left.id).failed == "forgotten"
    assert forget_imports(now() + timedelta(days=15)) == 1


def test_taking_an_import_back_puts_the_standing_back_too(app: Flask, by: Actor) -> None:
    event = make_event()
    sign_up("soukai", person("見本 花子", event, standing="guest"))
    rows = exported(event)
    rows[0]["立場"] = "報道"
    run = imported(checked(event, edited(rows), by), by)
    assert db.session.scalars(select(Participant.standing)).all() == ["press"]
    db.session.remove()
    undone(run, by)
    assert db.session.scalars(select(Booking.standing)).all() == ["guest"]
