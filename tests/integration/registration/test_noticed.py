"""Which privacy notice each person was told, when and by whom: also those who are put in later."""

import secrets
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.facts import Actor
from app.db import db, transaction
from app.events.presets import Words
from app.registration import links, merging, swapping
from app.registration.facts import (
    UNTOLD,
    ByOffice,
    Newcomer,
    NoticeTold,
    PersonEntry,
    Reach,
    Receipt,
    Seen,
)
from app.registration.lists import shared
from app.registration.models import Participant, Registration
from app.registration.privacy.facts import Wording
from app.registration.privacy.queries import get_notice
from app.registration.privacy.service import add_version
from tests.conftest import count_queries
from tests.entries import as_entry, change, person, sign_up, signup_of, type_in
from tests.factories import make_event
from tests.office import NAME, enter, make_account, send
from tests.pages import filled, press

JOINT = Wording(text=Words("受付に使います"), items=("name",), partners=Words("例の共催団体"))
TARO = "例 太郎"


@pytest.fixture
def event(app: Flask) -> int:
    return make_event()


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account("kakari@example.com")


def told() -> list[tuple[str, int, int | None, bool]]:
    """Of everybody: name, version, by whom, and whether it is known when."""
    db.session.remove()
    rows = db.session.scalars(select(Participant).order_by(Participant.id))
    return [(p.name, p.notice_version, p.told_by, p.noticed_at is not None) for p in rows]


def add_taro(got: Receipt, event: int, **more: object) -> None:
    """Put somebody into a sign-up later."""
    signup = signup_of(got)
    wanted = as_entry(signup)
    change(signup, replace(wanted, people=(*wanted.people, person(TARO, event))), **more)


def new_version(event: int, by: Actor) -> int:
    seen = get_notice(1).number
    made = add_version(None, JOINT, by, seen=seen)
    db.session.remove()
    return made


def office(by: Actor, *, read_aloud: bool) -> ByOffice:
    return ByOffice(actor=by, reach=Reach(told=read_aloud))


def test_whoever_is_put_in_by_the_link_counts_with_the_notice_of_that_page(event: int) -> None:
    got = sign_up("soukai", person("見本 花子", event))
    add_taro(got, event, shown=3)
    assert told() == [("見本 花子", 1, None, True), (TARO, 3, None, True)]
    assert signup_of(got).notice_version == 1, "the sign-up keeps the first"


@pytest.mark.parametrize("read_aloud", [True, False])
def test_whom_the_office_puts_in_was_told_only_where_it_says_so(
    event: int, by: Actor, *, read_aloud: bool
) -> None:
    got = sign_up("soukai", person("見本 花子", event))
    add_taro(got, event, shown=3, office=office(by, read_aloud=read_aloud))
    version, who = (3, by.account_id) if read_aloud else (UNTOLD, None)
    assert told() == [("見本 花子", 1, None, True), (TARO, version, who, read_aloud)]


def test_what_is_read_aloud_later_is_kept_for_everybody_who_was_not_told(
    event: int, by: Actor
) -> None:
    got = type_in("soukai", "見本 花子", event, by=by.account_id, reach=Reach())
    assert told() == [("見本 花子", UNTOLD, None, False)]
    signup = signup_of(got)
    given = office(by, read_aloud=True)
    change(signup, as_entry(signup, email=""), office=given, shown=7)
    assert told() == [("見本 花子", 7, by.account_id, True)]
    after = signup_of(got)
    assert (after.notice_version, after.told_by) == (7, by.account_id)


@pytest.mark.parametrize("read_aloud", [True, False])
def test_whoever_comes_instead_was_not_told_what_the_other_was(
    event: int, by: Actor, *, read_aloud: bool
) -> None:
    got = sign_up("soukai", person("見本 花子", event))
    one = signup_of(got)
    said = NoticeTold(version=5, by=by.account_id) if read_aloud else NoticeTold()
    newcomer = Newcomer(name=TARO, told=said)
    seen = Seen(one.registration_id, one.link_version, one.version)
    swapping.swap(
        seen, one.people[0].id, newcomer, secrets.token_hex(16), office=ByOffice(actor=by)
    )
    assert told() == [(TARO, said.version, said.by, read_aloud)]


