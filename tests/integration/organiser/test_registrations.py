import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.base.clock import now
from app.base.text import search_key, sort_key
from app.db import transaction
from app.mail.models import OutboxLetter
from app.registration.lists import roster
from app.registration.lists.finding import RosterFilter
from app.registration.models import Booking, Participant, Registration
from tests.conftest import count_queries
from tests.factories import make_event, make_signups
from tests.office import enter, send

LIST = "/office/events/soukai/registrations"
EXPORT = "/office/events/soukai/export"


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
    assert counts[0] == counts[1] <= 13


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
    part = office.get("/office/events/soukai/totals?part=people").text
    assert "5人" in part
    assert "<html" not in part


def test_an_unknown_meeting_is_not_found(office: FlaskClient) -> None:
    for path in (LIST, EXPORT, "/office/events/soukai/totals", "/office/events/soukai/reminders"):
        assert office.get(path).status_code == 404
