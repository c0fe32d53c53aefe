import csv
import io
import re
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.base.clock import now
from app.base.text import search_key, sort_key
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration.lists import export, roster
from app.registration.lists.finding import RosterFilter
from app.registration.models import Booking, Participant, Registration
from tests.conftest import count_queries
from tests.factories import make_event, make_signups
from tests.office import actions, enter, send

LIST = "/office/events/soukai/registrations"
CSV = "/office/events/soukai/registrations.csv"


def rename(registration_id: int, name: str, reading: str, **more: Any) -> None:
    """Give a sample person another name, as a sign-up stores it."""
    with transaction() as session:
        session.execute(
            update(Participant)
            .where(Participant.registration_id == registration_id)
            .values(name=name, reading=reading, organisation=more.get("organisation", ""))
        )
        changes: dict[str, Any] = {k: v for k, v in more.items() if k != "organisation"}
        if changes:
            session.execute(
                update(Registration).where(Registration.id == registration_id).values(**changes)
            )
        person = session.scalar(
            select(Participant.id).where(Participant.registration_id == registration_id)
        )
        told = search_key(
            name,
            reading,
            more.get("organisation", ""),
            "A-0001",
            more.get("email", ""),
            more.get("telephone", ""),
        )
        session.execute(
            update(Booking)
            .where(Booking.participant_id == person)
            .values(sort_key=sort_key(reading, name), search_key=told)
        )


def search(client: FlaskClient, q: str, **more: str) -> TestResponse:
    """Type something and press the button; the list that it leads to."""
    found = send(client, LIST, q=q, **more)
    assert found.status_code == 303
    return client.get(found.location)


def names_of(text: str) -> list[str]:
    return re.findall(r'class="name"><a href="[^"]*">([^<]+?)\s*(?:<|$)', text)


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client)
    return office_client


def test_the_list_shows_what_the_office_needs(office: FlaskClient) -> None:
    (one,) = make_signups(make_event(), 1)
    rename(one, "髙𠮷 はなこ", "たかよし はなこ", organisation="<b>例の家</b>")
    page = office.get(LIST).text
    for shown in (
        "A-0001",
        "髙𠮷 はなこ",
        "たかよし はなこ",
        "&lt;b&gt;例の家",
        "会場",
        "受付済み",
        "Web",
    ):
        assert shown in page


def test_the_list_tells_how_to_reach_people_and_what_they_remarked(office: FlaskClient) -> None:
    one, two, three = make_signups(make_event(), 3)
    rename(
        one,
        "見本 花子",
        "みほん はなこ",
        email="hanako@example.com",
        telephone="090-0000-0001",
        note="車いすで\n<b>行きます",
        email_may_fail=True,
    )
    rename(two, "例 太郎", "れい たろう", email="", telephone="03-0000-0000")
    rename(three, "例 桜", "れい さくら", email="", telephone="")
    page = office.get(LIST).text
    remark = "車いすで\n&lt;b&gt;行きます"
    for shown in ("hanako@example.com", "届かない可能性", "tel:0900000", remark):
        assert shown in page
    assert page.count("届かない可能性") == page.count("<details>") == 1
    assert page.count("アドレスも電話番号もありません") == 1


@pytest.mark.parametrize(
    "q",
    [
        *(
            "花子",
            "見本花子",
            "はなこ",
            "ハナコ",
            "ﾊﾅｺ",
            "みほん　はな",
            "例の家",
            "A-0001",
            "ａ０００１",
        ),
        *("HANAKO@example", "090ー0000ー0001", "０９０００００", "100%", "a_b", "高橋"),
    ],
)
def test_a_part_of_anything_in_any_width_or_kana_finds_somebody(
    office: FlaskClient, q: str
) -> None:
    first, second = make_signups(make_event(), 2)
    rename(second, "例 太郎", "れい たろう")
    rename(
        first,
        "見本 花子",
        "みほん はなこ",
        organisation="例の家 100% a_b 髙橋",
        email="hanako@example.com",
        telephone="090-0000-0001",
    )
    assert names_of(search(office, q).text)[:1] == ["見本 花子"]


