"""The desk's pages: who is let in, what a tap does, what is never shown."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.clock import now
from app.db import Translated, transaction
from app.events.models import EventQuestion
from app.registration import links
from app.registration.desk import passes, practice
from app.registration.models import Answer, Booking, Participant, ReceptionPass
from app.retention.erasing import erase_contacts, erase_names
from tests.conftest import browser
from tests.desks import (
    HANAKO,
    TARO,
    booking_of,
    facts,
    let_in,
    make_pass,
    make_today,
    make_waiting,
    press,
    row,
    rows,
    said,
    tap,
)
from tests.entries import make_question
from tests.factories import make_event, make_signups
from tests.office import actions, enter, hidden_of, make_account, token_of


def test_a_link_opens_by_its_button_alone(
    app: Flask, event: int, office_client: FlaskClient
) -> None:
    path = passes.link(make_pass(event)).removeprefix("http://127.0.0.1:8000")
    page = office_client.get(path)
    assert page.status_code == 200
    assert f'method="post" action="{path}"' in page.text
    assert office_client.get("/desk/soukai").status_code == 302, "the GET lets nobody in"
    assert office_client.get(f"{path[:-1]}x").status_code == 404


def test_a_tap_writes_one_fact_and_undo_takes_it_back(helper: FlaskClient, event: int) -> None:
    before = row(event, HANAKO)
    came = tap(helper, "soukai", before, "in", q="みほ")
    assert came.status_code == 200
    assert said(came)[0].startswith("見本 花子 さんを来場にしました。")
    assert 'name="q" value="みほ"' in came.text, "the search stays"
    (fact,) = facts()
    assert fact[:2] == ("in", "受付1")
    done = row(event, HANAKO).seen
    back = press(helper, "soukai", "undo", done=done)
    assert said(back) == ["見本 花子 さんの記録を元に戻しました。"]
    assert press(helper, "soukai", "undo", done=done).status_code == 409
    assert row(event, HANAKO).condition == "expected"


def test_the_second_desk_is_told_who_was_first(app: Flask, helper: FlaskClient, event: int) -> None:
    before = row(event, HANAKO)
    other = browser(app, use_cookies=True)
    let_in(other, make_pass(event, make_account("b@example.com")), "受付2")
    assert tap(helper, "soukai", before, "in").status_code == 200
    late = tap(other, "soukai", before, "in")
    assert late.status_code == 409
    (told,) = said(late)
    assert told.startswith("見本 花子 さんは、")
    assert told.endswith("受付1 で来場になっています。")
    assert len(facts()) == 1


def test_a_pass_sees_names_and_nothing_else(helper: FlaskClient, event: int) -> None:
    arrange(event)
    page = helper.get("/desk/soukai")
    assert HANAKO in page.text
    for private in ("@example.com", "090-0000", "手配", "/office/"):
        assert private not in page.text, private
    assert page.headers["Cache-Control"] == "no-store"
    assert helper.get("/office/events/soukai/registrations").status_code == 302


def test_an_account_sees_marks_and_that_is_noted_once(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    enter(office_client)
    assert "手配あり" not in office_client.get("/desk/soukai").text
    asked_for_nothing(event)
    assert "手配あり" not in office_client.get("/desk/soukai").text
    arrange(event)
    for _time in range(2):
        assert "手配あり" in office_client.get("/desk/soukai").text
    assert actions(app) == ["arrangements.marked"]


def arrange(event: int) -> None:
    """Something is to be arranged for the first sign-up."""
    whose = row(event, HANAKO).registration_id
    with transaction() as session:
        text = {"label": {"ja": "手話"}, "help": {}}
        question = EventQuestion(event_id=event, kind="short", is_arrangement=True, **texts(text))
        session.add(question)
        session.flush()
        session.add(Answer(question_id=question.id, registration_id=whose, text="要"))


def asked_for_nothing(event: int) -> None:
    """They said no to one arrangement, and what they asked for of another is asked no more."""
    whose = row(event, HANAKO).registration_id
    care, (no, _yes) = make_question(
        event, choices=({"code": "no"}, {"code": "yes"}), is_arrangement=True
    )
    with transaction() as session:
        text = {"label": {"ja": "駐車場"}, "help": {}}
        old = EventQuestion(
            event_id=event, kind="short", is_arrangement=True, removed_at=now(), **texts(text)
        )
        session.add(old)
        session.flush()
        session.add(Answer(question_id=old.id, registration_id=whose, text="要"))
        session.add(Answer(question_id=care, registration_id=whose, choice_id=no))


def texts(given: dict[str, dict[str, str]]) -> dict[str, object]:
    from app.db import Translated

    return {name: Translated(**said) for name, said in given.items()}


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_an_ended_pass_is_told_so_on_the_device_and_by_its_link(
    app: Flask, office_client: FlaskClient, event: int, how: str
) -> None:
    made = make_pass(event)
    let_in(office_client, made)
    form = token_of(office_client.get("/desk/soukai"))
    with transaction() as session:
        found = session.get_one(ReceptionPass, made)
        if how == "expired":
            found.expires_at = now()
        else:
            found.revoked_at = now()
    link = passes.link(made).removeprefix("http://127.0.0.1:8000")
    answers = [office_client.get(path) for path in ("/desk/soukai", "/desk/soukai/sheet", link)]
    one = {"csrf_token": form, "do": "in", "person": row(event, HANAKO).participant_id}
    answers.append(office_client.post("/desk/soukai", data=one))
    answers.append(office_client.post(link, data={"csrf_token": form}))
    assert [answer.status_code for answer in answers] == [410] * 5
    assert HANAKO not in "".join(answer.text for answer in answers)
    assert facts() == []


def test_a_device_remembers_a_pass_for_longer_than_it_is_good(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    answer = let_in(office_client, make_pass(event, minutes=5))
    kept = re.search(r"^desk=[^;]+;.*Max-Age=(\d+)", answer.headers.get_all("Set-Cookie")[0])
    assert kept is not None
    assert timedelta(seconds=int(kept[1])) > timedelta(days=29)


def test_an_ended_pass_keeps_nobody_of_the_office_out_of_another_desk(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    make_today("other")
    made = make_pass(event)
    let_in(office_client, made)
    assert office_client.get("/desk/other").status_code == 404
    with transaction() as session:
        session.get_one(ReceptionPass, made).expires_at = now()
    asked = office_client.get("/desk/other")
    assert asked.status_code == 302
    assert "/login" in asked.location


def test_another_meetings_desk_is_not_there_for_a_pass(helper: FlaskClient) -> None:
    make_signups(make_today("other"), 1)
    for path in ("/desk/other", "/desk/other/counts", "/desk/other/sheet", "/desk/none"):
        assert helper.get(path).status_code == 404
    assert press(helper, "soukai", "in", person=4).status_code == 404, "a person of another day"


def test_before_the_day_nothing_is_written(app: Flask, office_client: FlaskClient) -> None:
    event = make_event("later", starts_in=timedelta(days=3))
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    assert "受付は、まだ始まっていません" in office_client.get("/desk/later").text
    assert tap(office_client, "later", row(event, HANAKO), "in").status_code == 409
    form = {"csrf_token": token_of(office_client.get("/desk/later")), "name": "例 桜"}
    refused = office_client.post("/desk/later/walk-in", data=form)
    assert (refused.status_code, 'value="例 桜"' in refused.text) == (409, True)
    sheet = {"csrf_token": form["csrf_token"], "w0-name": "例 桜"}
    refused = office_client.post("/desk/later/sheet/enter", data=sheet)
    assert (refused.status_code, 'value="例 桜"' in refused.text) == (409, True)
    assert facts() == []


@pytest.mark.parametrize("path", ["walk-in", "sheet/enter"])
def test_before_the_day_a_form_is_not_there_to_be_filled_in_vain(
    app: Flask, office_client: FlaskClient, path: str
) -> None:
    event = make_event("later", starts_in=timedelta(days=3))
    make_signups(event, 1)
    let_in(office_client, make_pass(event))
    page = office_client.get(f"/desk/later/{path}").text
    assert "受付は、まだ始まっていません" in page
    assert f'action="/desk/later/{path}' not in page


def test_a_walk_in_into_a_full_house_needs_a_reason(helper: FlaskClient, event: int) -> None:
    path = "/desk/soukai/walk-in"
    shown = helper.get(path)
    assert "会場の3席は、すべて埋まっています。" in shown.text
    given = {
        "csrf_token": token_of(shown),
        "key": "a" * 32,
        "name": "例 桜",
        "reading": "レイ サクラ",
        "organisation": "例の家",
    }
    refused = helper.post(path, data=given)
    assert refused.status_code == 422
    assert "受け付ける理由を入力してください" in refused.text
    assert 'value="例の家"' in refused.text, "what was typed is kept"
    for _press in range(2):
        done = helper.post(path, data={**given, "reason": "席を足しました"})
        assert done.status_code == 303
    assert "例 桜 さんを来場にしました。" in helper.get(done.location).text
    assert len(facts()) == 1
    assert row(event, "例 桜").reading == "れい さくら"


def test_somebody_on_the_list_is_not_written_down_twice_unawares(
    helper: FlaskClient, event: int
) -> None:
    path = "/desk/soukai/walk-in"
    form = {"csrf_token": token_of(helper.get(path)), "name": HANAKO, "reason": "別の方"}
    told = helper.post(path, data={**form, "key": "b" * 32})
    assert told.status_code == 409
    assert "同じお名前の方が、一覧にいます" in told.text
    assert facts() == []
    assert helper.post(path, data={**form, "key": "b" * 32, "another": "1"}).status_code == 303
    assert len(facts()) == 1


@pytest.mark.parametrize("ticked", [True, False])
def test_a_walk_in_may_be_told_the_privacy_notice(
    app: Flask, helper: FlaskClient, event: int, *, ticked: bool
) -> None:
    path = "/desk/soukai/walk-in"
    asked = helper.get(path)
    assert "この会合の受付、ご連絡、席や手配の準備のためだけに使います" in asked.text
    assert "個人情報の取扱いを伝えた" in asked.text
    form = {**hidden_of(asked), "name": "例 桜", "reason": "当日の方"}
    assert helper.post(path, data=form | ({"noticed": "1"} if ticked else {})).status_code == 303
    with transaction() as session:
        query = select(Participant.notice_version, Participant.told_by, Participant.noticed_at)
        version, by, at = session.execute(query.where(Participant.name == "例 桜")).one()
    assert (version > 0, by, at is not None) == (ticked, None, ticked)
    one = row(event, "例 桜")
    office = browser(app, use_cookies=True)
    enter(office)
    page = office.get(f"/office/signups/{one.registration_id}").text
    assert ("版を受付で知らせた(手伝いの方のリンク「手伝い」)" in page) == ticked


def test_the_camera_may_be_used_on_one_page_alone(helper: FlaskClient, event: int) -> None:
    page = helper.get("/desk/soukai/scan")
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "camera=()" in helper.get("/desk/soukai").headers["Permissions-Policy"]
    assert "受付番号を入力してください" in page.text


def test_pictures_are_read_by_the_server(helper: FlaskClient, event: int) -> None:
    from tests.unit.desk.test_reading import WIDTH, picture

    token = {"X-CSRFToken": token_of(helper.get("/desk/soukai"))}

    def send(data: bytes, width: int = WIDTH) -> tuple[int, str]:
        path = f"/desk/soukai/scan?width={width}"
        sent = {"data": data, "content_type": "application/octet-stream", "headers": token}
        answer = helper.post(path, **sent)
        return answer.status_code, answer.text

    code = links.check_in_code(row(event, TARO).registration_id, 1)
    assert send(picture(code, 6)) == (200, code)
    assert send(bytes(WIDTH * WIDTH)) == (204, "")
    assert send(picture("https://example.com"))[0] == 422
    assert send(b"\x89PNG" * 100)[0] == 422
    assert send(bytes(300_000), 548)[0] == 413
    found = press(helper, "soukai", "find", q=code)
    assert TARO in found.text
    assert HANAKO not in found.text
    assert code not in found.text


def test_the_counts_are_a_part_of_the_page(helper: FlaskClient, event: int) -> None:
    tap(helper, "soukai", row(event, HANAKO), "in")
    part = helper.get("/desk/soukai/counts").text
    assert "<b>1</b>人" in part
    assert "<html" not in part


def test_an_account_of_the_reception_has_its_own_desk_alone(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    make_today("other")
    arrange(event)
    enter(office_client, "reception", meetings={event})
    mine = office_client.get("/desk/").text
    assert "/desk/soukai" in mine
    assert "/desk/other" not in mine
    page = office_client.get("/desk/soukai")
    assert HANAKO in page.text
    assert "手配" not in page.text
    for path in ("/desk/other", "/office/events/soukai/reception"):
        assert office_client.get(path).status_code == 404, path
    assert office_client.get("/office/").location == "/desk/"
    assert tap(office_client, "soukai", row(event, HANAKO), "in").status_code == 200


def test_from_the_desk_one_gets_home_and_out(
    app: Flask, office_client: FlaskClient, helper: FlaskClient, event: int
) -> None:
    assert "ログアウト" not in helper.get("/desk/soukai").text, "a link has no account"
    door, office = (browser(app, use_cookies=True) for _one in range(2))
    enter(door, "reception", meetings={event}, email="door@example.com")
    enter(office)
    for client, home in ((door, False), (office, True)):
        for path in ("/desk/soukai", "/desk/soukai/walk-in", "/desk/soukai/sheet/enter"):
            page = client.get(path).text
            assert 'action="/office/logout"' in page, path
            assert 'href="/office/account"' in page, path
            assert 'href="/desk/"' in page, path
            assert ('href="/office/"' in page) is home, path
        every = client.get("/desk/").text
        assert every.count("ログアウト") == 1
        assert ('href="/office/"' in every) is home


def test_whoever_was_erased_stands_on_no_desk(helper: FlaskClient, event: int) -> None:
    booking = booking_of(HANAKO, event)
    with transaction() as session:
        gone = session.get_one(Booking, booking)
        gone.state = "cancelled"
        signup = gone.registration_id
    assert "この会は取り消し" in helper.get("/desk/soukai").text
    with transaction() as session:
        erase_contacts(session, [signup], now())
        erase_names(session, [signup], now())
    assert "この会は取り消し" not in helper.get("/desk/soukai").text


def test_a_desk_of_others_is_not_there_and_the_page_leads_to_ones_own(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    make_today("other")
    enter(office_client, "reception", meetings={event})
    there, none = (office_client.get(f"/desk/{slug}") for slug in ("other", "none"))
    assert (there.status_code, none.status_code) == (404, 404)
    assert there.text.replace("/desk/other", "/desk/none") == none.text, "nothing is revealed"
    assert '<a class="btn" href="/desk/">' in there.text
    assert '<header class="top top--office">' in there.text
    typed = office_client.post(
        "/desk/other/walk-in",
        data={"csrf_token": token_of(office_client.get("/desk/soukai/walk-in")), "name": "例 桜"},
    )
    assert typed.status_code == 404
    assert "例 桜" in typed.text, "what was typed is not lost"


def test_who_has_a_pass_alone_learns_nothing_of_the_office(helper: FlaskClient, event: int) -> None:
    make_today("other")
    page = helper.get("/desk/other")
    assert page.status_code == 404
    assert "top--office" not in page.text


def test_whoever_works_on_one_meeting_practises_on_its_copy_alone(
    app: Flask, office_client: FlaskClient, event: int
) -> None:
    by = make_account("zentai@example.com")
    mine, other = (practice.start(one, by) for one in (event, make_today("other")))
    enter(office_client, meetings={event})
    for path in (f"/office/events/{mine}/reception", f"/desk/{mine}"):
        assert office_client.get(path).status_code == 200, path
    for path in (f"/office/events/{other}/reception", f"/desk/{other}"):
        assert office_client.get(path).status_code == 404, path


def test_who_was_declined_is_shown_and_received_as_that(helper: FlaskClient, event: int) -> None:
    make_signups(event, 1, first=3, state="declined")
    (one,) = (one for one in rows(event) if one.condition == "declined")
    page = helper.get("/desk/soukai").text
    assert '<li class="guest guest--declined">' in page
    assert ">お断り</span>" in page
    assert "お断りしたが、承認して来場にする" in page
    assert "取り消し" not in page
    tap(helper, "soukai", one, "admit", reason="席を足しました")
    back = press(helper, "soukai", "undo", done=row(event, one.name).seen)
    assert said(back) == [f"{one.name} さんの記録を元に戻しました。 お断りに戻りました。"]


def test_undo_takes_back_a_walk_in_and_says_so(helper: FlaskClient, event: int) -> None:
    path = "/desk/soukai/walk-in"
    given = {"csrf_token": token_of(helper.get(path)), "name": "例 桜", "reason": "席を足しました"}
    taken_in = helper.post(path, data={**given, "key": "a" * 32})
    done = taken_in.location.rsplit("done=", 1)[1]
    back = press(helper, "soukai", "undo", done=done)
    assert said(back) == ["例 桜 さんの記録を元に戻しました。 受付での申し込みも取り消しました。"]
    assert row(event, "例 桜").condition == "cancelled"


def test_undo_that_comes_too_late_says_why(helper: FlaskClient, event: int) -> None:
    make_waiting(event, 1, first=3)
    one = next(one for one in rows(event) if one.condition == "waiting")
    tap(helper, "soukai", one, "admit", reason="席を足しました")
    done = row(event, one.name).seen
    with transaction() as session:
        session.get_one(Booking, one.booking_id).way = "online"
    late = press(helper, "soukai", "undo", done=done)
    assert late.status_code == 409
    assert "その間に変えられたため、ここでは元に戻せません" in said(late)[0]
    assert "元に戻す" in late.text, "what is noted is still there"


def test_a_code_of_a_meeting_in_another_series_is_said_to_be_one_and_nothing_more(
    helper: FlaskClient, event: int
) -> None:
    other = make_event("other", title=Translated(ja="ほかの懇親会", en="Other"))
    (known,) = make_signups(other, 1, first=7)
    (name,) = (one.name for one in rows(other))
    code = links.check_in_code(known, 1)
    told = press(helper, "soukai", "find", q=code)
    assert "別の日の会(または別の会)の受付番号です" in told.text
    assert name not in told.text
    assert "ほかの懇親会" not in told.text
    for forged in (known, 999999):
        told = press(helper, "soukai", "find", sign_up=forged)
        assert told.status_code == 200
        assert "別の日の会(または別の会)の受付番号です" not in told.text
    typed = press(helper, "soukai", "find", q="A-0099")
    assert "見つかりませんでした" in typed.text
    assert "別の日の会(または別の会)の番号かもしれません" in typed.text
