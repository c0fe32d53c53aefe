"""Papers of a meeting: who stands on them, what was printed already, and that it is noted."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.db import Translated, db, transaction
from app.organiser import labels
from app.registration.attendance import arrivals, record_in, undo
from app.registration.facts import Doorkeeper
from app.registration.models import Booking, Participant, Registration
from app.registration.paper import marks
from tests.conftest import count_queries
from tests.entries import make_question
from tests.factories import make_event, make_signups
from tests.office import actions, enter, hidden_of

PRINT = "/office/events/soukai/print"


@pytest.fixture
def by(office_client: FlaskClient) -> Actor:
    return enter(office_client)


def names(client: FlaskClient, path: str) -> list[str]:
    """The names on badges, in their order."""
    return re.findall(r'badge__name--\w">([^<]+)<', client.get(f"{PRINT}/{path}").text)


def rename(registration_id: int, **values: str) -> None:
    with transaction() as session:
        person = update(Participant).where(Participant.registration_id == registration_id)
        session.execute(person.values(**values))


def mark(client: FlaskClient, path: str) -> str:
    """Open labels and note them as printed; gives the page afterwards."""
    shown = hidden_of(client.get(f"{PRINT}/{path}"))
    return client.post(f"{PRINT}/{path}", data=shown, follow_redirects=True).text


def test_the_roster_is_in_order_by_way_and_state(
    app: Flask, office_client: FlaskClient, by: Actor
) -> None:
    event = make_event()
    make_signups(event, 3)
    make_signups(event, 1, first=3, way="online")
    make_signups(event, 1, first=4, state="cancelled")
    page = office_client.get(f"{PRINT}/roster").text
    rows = re.findall(r'<th scope="row">([^<]+)</th>', page)
    assert rows == ["見本 花子", "見本田 花子", "例 花子", "例山 花子"]
    assert "090-0000-0000" not in page
    assert "1 / 1" in page
    online = office_client.get(f"{PRINT}/roster?way=online&contacts=1").text
    assert re.findall(r'<th scope="row">([^<]+)</th>', online) == ["例山 花子"]
    assert "取り消し" in office_client.get(f"{PRINT}/roster?state=cancelled").text
    assert actions(app) == ["print.roster"] * 3


def test_only_new_and_changed_badges_come_again(
    app: Flask, office_client: FlaskClient, by: Actor
) -> None:
    event = make_event()
    ids = make_signups(event, 3)
    make_signups(event, 1, first=3, way="online")
    assert names(office_client, "badges") == ["見本 花子", "見本田 花子", "例 花子"]
    shown = hidden_of(office_client.get(f"{PRINT}/badges"))
    rename(ids[0], name="見本 華子")  # while the printer runs
    page = office_client.post(f"{PRINT}/badges", data=shown, follow_redirects=True).text
    assert "3枚を、印刷済みにしました" in page
    assert "会場で参加する0人の名札" in page
    assert names(office_client, "badges") == ["見本 華子"]
    make_signups(event, 1, first=4)
    assert len(names(office_client, "badges")) == 2
    assert len(names(office_client, "badges?which=all")) == 4
    assert names(office_client, "badges?which=all&number=A-0002") == ["例 花子"]
    mark(office_client, "badges")
    assert names(office_client, "badges") == []
    with transaction() as session:
        its = select(Participant.id).where(Participant.registration_id == ids[1])
        gone = update(Booking).where(Booking.participant_id.in_(its)).values(state="cancelled")
        session.execute(gone)
    assert "名札を抜いてください: 例 花子" in office_client.get(f"{PRINT}/badges").text
    assert actions(app).count("print.badges_marked") == 2


def test_a_badge_shows_the_organisation_without_a_title(
    app: Flask, office_client: FlaskClient, by: Actor
) -> None:
    (one,) = make_signups(make_event(), 1)
    rename(one, organisation="みどりの会 御中")
    page = office_client.get(f"{PRINT}/badges").text
    assert ">みどりの会</p>" in page
    assert "御中" not in page


def test_badges_to_take_out_are_all_told_page_by_page(
    app: Flask, office_client: FlaskClient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event()
    ids = make_signups(event, 4)
    mark(office_client, "badges")
    cancelled = update(Booking).where(Booking.registration_id.in_(ids[:3]))
    with transaction() as session:
        session.execute(cancelled.values(state="cancelled"))
    page = office_client.get(f"{PRINT}/badges").text
    assert "抜く名札を全員分見る" not in page
    monkeypatch.setattr(marks.list_gone, "__defaults__", (2, 0))
    monkeypatch.setattr(labels, "GONE", 2)
    with count_queries(app) as queries:
        found = marks.list_gone(event)
    assert (len(found.lines), found.total, len(queries)) == (2, 3, 2)
    page = office_client.get(f"{PRINT}/badges").text
    assert "ほか1人" in page
    assert f"{PRINT}/badges/gone" in page
    noted = actions(app).count("print.badges")
    shown = [office_client.get(f"{PRINT}/badges/gone?page={n}").text for n in (1, 2, 9)]
    assert actions(app).count("print.badges") == noted + 3
    assert "2ページ中 1ページ目" in shown[0]
    rows = [re.findall(r'class="name">([^<]+)</th>', one) for one in shown]
    assert [len(one) for one in rows] == [2, 1, 1]
    assert len({*rows[0], *rows[1]}) == 3
    assert rows[2] == rows[1]


def test_labels_of_nobody_at_the_meeting_are_not_marked(
    app: Flask, office_client: FlaskClient, by: Actor
) -> None:
    make_event()
    other = make_signups(make_event("hokoku"), 1)
    token = hidden_of(office_client.get("/office/events/hokoku/print/badges"))
    forged = {**token, "shown": f"{other[0]}-0123abcd 999-0123abcd nonsense"}
    page = office_client.post(f"{PRINT}/badges", data=forged, follow_redirects=True).text
    assert "0枚を、印刷済みにしました" in page


def test_envelopes_go_to_those_with_an_address(office_client: FlaskClient, by: Actor) -> None:
    event = make_event()
    ids = make_signups(event, 3)
    with transaction() as session:
        row = update(Registration).where(Registration.id.in_(ids[:2]))
        session.execute(row.values(postal_address="〒231-0000 見本町1-2-3"))
        alone = update(Registration).where(Registration.id == ids[0])
        session.execute(alone.values(contact_name="", contact_organisation="見本食堂"))
    page = office_client.get(f"{PRINT}/envelopes").text
    labels = page[page.index("<main") :]
    assert "見本食堂 御中" in labels
    assert "例 花子 様" in labels
    assert labels.count("〒231-0000") == 2
    assert "見本田 花子" not in labels
    assert "わからない申し込み: 1件" in page
    mark(office_client, "envelopes")
    assert "印刷する宛名ラベルはありません" in office_client.get(f"{PRINT}/envelopes").text


def test_certificates_are_for_those_who_came(office_client: FlaskClient, by: Actor) -> None:
    event = make_event(starts_in=timedelta(hours=-1))
    ids = make_signups(event, 3)
    bookings = db.session.scalars(select(Booking.id).order_by(Booking.id)).all()
    db.session.remove()
    for booking in bookings[:2]:
        record_in(booking, Doorkeeper(account_id=by.account_id))
    undo(arrivals(ids[1])[bookings[1]].fact_id, Doorkeeper(account_id=by.account_id))
    page = office_client.get(f"{PRINT}/certificates").text
    assert re.findall(r"<b>(.+) 様</b>", page) == ["見本 花子"]
    assert "1人が来場しました" in office_client.get(PRINT).text


def test_labels_say_what_they_could_not_take(office_client: FlaskClient, by: Actor) -> None:
    make_signups(make_event(), 1)
    for paper in ("badges", "envelopes"):
        told = office_client.get(f"{PRINT}/{paper}?sheet=7&start=99").text
        assert "その用紙はありません" in told
        assert "1から10まで" in told
        fine = office_client.get(f"{PRINT}/{paper}?sheet=12&start=12").text
        assert "その用紙はありません" not in fine
        assert "この用紙にありません" not in fine


def test_a_flyer_holds_the_way_to_sign_up(office_client: FlaskClient, by: Actor) -> None:
    make_event(state="draft")
    page = office_client.get(f"{PRINT}/flyer").text
    assert "/events/soukai</p>" in page
    assert "03-0000-0001" in page
    assert "この会合は下書きです" in page


def test_a_flyer_prints_the_privacy_notice_in_short_and_says_where_the_whole_is(
    office_client: FlaskClient, by: Actor
) -> None:
    event = make_event(contacts_days=45)
    page = office_client.get(f"{PRINT}/flyer").text
    short = page[page.index("flyer__privacy") :]
    assert '<span class="nb">〒000-0000</span>' in short
    for told in ("のためだけに使います", "45日", "/privacy", "03-0000-0000"):
        assert told in short
    for n in range(20):
        make_question(event, label=Translated(ja=f"質問{n}"))
    page = office_client.get(f"{PRINT}/flyer").text
    assert "質問9" in page
    assert "質問19" not in page, "there must be room for the notice"
    assert "のためだけに使います" in page


def test_papers_ask_as_much_whatever_the_size(
    app: Flask, office_client: FlaskClient, by: Actor
) -> None:
    event = make_event()
    counted = []
    for more in (3, 200):
        make_signups(event, more)
        with count_queries(app) as sent:
            for paper in ("", "/roster", "/badges", "/envelopes", "/certificates"):
                assert office_client.get(f"{PRINT}{paper}").status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1]