@pytest.mark.parametrize(
    "q", ["%", "_", "1_0", "\\", "'; DROP TABLE booking; --", "{{ 7*7 }}", "\x00"]
)
def test_signs_of_the_search_language_are_letters(office: FlaskClient, q: str) -> None:
    make_signups(make_event(), 2)
    page = search(office, q)
    assert page.status_code == 200
    assert names_of(page.text) == [] or q == "\x00"


def test_states_are_filtered_and_each_condition_is_taken_off(office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 3)
    make_signups(event, 2, state="cancelled", first=3)
    page = search(office, "見本", state="cancelled").text
    assert len(names_of(page)) == len(
        roster.list_page(RosterFilter(event_ids=(event,), q="見本", state="cancelled")).rows
    )
    assert "「取り消し済み」をはずす" in page
    assert "「見本」をはずす" in page
    assert len(names_of(office.get(LIST, query_string={"state": "cancelled"}).text)) == 2
    assert len(names_of(office.get(LIST, query_string={"state": "nonsense"}).text)) == 5


def test_people_stand_in_the_order_of_the_kana(office: FlaskClient) -> None:
    ids = make_signups(make_event(), 4)
    for one, reading in zip(ids, ("れい", "みほん", "あさひ", "がく"), strict=True):
        rename(one, f"例 {reading}", reading)
    assert names_of(office.get(LIST).text) == ["例 あさひ", "例 がく", "例 みほん", "例 れい"]
    newest = names_of(office.get(LIST, query_string={"sort": "newest"}).text)
    assert newest == ["例 がく", "例 あさひ", "例 みほん", "例 れい"]
    oldest = names_of(office.get(LIST, query_string={"sort": "oldest"}).text)
    assert oldest == newest[::-1]


@pytest.mark.parametrize("sort", roster.SORTS)
def test_pages_hold_everybody_once_forwards_and_backwards(app: Flask, sort: str) -> None:
    event = make_event()
    make_signups(event, 123)
    wanted = RosterFilter(event_ids=(event,), sort=sort)
    pages, after = [], None
    while not pages or after is not None:
        page = roster.list_page(wanted, after=after)
        pages.append([row.participant_id for row in page.rows])
        after = page.after
    assert [len(page) for page in pages] == [50, 50, 23]
    everybody = [one for page in pages for one in page]
    assert len(set(everybody)) == 123
    back = roster.list_page(wanted, before=everybody[100])
    assert [row.participant_id for row in back.rows] == pages[1]
    first = roster.list_page(wanted, before=everybody[50])
    assert ([row.participant_id for row in first.rows], first.before) == (pages[0], None)


@pytest.mark.parametrize("after", ["0", "999999", "x", "-1", "9" * 25, "１"])
def test_a_page_that_goes_on_from_nowhere_is_the_first(office: FlaskClient, after: str) -> None:
    make_signups(make_event(), 60)
    page = office.get(LIST, query_string={"after": after})
    assert (page.status_code, len(names_of(page.text))) == (200, 50)


