"""「参加しますか」: the page that a reminder leads to, on both databases."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import AuditEntry
from app.base.clock import now
from app.db import db, transaction
from app.events.models import Event, EventSession
from app.mail.models import OutboxLetter
from app.registration import links
from app.registration.changing import ByOffice, ChangedMeanwhile
from app.registration.facts import Receipt, Signup
from app.registration.models import Registration
from tests.entries import as_entry, change, person, sign_up, signup_of, with_way
from tests.factories import make_event, make_series
from tests.office import make_account
from tests.pages import press


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=1)
    later = timedelta(days=40, hours=4)
    return morning, make_event("afternoon", series_id=series, venue=9, starts_in=later)


def path_of(receipt: Receipt) -> str:
    url = links.coming_url(receipt.registration_id, receipt.link_version)
    return url.removeprefix("http://127.0.0.1:8000")


def states(receipt: Receipt) -> list[str]:
    return [b.state for p in now_of(receipt).people for b in p.bookings]


def now_of(receipt: Receipt) -> Signup:
    db.session.remove()
    return signup_of(receipt)


def actions() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def purposes() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.purpose).order_by(OutboxLetter.id)))


def all_went() -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))


def change_until(event_id: int, delta: timedelta) -> None:
    with transaction() as session:
        session.get_one(Event, event_id).change_until = now() + delta


def begin(event_id: int) -> None:
    with transaction() as session:
        one = session.scalars(select(EventSession).where(EventSession.event_id == event_id)).one()
        one.starts_at, one.ends_at = now() - timedelta(minutes=1), now() + timedelta(hours=2)


def test_looking_changes_nothing(client: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    before = now_of(got)
    for ask in (client.get, client.head):
        answer = ask(path_of(got))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert now_of(got) == before
    page = client.get(path_of(got)).text
    for words in ("参加します", "参加できなくなりました", "見本 花子"):
        assert words in page


def test_yes_is_noted_once_and_no_letter_goes(client: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page = client.get(path_of(got))
    for _press in range(2):
        answer = press(client, page, "yes")
        assert (answer.status_code, answer.location) == (303, path_of(got))
    found = now_of(got)
    assert (found.still_coming, found.version) == ("yes", 1)
    assert found.answered_at is not None
    assert actions().count("registration.coming") == 1
    assert purposes() == ["confirmed"]
    after = client.get(path_of(got)).text
    assert "参加されると承りました" in after
    assert ">参加します<" not in after
    assert "参加できなくなりました" in after


def test_no_frees_the_place_for_who_waits_and_tells_both(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    waiting = sign_up("morning", person("例 太郎", day[0]), email="rei@example.com")
    assert states(waiting) == ["waiting"]
    all_went()
    page = client.get(path_of(got))
    for _press in range(2):
        assert press(client, page, "no").status_code == 303
    assert states(got) == ["cancelled", "cancelled"]
    assert now_of(got).still_coming == "no"
    assert states(waiting) == ["confirmed"]
    assert sorted(purposes()[2:]) == ["cancelled", "moved_up"]
    assert actions().count("registration.not_coming") == 1
    after = client.get(path_of(got))
    assert "取り消しました" in after.text
    assert "<form" not in after.text
    assert press(client, page, "no").status_code == 303


def test_for_several_people_it_asks_once_more(client: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("afternoon", person("見本 花子", day[1]), person("見本 太郎", day[1]))
    asked = press(client, client.get(path_of(got)), "no")
    assert asked.status_code == 200
    assert "2人全員" in asked.text
    assert states(got) == ["confirmed", "confirmed"]
    for _press in range(2):
        assert press(client, asked, "sure").status_code == 303
    assert states(got) == ["cancelled", "cancelled"]
    assert now_of(got).still_coming == "no"


def test_who_only_waits_is_asked_about_waiting(client: FlaskClient, day: tuple[int, int]) -> None:
    sign_up("morning", person("例 太郎", day[0]), email="rei@example.com")
    got = sign_up("morning", person("見本 花子", day[0]), person("見本 太郎", day[0]))
    assert set(states(got)) == {"waiting"}
    page = client.get(path_of(got))
    assert "席が空いたら、参加されますか" in page.text
    asked = press(client, page, "no")
    assert "2人のキャンセル待ちをやめますか" in asked.text
    assert press(client, page, "yes").status_code == 303
    assert "このまま席が空くのをお待ちいただきます" in client.get(path_of(got)).text
    left = client.get(press(client, asked, "sure").location)
    assert set(states(got)) == {"cancelled"}
    assert "キャンセル待ちをやめました" in left.text
    for shown in (page, asked, left):
        assert not re.search("お席は|参加されると|ほかの方", shown.text)


def test_what_changed_meanwhile_is_shown_and_nothing_is_cancelled(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page = client.get(path_of(got))
    change(now_of(got), with_way(as_entry(now_of(got)), 0, day[0], None))
    answer = press(client, page, "no")
    assert answer.status_code == 409
    assert sorted(states(got)) == ["cancelled", "confirmed"]
    assert press(client, answer, "no").status_code == 303
    assert set(states(got)) == {"cancelled"}


def test_when_it_is_too_late_to_cancel_the_page_says_whom_to_call(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page = client.get(path_of(got))
    change_until(day[0], timedelta(days=-1))
    partly = client.get(path_of(got))
    assert "お電話ください" in partly.text
    assert "参加できなくなりました" in partly.text
    change_until(day[1], timedelta(days=-1))
    late = client.get(path_of(got))
    assert "参加できなくなりました" not in late.text
    assert "03-0000-0000" in late.text
    assert press(client, page, "no").status_code == 303
    assert states(got) == ["confirmed", "confirmed"]
    assert press(client, late, "yes").status_code == 303
    assert now_of(got).still_coming == "yes"


def test_no_leaves_what_can_no_longer_be_cancelled(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    change_until(day[0], timedelta(days=-1))
    assert press(client, client.get(path_of(got)), "no").status_code == 303
    assert states(got) == ["confirmed", "cancelled"]
    after = client.get(path_of(got))
    assert "お電話ください" in after.text
    assert "<form" not in after.text


def test_a_meeting_that_has_begun_is_not_asked_about(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    page = client.get(path_of(got))
    begin(day[0])
    after = client.get(path_of(got))
    assert "<form" not in after.text
    assert press(client, page, "no").status_code == 303
    assert press(client, page, "yes").status_code == 303
    assert (states(got), now_of(got).still_coming) == (["confirmed"], "")


def test_whoever_changes_it_after_no_is_asked_anew(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    before = as_entry(now_of(got))
    press(client, client.get(path_of(got)), "no")
    with pytest.raises(ChangedMeanwhile):
        change(now_of(got), before)  # one signs up again, or the office brings it back
    change(now_of(got), before, office=ByOffice(actor=make_account()))
    assert set(states(got)) == {"confirmed"}
    assert now_of(got).still_coming == ""


@pytest.mark.parametrize("values", [{}, {"step": "yes"}, {"step": "sure", "token": "x" * 99}])
def test_a_form_that_is_none_of_ours_changes_nothing(
    client: FlaskClient, day: tuple[int, int], values: dict[str, str]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    answer = client.post(path_of(got), data=values)
    assert answer.status_code == 422
    assert (set(states(got)), now_of(got).still_coming) == ({"confirmed"}, "")


def test_another_site_cannot_answer(client: FlaskClient, day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    answer = client.post(
        path_of(got), data={"step": "no"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_an_old_link_is_gone_and_a_false_one_unknown(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    got = sign_up("morning", person("見本 花子", *day))
    page, path = client.get(path_of(got)), path_of(got)
    broken = path.replace("/coming", "x/coming")
    assert client.get(broken).status_code == client.post(broken).status_code == 404
    with transaction() as session:
        session.get_one(Registration, got.registration_id).link_version += 1
    assert client.get(path).status_code == 410
    assert press(client, page, "yes").status_code == 410


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
def test_it_is_said_in_every_language(client: FlaskClient, day: tuple[int, int], lang: str) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("見本 太郎", day[1]))
    page = client.get(f"{path_of(got)}?lang={lang}")
    asked = press(client, page, "no")
    assert page.status_code == asked.status_code == 200
    if lang == "en":
        assert "Will you take part?" in page.text