def test_two_made_one_keep_what_each_was_told(event: int, by: Actor) -> None:
    first = sign_up("soukai", person("見本 花子", event))
    second = sign_up("soukai", person(TARO, event, reading="たろう"), email="taro@example.com")
    signup = signup_of(second)
    wanted = as_entry(signup)
    more: tuple[PersonEntry, ...] = (*wanted.people, person("例 桜", event, reading="さくら"))
    change(signup, replace(wanted, people=more), shown=4)
    pair = [signup_of(one) for one in (first, second)]
    seen = [Seen(one.registration_id, one.link_version, one.version) for one in pair]
    whole = merging.merge(*seen, secrets.token_hex(16), office=ByOffice(actor=by))
    found = {one.name: one.notice_version for one in whole.people}
    assert found == {"見本 花子": 1, TARO: 1, "例 桜": 4}


def test_the_co_host_gets_only_those_who_saw_it_themselves(
    app: Flask, event: int, by: Actor
) -> None:
    got = sign_up("soukai", person("見本 花子", event))
    number = new_version(event, by)
    add_taro(got, event, shown=number)
    with count_queries(app) as queries:
        found = shared.read_shared(event, 1)
    assert (found.people, found.left_out) == (1, 1)
    assert len(queries) == 2
    assert [row["name"] for row in shared.list_rows(event, found)] == [TARO]


def test_the_page_that_was_open_counts_and_not_the_version_made_since(
    client: FlaskClient, event: int, by: Actor
) -> None:
    got = sign_up("soukai", person("見本 花子", event))
    link = links.manage_url(got.registration_id, 1).removeprefix("http://127.0.0.1:8000")
    page = client.get(f"{link}/change?add=1")
    new_version(event, by)
    typed = {"p1-name": TARO, "p1-reading": "れい たろう"}
    check = press(client, page, "check", typed)
    assert press(client, check, "complete").status_code == 303
    assert told()[1] == (TARO, 2, None, True)


def test_an_edit_keeps_the_notice_on_its_page(
    office_client: FlaskClient, event: int, by: Actor
) -> None:
    got = type_in("soukai", "見本 花子", event, by=by.account_id, reach=Reach())
    me = enter(office_client)
    path = f"/office/signups/{got.registration_id}/edit"
    page = office_client.get(path)
    number = new_version(event, by)
    sent = office_client.post(path, data={**filled(page), "told": "1", "step": "store"})
    assert sent.status_code == 303
    assert told() == [("見本 花子", 2, me.account_id, True)]
    db.session.remove()
    assert db.session.scalars(select(Registration.notice_version)).all() == [2]
    assert number == 3
    assert 'name="told"' not in office_client.get(path).text, "nobody is left to be told"


def test_a_notice_of_another_series_is_not_believed(
    office_client: FlaskClient, event: int, by: Actor
) -> None:
    got = type_in("soukai", "見本 花子", event, by=by.account_id, reach=Reach())
    enter(office_client)
    make_event("other")
    foreign = add_version(2, JOINT, by, seen=2)
    path = f"/office/signups/{got.registration_id}/edit"
    given = {**filled(office_client.get(path)), "told": "1", "step": "store"}
    assert office_client.post(path, data={**given, "notice": str(foreign)}).status_code == 303
    assert told()[0][1] == 2


def test_both_pages_show_version_who_told_it_and_when(
    office_client: FlaskClient, event: int
) -> None:
    me = enter(office_client)
    got = sign_up("soukai", person("見本 花子", event))
    number = new_version(event, me)
    add_taro(got, event, shown=number, office=office(me, read_aloud=True))
    pages = [f"signups/{got.registration_id}"]
    pages += [f"events/soukai/people/{one.id}" for one in signup_of(got).people]
    whole, hanako, taro = (office_client.get(f"/office/{path}").text for path in pages)
    for page in (whole, hanako):
        assert "第1版を表示" in page
    for page in (whole, taro):
        assert f"第3版を伝えました(担当 {NAME} さん)" in page
        assert "この版は" in page
    assert "伝えました" not in hanako


