"""The completion page and the personal page say what is true of places, reception and calendar."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.base.clock import now
from app.db import Translated, db, transaction
from app.events.models import Event, EventSession
from app.mail.models import OutboxLetter
from app.registration import changing, links
from app.registration.changing import ByOffice
from app.registration.facts import Signup
from tests import entries
from tests.entries import make_question
from tests.factories import make_event, make_series, make_signups
from tests.integration.registration.test_day_form import HANAKO, TARO, form
from tests.office import make_account
from tests.pages import errors, filled, press

BOTH = ("done", "manage")
ONLINE = "https://online.example.com/himitsu"


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    """A morning and an afternoon, each with its own reception and things to bring."""
    series, start = make_series("day"), now().replace(microsecond=0, second=0, minute=0)
    given = {"venue": 3, "series_id": series}
    morning = make_event(
        "morning",
        title=Translated(ja="定期総会"),
        bring=Translated(ja="議案書"),
        doors_at=start + timedelta(days=40, minutes=-17),
        **given,
    )
    afternoon = make_event(
        "afternoon",
        title=Translated(ja="創立総会"),
        bring=Translated(ja="名刺"),
        starts_in=timedelta(days=40, hours=4),
        doors_at=start + timedelta(days=40, hours=4, minutes=-23),
        **given,
    )
    return morning, afternoon


def sign_up(*people: entries.PersonEntry, **more: object) -> Signup:
    return signup_of(entries.sign_up("morning", *people, **more).registration_id)


def signup_of(registration_id: int) -> Signup:
    db.session.remove()
    return entries.signup_of(registration_id)


def path(signup: Signup, page: str = "manage", more: str = "") -> str:
    numbers = (signup.registration_id, signup.link_version)
    if page == "done":
        return f"/events/morning/done/{links.done_token(*numbers)}"
    return f"/r/{links.manage_token(*numbers)}{more}"


def words(client: FlaskClient, signup: Signup, page: str) -> str:
    """The text of a page without its markup."""
    answer = client.get(path(signup, page))
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main))


def full(event_id: int) -> None:
    make_signups(event_id, 3)


def call_off(*event_ids: int) -> None:
    with transaction() as session:
        for one in event_ids:
            session.get_one(Event, one).state = "cancelled"


def cancel_at(signup: Signup, event_id: int) -> Signup:
    every = [b.id for p in signup.people for b in p.bookings if b.event_id == event_id]
    return signup_of(entries.cancel(signup, *every).registration_id)


def test_whoever_only_waits_is_not_told_to_come(client: FlaskClient, day: tuple[int, int]) -> None:
    full(day[0])
    signup = sign_up(entries.person("見本 花子", day[0]))
    done, manage = (words(client, signup, page) for page in BOTH)
    assert "キャンセル待ちをお受けしました" in done
    assert "まだお席は決まっていません" in done
    for false in ("お申し込みを受け付けました", "お目にかかれる", "お申し込みは済んでいます"):
        assert false not in done
    for text in (done, manage):
        assert "キャンセル待ち 1番目" in text
        assert "QRコードを受付で" not in text
        assert ":43 から" not in text
        assert "議案書" not in text


@pytest.mark.parametrize("page", BOTH)
def test_there_is_no_calendar_where_nobody_has_a_place(
    client: FlaskClient, day: tuple[int, int], page: str
) -> None:
    placed = sign_up(entries.person("見本 花子", day[1]))
    assert "/calendar" in client.get(path(placed, page)).text
    full(day[0])
    waiting = sign_up(entries.person("例 一郎", day[0]), email="rei@example.com")
    assert "/calendar" not in client.get(path(waiting, page)).text
    call_off(day[1])
    assert "/calendar" not in client.get(path(placed, page)).text


@pytest.mark.parametrize("page", BOTH)
def test_each_meeting_has_its_own_reception(
    client: FlaskClient, day: tuple[int, int], page: str
) -> None:
    text = words(client, sign_up(entries.person("見本 花子", *day)), page)
    assert re.search(r"定期総会 受付は \d+:43 から 持ち物: 議案書", text)
    assert re.search(r"創立総会 受付は \d+:37 から 持ち物: 名刺", text)


@pytest.mark.parametrize("page", BOTH)
def test_only_what_is_left_of_the_day_has_a_reception(
    client: FlaskClient, day: tuple[int, int], page: str
) -> None:
    signup = cancel_at(sign_up(entries.person("見本 花子", *day)), day[0])
    text = words(client, signup, page)
    assert ":43 から" not in text
    assert "議案書" not in text
    assert re.search(r"受付は? ?\d+:37 から", text)
    morning = text.partition("定期総会")[2].partition("創立総会")[0]
    assert "見本 花子" in morning
    assert "取り消し済み" in morning
    assert "休み" not in morning


@pytest.mark.parametrize("page", BOTH)
def test_what_was_called_off_says_so_and_wants_nobody(
    client: FlaskClient, day: tuple[int, int], page: str
) -> None:
    signup = sign_up(entries.person("見本 花子", day[0]))
    call_off(day[0])
    text = words(client, signup, page)
    assert "中止になりました" in text
    for false in ("変更できる期間は終わりました", "QRコード", ":43 から", "議案書", "楽しみに"):
        assert false not in text


def test_the_completion_page_of_a_cancelled_sign_up_says_so(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    signup = sign_up(entries.person("見本 花子", day[0]))
    entries.cancel(signup)
    done = words(client, signup, "done")
    assert "このお申し込みは取り消されました" in done
    assert "受け付けました" not in done
    assert "変更や取り消しは" not in done


def test_a_proxy_is_thanked_and_not_expected(client: FlaskClient, day: tuple[int, int]) -> None:
    signup = sign_up(
        entries.person("見本 花子", *day), contact_name="代理 花", contact_attends=False
    )
    done = words(client, signup, "done")
    assert "代理 花 様、ありがとうございます。ご出席の方を" in done
    assert "お目にかかれる" not in done


def test_an_online_address_that_is_fixed_is_not_still_awaited(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    signup = sign_up(entries.person("見本 花子", day[0], way="online"))
    assert "決まりしだい" in words(client, signup, "done")
    with transaction() as session:
        session.get_one(Event, day[0]).online_url = ONLINE
    done = words(client, signup, "done")
    assert "お送りするメールと、ご本人用のページに載っています" in done
    assert "決まりしだい" not in done
    assert ONLINE not in done, "only letters and the personal page have it"


@pytest.mark.parametrize("page", BOTH)
def test_role_and_organisation_stand_beside_the_name(
    client: FlaskClient, day: tuple[int, int], page: str
) -> None:
    people = (
        entries.person("見本 花子", day[0], organisation="見本の森"),
        entries.person("見本 太郎", day[0], organisation="見本の森", role="理事"),
        entries.person("例 一郎", day[0]),
    )
    text = client.get(path(sign_up(*people, organisation="見本の森"), page)).text
    rows = re.findall(r"<div class=\"person-of\"><dt>\d人目</dt><dd>(.*?)</dd>", text, re.DOTALL)
    told = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert told == [
        ["見本", "花子", "(みほん)", "所属団体:", "見本の森"],
        ["見本", "太郎", "(みほん)", "所属団体:", "見本の森", "役職:", "理事"],
        ["例", "一郎", "(みほん)"],
    ]
    assert "<dt>役職" not in text


def test_an_answer_given_once_names_its_meeting(client: FlaskClient, day: tuple[int, int]) -> None:
    question, (first, _more) = make_question(
        day[0], asked="signup", is_arrangement=True, label=Translated(ja="手話通訳")
    )
    check = press(client, form(client), "check", {**HANAKO, f"q{question}": str(first)})
    row = check.text.partition("手話通訳</dt>")[2].partition("</div>")[0]
    assert "定期総会" in row
    done = client.get(press(client, check, "complete").location)
    assert "定期総会" in done.text.partition("手話通訳</dt>")[2].partition("</div>")[0]


def test_an_answer_for_a_meeting_that_was_called_off_is_not_changed(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    question, (first, _more) = make_question(day[0], asked="signup")
    mine = entries.chosen(question, first)
    signup = sign_up(entries.person("見本 花子", *day), answers=(mine,))
    there = f"?at=q{question}"
    assert there in client.get(path(signup)).text
    call_off(day[0])
    assert there not in client.get(path(signup)).text


def test_after_the_meeting_nobody_is_asked_to_telephone(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    signup = sign_up(entries.person("見本 花子", day[0]))
    end_changes(*day)
    assert "変更や取り消しは、お電話ください" in words(client, signup, "manage")
    with transaction() as session:
        over = now() - timedelta(hours=2)
        held = update(EventSession).where(EventSession.event_id == day[0])
        session.execute(held.values(starts_at=over - timedelta(hours=1), ends_at=over))
    text = words(client, signup, "manage")
    assert "お電話ください" not in text.partition("ありがとうございました")[0]
    assert "この会は終わりました" in text
    done = words(client, signup, "done")
    assert "この会は終わりました" in done
    for untrue in (
        "変更や取り消しは、お電話ください",
        "お目にかかれる",
        "確認のメールをお送りします",
    ):
        assert untrue not in done, untrue


def test_another_person_is_told_that_they_are_counted_already(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    sign_up(entries.person("見本 花子", day[0]))
    again = sign_up(entries.person("見本 花子", day[0]))
    page = links.another_url(again.registration_id, again.link_version)
    asked = client.get(urlsplit(page).path)
    assert "<button" in asked.text.partition("<main")[2]
    changing.become_another(again.registration_id, again.link_version, "key")
    told = client.get(urlsplit(page).path).text.partition("<main")[2]
    assert "すでに別の方の申し込みとしてお受けしています" in told
    assert "<button" not in told


def test_refused_as_another_person_one_can_try_again(client: FlaskClient) -> None:
    event = make_event("full", venue=2, ways=("venue",), waiting_list=False)
    entries.sign_up("full", entries.person("見本 花子", event))
    again = entries.sign_up("full", entries.person("見本 花子", event))
    entries.sign_up("full", entries.person("見本 太郎", event), email="taro@example.com")
    address = urlsplit(links.another_url(again.registration_id, again.link_version)).path
    answer = press(client, client.get(address), "")
    assert answer.status_code == 409
    main = answer.text.partition("<main")[2]
    assert "満席" in main or "すべての席" in main, main
    assert "<button" in main
    assert "すでに別の方" not in main


def test_a_meeting_that_was_cancelled_stays_so_on_the_form_for_changing(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    people = [entries.person(name, *day) for name in ("見本 花子", "見本 太郎", "例 一郎")]
    signup = cancel_at(sign_up(*people), day[0])
    page = client.get(path(signup, more="/change?at=email"))
    assert filled(page)[f"p0-way-{day[0]}"] == "none"
    check = press(client, page, "check", {"email": "atarashii@example.com"})
    assert (check.status_code, errors(check)) == (200, [])
    assert press(client, check, "complete").status_code == 303
    after = signup_of(signup.registration_id)
    assert [[b.active for b in p.bookings] for p in after.people] == [[False, True]] * 3


@pytest.mark.parametrize(
    "names", [("見本 花子", "見本 太郎", "例 一郎"), ("見本 花子", "見本 太郎")]
)
def test_the_first_person_leaves_and_the_others_keep_their_way(
    client: FlaskClient, day: tuple[int, int], names: tuple[str, ...]
) -> None:
    signup = sign_up(*(entries.person(name, *day, way="online") for name in names))
    page = press(client, client.get(path(signup, more="/change")), "remove:0")
    check = press(client, page, "check")
    assert (check.status_code, errors(check)) == (200, [])
    press(client, check, "complete")
    left = signup_of(signup.registration_id).coming
    assert [one.name for one in left] == list(names[1:])
    assert {b.way for one in left for b in one.bookings} == {"online"}


def test_a_move_while_the_form_was_open_is_told_by_the_check_page(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = press(client, form(client), "add", HANAKO)
    with transaction() as session:
        for one in session.scalars(select(EventSession).where(EventSession.event_id == day[1])):
            one.starts_at += timedelta(minutes=30)
    again = press(client, page, "add", TARO)
    check = press(client, press(client, again, "remove:2"), "check")
    assert check.status_code == 409
    assert "日時か会場が変わりました: 創立総会。" in check.text
    assert "お確かめください" in check.text
    assert press(client, check, "check").status_code == 200, "told once"
    assert press(client, check, "complete").status_code == 303


def test_a_meeting_that_closed_meanwhile_has_not_moved(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    page = form(client)
    with transaction() as session:
        session.get_one(Event, day[1]).closes_at = now() - timedelta(minutes=1)
    check = press(client, page, "check", {**HANAKO, f"p0-way-{day[1]}": "none"})
    assert check.status_code == 200


def test_what_was_wholly_cancelled_is_not_brought_back(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    signup = sign_up(entries.person("見本 花子", *day))
    page = client.get(path(signup, more="/change"))
    entries.cancel(signup)
    gone = signup_of(signup.registration_id)
    for answer in (
        client.get(path(signup, more="/change")),
        press(client, page, "check"),
        press(client, page, "complete", {"version": gone.version, "p0-name": "復活 一郎"}),
    ):
        assert (answer.status_code, answer.location) == (303, path(signup))
    assert "もう一度お申し込みいただくか" in words(client, gone, "manage")
    with pytest.raises(entries.changing.ChangedMeanwhile):
        entries.change(gone, entries.entry(entries.person("復活 一郎", *day)))
    assert not signup_of(signup.registration_id).active


@pytest.mark.parametrize(
    ("which", "question", "verb"),
    [
        ((0, 1), "「定期総会」への2人のお申し込みを取り消しますか", "「定期総会」の2人を取り消す"),
        ((0,), "「定期総会」への1人のお申し込みを取り消しますか", "「定期総会」の1人を取り消す"),
        ((0, 2), "1人の、2つの会合へのお申し込みを取り消しますか", "1人の、2つの会合を取り消す"),
        ((0, 1, 2), "2人の、2つの会合へのお申し込みを取り消しますか", "2人の、2つの会合を取り消す"),
        (
            (0, 1, 2, 3),
            "2人のお申し込みを、すべて取り消しますか",
            "2人のお申し込みをすべて取り消す",
        ),
    ],
)
def test_the_question_says_who_and_which_meeting(
    client: FlaskClient, day: tuple[int, int], which: tuple[int, ...], question: str, verb: str
) -> None:
    signup = sign_up(entries.person("見本 花子", *day), entries.person("見本 太郎", *day))
    every = [b.id for n in (0, 1) for p in signup.people for b in p.bookings[n : n + 1]]
    page = client.get(path(signup, more="/cancel"))
    asked = press(client, page, "ask", {"booking": [str(every[n]) for n in which]})
    assert f"<h1>{question}</h1>" in asked.text
    assert f">{verb}<" in asked.text


def end_changes(*event_ids: int) -> None:
    """Sign-up goes on, changing by the link does not."""
    with transaction() as session:
        for event_id in event_ids:
            session.get_one(Event, event_id).change_until = now() - timedelta(hours=1)
    db.session.remove()


def test_after_its_time_there_is_no_form_for_changing(
    client: FlaskClient, day: tuple[int, int]
) -> None:
    signup = sign_up(entries.person("見本 花子", day[0]))
    shown = client.get(path(signup, more="/change"))
    assert shown.status_code == 200
    end_changes(*day)
    for answer in (
        client.get(path(signup, more="/change")),
        press(client, shown, "check"),
        press(client, shown, "complete"),
    ):
        assert answer.status_code == 303
        assert answer.location.endswith(path(signup))
    assert signup_of(signup.registration_id).people[0].name == "見本 花子"


def test_a_place_is_not_handed_on_after_its_time(day: tuple[int, int]) -> None:
    signup = sign_up(entries.person("見本 花子", *day), entries.person("見本 太郎", day[1]))
    end_changes(day[0])
    asked = entries.as_entry(signup)
    people = [replace(one, name=f"{one.name}の代わり") for one in asked.people]
    after = entries.change(signup, replace(asked, people=tuple(people)))
    assert [one.name for one in after.people] == ["見本 花子", "見本 太郎の代わり"]


def test_a_letter_after_its_time_promises_no_change(day: tuple[int, int]) -> None:
    signup = sign_up(entries.person("見本 花子", day[0]))
    end_changes(day[0])
    office = ByOffice(actor=make_account(), reason="お電話により")
    asked = entries.as_entry(signup)
    online = entries.with_way(asked, 0, day[0], "online")
    entries.change(signup, online, office=office)
    body = db.session.scalars(select(OutboxLetter.body).order_by(OutboxLetter.id.desc())).first()
    db.session.remove()
    assert body is not None
    assert "期間は終わりました" in body
    assert "まで同じアドレスで" not in body