def test_the_list_takes_the_same_queries_at_any_size(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    counts = []
    for more in (10, 400):
        make_signups(event, more)
        with count_queries(app) as sent:
            office.get(LIST)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12


def test_the_latest_letter_is_shown(office: FlaskClient) -> None:
    (one,) = make_signups(make_event(), 1)
    letter(one, "accepted")
    letter(one, "failed", reason="address_unknown")
    assert "送れなかった" in office.get(LIST).text
    assert len(names_of(office.get(LIST, query_string={"letters": "failed"}).text)) == 1


def letter(registration_id: int, state: str, **more: Any) -> None:
    values = {
        "key": f"{state}:{registration_id}",
        "purpose": "confirmed",
        "subject": "x",
        "body": "x",
        "invites": [],
        "created_at": now(),
        "due_at": now() + timedelta(hours=1),
    }
    with transaction() as session:
        session.add(OutboxLetter(registration_id=registration_id, state=state, **values, **more))


def test_totals_are_a_request_of_their_own(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    make_signups(event, 3)
    make_signups(event, 2, state="cancelled", way="online", first=3)
    with count_queries(app) as sent:
        office.get(LIST)
    assert not any("count(" in statement.lower() for statement in sent)
    page = office.get("/office/events/soukai/totals", query_string={"state": "cancelled"}).text
    assert "2人" in page
    assert "全体は5人" in page
    part = office.get("/office/events/soukai/totals?part=1").text
    assert "5人" in part
    assert "<html" not in part


def test_an_unknown_meeting_is_not_found(office: FlaskClient) -> None:
    for path in (LIST, CSV, "/office/events/soukai/totals", "/office/events/soukai/reminders"):
        assert office.get(path).status_code == 404


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_export_opens_right_in_japanese_excel(app: Flask, office: FlaskClient) -> None:
    one, two = make_signups(make_event(), 2)
    rename(
        one,
        "髙𠮷 ①",
        "たかよし",
        organisation='例 "家", 工房',
        email="a@example.com",
        telephone="+81-3-1234-5678",
        note='=HYPERLINK("x")\n二行目',
    )
    rename(two, "@例", "れい", telephone="090-1234-5678", channel="fax")
    answer = office.get(CSV)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(
        r"attachment; filename=\"soukai-\d{4}-\d\d-\d\d\.csv\"; filename\*=UTF-8''[%A-Za-z0-9.-]+",
        disposition,
    )
    head, first, second = rows_of(answer.data)
    assert head == [
        *(
            "受付番号",
            "氏名",
            "ふりがな",
            "所属団体",
            "役職",
            "申し込んだ人",
            "メールアドレス",
            "電話番号",
        ),
        *("参加方法", "状態", "申込方法", "申込日時", "備考"),
    ]
    assert first[:4] + first[6:11] == [
        "A-0001",
        "髙𠮷 ①",
        "たかよし",
        '例 "家", 工房',
        "a@example.com",
        "+81-3-1234-5678",
        "会場",
        "受付済み",
        "Web",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", first[11])
    assert first[12] == '\'=HYPERLINK("x")\n二行目'
    assert (second[1], second[7], second[10]) == ("'@例", "090-1234-5678", "ファクス")
    assert answer.data.count(b"\r\n") == 3
    assert actions(app)[-1] == "registrations.exported"


def test_asking_about_the_export_exports_nothing(app: Flask, office: FlaskClient) -> None:
    make_signups(make_event(), 2)
    answer = office.head(CSV)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "registrations.exported" not in actions(app)


def test_the_export_speaks_english(office: FlaskClient) -> None:
    make_signups(make_event(), 1)
    head, row = rows_of(office.get(f"{CSV}?lang=en").data)
    assert head[0] == "Reception number"
    assert "At the venue" in row


def test_the_export_is_read_in_short_batches_and_holds_everybody_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 40)
    event = make_event()
    make_signups(event, 100)
    make_signups(event, 1, state="cancelled")
    with app.test_request_context(), count_queries(app) as sent:
        lines = list(export.csv_lines(event))
        assert not db.session().in_transaction()
    assert len(sent) == 4
    numbers = [row[0] for row in rows_of(b"".join(lines))[1:]]
    assert len(numbers) == len(set(numbers)) == 101


def test_the_export_takes_no_more_memory_for_more_people(app: Flask) -> None:
    event = make_event(venue=None)
    peaks = []
    for more in (3000, 9000):
        make_signups(event, more)
        with app.test_request_context():
            tracemalloc.start()
            for _line in export.csv_lines(event):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