def test_after_a_swap_each_has_one_statement_and_the_contact_theirs(
    office_client: FlaskClient, event: int
) -> None:
    me = enter(office_client)
    got = type_in("soukai", "見本 花子", event, by=me.account_id, reach=Reach(told=True))
    path = f"/office/signups/{got.registration_id}"
    before = office_client.get(path).text
    assert before.count("さんが読み上げ") == 1
    who = signup_of(got).people[0].id
    assert send(office_client, f"{path}/swap/{who}", name=TARO).status_code == 303
    after = office_client.get(path).text
    assert f"{TARO} さん: 示していません" in after
    assert "連絡先の 見本 花子 さん: 第" in after
    assert "<dt>個人情報の取扱い</dt>" not in before + after
    assert after.count("さんが読み上げ") == 1


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("telephone", f"版を {NAME} さんが読み上げ"),
        ("fax", f"版を紙で知らせた(記録:{NAME} さん)"),
        ("paper", f"版を紙で知らせた(記録:{NAME} さん)"),
        ("walk_in", f"版を受付で知らせた({NAME})"),
    ],
)
def test_how_the_notice_was_told_is_said_by_the_channel(
    office_client: FlaskClient, event: int, channel: str, words: str
) -> None:
    me = enter(office_client)
    got = type_in("soukai", "見本 花子", event, by=me.account_id, reach=Reach(told=True))
    with transaction() as session:
        session.get_one(Registration, got.registration_id).channel = channel
        for one in session.scalars(select(Participant)):
            one.notice_version, one.told_by = 2, me.account_id
    page = office_client.get(f"/office/signups/{got.registration_id}").text
    assert f"第2{words}" in page


@pytest.mark.parametrize("channel", ["fax", "paper", "telephone", "walk_in"])
def test_whom_the_office_told_later_was_told_by_it_whatever_the_sign_up_came_by(
    office_client: FlaskClient, event: int, channel: str
) -> None:
    me = enter(office_client)
    got = type_in("soukai", "見本 花子", event, by=me.account_id, reach=Reach(told=True))
    with transaction() as session:
        session.get_one(Registration, got.registration_id).channel = channel
    path = f"/office/signups/{got.registration_id}"
    who = signup_of(got).people[0].id
    assert send(office_client, f"{path}/swap/{who}", name=TARO, told="1").status_code == 303
    page = office_client.get(path).text
    assert f"{TARO} さん: 第2版を伝えました(担当 {NAME} さん)" in page
    contact = page.partition("連絡先の 見本 花子 さん: ")[2]
    assert contact.startswith("第1版を")
    assert "伝えました" not in contact.partition("<")[0]


def test_a_contact_who_was_told_later_was_not_told_by_the_paper(
    office_client: FlaskClient, event: int, by: Actor
) -> None:
    enter(office_client)
    got = type_in("soukai", "見本 花子", event, by=by.account_id, reach=Reach())
    with transaction() as session:
        row = session.get_one(Registration, got.registration_id)
        row.channel, row.contact_attends = "paper", False
    path = f"/office/signups/{got.registration_id}"
    sent = {**filled(office_client.get(f"{path}/edit")), "told": "1", "step": "store"}
    assert office_client.post(f"{path}/edit", data=sent).status_code == 303
    page = office_client.get(path).text
    assert f"第2版を伝えました(担当 {NAME} さん)" in page
    assert "紙で" not in page


def test_the_swap_page_asks_whether_the_notice_was_read_aloud(
    office_client: FlaskClient, event: int
) -> None:
    me = enter(office_client)
    got = sign_up("soukai", person("見本 花子", event))
    path = f"/office/signups/{got.registration_id}/swap/{signup_of(got).people[0].id}"
    assert send(office_client, path, name=TARO, told="1").status_code == 303
    assert told() == [(TARO, 2, me.account_id, True)]
