"""Meetings for those invited: links for one or many, how many may use them, until when."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration.facts import PersonEntry
from app.registration.invitations import links, queries, service
from app.registration.invitations.facts import InvitationView, NewInvitation
from app.registration.invitations.models import Invitation
from app.registration.models import Booking, Registration
from app.registration.service import SignUpRefused
from app.retention import running
from tests.campaigns import Stop
from tests.conftest import count_queries
from tests.entries import as_entry, cancel, change, person, sign_up, signup_of, type_in
from tests.factories import make_event, make_series
from tests.integration.retention.test_running import everything, let_pass
from tests.office import actions, enter, hidden_of, make_account
from tests.pages import errors, filled, press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
PAGE = "/office/events/soukai/invitations"


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def make(event: int, by: Actor, **more: object) -> int:
    given = {"label": "見本の会員", **more}
    return service.make(event, [NewInvitation(**given)], by).ids[0]  # type: ignore[arg-type]


def path(link: int) -> str:
    return links.url(link).removeprefix("http://127.0.0.1:8000")


def view(event: int, link: int) -> InvitationView:
    db.session.remove()
    return queries.get_invitation(event, link, now())


def refused(slug: str, *people: PersonEntry, **more: object) -> str:
    with pytest.raises(SignUpRefused) as caught:
        sign_up(slug, *people, **more)
    return caught.value.refused.code


def invite(client: FlaskClient, lines: str, **more: str) -> str:
    """Through the check page of a list; the page that follows."""
    typed = {**hidden_of(client.get(PAGE)), "lines": lines, "language": "ja", "places": "1"}
    check = client.post(f"{PAGE}/list", data=typed)
    assert check.status_code == 200, errors(check)
    done = client.post(f"{PAGE}/list", data={**hidden_of(check), **more, "step": "confirm"})
    return (client.get(PAGE) if done.status_code == 303 else done).text


def letters() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.to_address).order_by(OutboxLetter.id)))


def complete(client: FlaskClient, link: int, **typed: str) -> str:
    """Through all three pages; the completion page."""
    check = press(client, client.get(path(link)), "check", {**HANAKO, **typed})
    assert check.status_code == 200, errors(check)
    done = press(client, check, "complete")
    assert done.status_code == 303, errors(done)
    return client.get(done.location).text


def test_without_a_link_the_page_says_so_and_takes_nobody(client: FlaskClient) -> None:
    event = make_event(admission="invited")
    page = client.get("/events/soukai").text
    assert "ご案内した方のみ" in page
    assert "/register" not in page
    form = client.get("/events/soukai/register").text
    assert "お手元の案内にあるリンクから" in form
    assert refused("soukai", person("見本 花子", event)) == "invited"
    assert "ご案内した方のみ" in client.get("/").text


def test_with_a_link_one_signs_up_as_ever(client: FlaskClient, by: Actor) -> None:
    event = make_event(admission="invited")
    link = make(event, by, places=1)
    page = client.get(path(link))
    assert page.headers["Cache-Control"] == "no-store"
    assert "「見本の総会」のご案内を受け取られた方" in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert "受け付けました" in complete(client, link)
    assert db.session.scalars(select(Registration.invitation_id)).all() == [link]
    assert (view(event, link).used, view(event, link).state) == (1, "used_up")
    answer = client.get(path(link))
    assert answer.status_code == 410
    assert "人数に達しました" in answer.text
    assert "受付中" not in answer.text
    assert "ご案内した方のみ" in answer.text


def test_a_used_up_link_is_not_called_open_where_everybody_can_sign_up(
    client: FlaskClient, by: Actor
) -> None:
    event = make_event()
    link = make(event, by, places=1)
    sign_up("soukai", person("見本 花子", event), invitation=link)
    answer = client.get(path(link))
    assert "人数に達しました" in answer.text
    assert "受付中" not in answer.text


@pytest.mark.parametrize(
    ("change_it", "words"),
    [
        ({"revoked_at": now()}, "使えなくなりました"),
        ({"expires_at": now() - timedelta(hours=1)}, "期限は過ぎました"),
    ],
)
def test_a_link_that_ended_says_why_also_to_who_has_the_form_open(
    client: FlaskClient, by: Actor, change_it: dict[str, object], words: str
) -> None:
    event = make_event(admission="invited")
    link = make(event, by)
    check = press(client, client.get(path(link)), "check", HANAKO)
    assert check.status_code == 200, errors(check)
    with transaction() as session:
        session.execute(update(Invitation).values(**change_it))
    answer = client.get(path(link))
    assert answer.status_code == 410
    assert words in answer.text
    late = press(client, check, "complete")
    assert late.status_code == 409
    assert "お手元の案内にあるリンクから" in late.text
    assert "見本 花子" in late.text
    assert db.session.scalar(select(func.count(Booking.id))) == 0


@pytest.mark.parametrize("token", ["x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_a_link_that_is_none_of_ours_is_not_found(client: FlaskClient, token: str) -> None:
    make_event(admission="invited")
    assert client.get(f"/invited/{token}").status_code == 404
    page = client.get("/events/soukai/register")
    assert page.status_code == 200


def test_a_token_that_was_tampered_with_lets_nobody_in(client: FlaskClient, by: Actor) -> None:
    event = make_event(admission="invited")
    page = client.get(path(make(event, by)))
    for raw in ("", "x", "あ" * 300, "a" * 5000):
        answer = press(client, page, "check", {**HANAKO, "invite": raw})
        assert answer.status_code == 409, raw[:10]
        assert "お手元の案内にあるリンクから" in answer.text


def test_a_link_is_for_so_many_people(by: Actor) -> None:
    event = make_event(admission="invited")
    link = make(event, by, places=3)
    two = (person("見本 花子", event), person("見本 太郎", event))
    got = sign_up("soukai", *two, invitation=link)
    three = [person(f"例 {n}", event) for n in range(2)]
    assert refused("soukai", *three, email="rei@example.com", invitation=link) == "invitation_used"
    sign_up("soukai", three[0], email="rei@example.com", invitation=link)
    cancel(signup_of(got))
    assert view(event, link).left == 2
    sign_up("soukai", *two, invitation=link)


def test_people_are_added_and_changed_by_the_personal_link_within_it(by: Actor) -> None:
    event = make_event(admission="invited")
    link = make(event, by, places=2)
    before = signup_of(sign_up("soukai", person("見本 花子", event), invitation=link))
    entry = as_entry(before)
    more = replace(entry, people=(*entry.people, person("見本 太郎", event)))
    after = change(before, more)
    assert len(after.coming) == 2
    entry = as_entry(after)
    with pytest.raises(SignUpRefused, match="invitation_used"):
        change(after, replace(entry, people=(*entry.people, person("見本 次郎", event))))
    service.revoke(event, link, by)
    renamed = replace(entry.people[0], name="見本 桜")
    after = change(after, replace(entry, people=(renamed, *entry.people[1:])))
    assert after.people[0].name == "見本 桜"
    entry = as_entry(after)
    with pytest.raises(SignUpRefused, match="invited"):
        change(after, replace(entry, people=(*entry.people, person("見本 次郎", event))))


def test_of_two_meetings_the_open_one_needs_no_link(client: FlaskClient, by: Actor) -> None:
    series = make_series("day")
    morning = make_event("morning", series_id=series)
    afternoon = make_event(
        "afternoon", series_id=series, starts_in=timedelta(days=40, hours=4), admission="invited"
    )
    link = make(afternoon, by)
    page = client.get("/events/morning/register")
    assert f"p0-way-{afternoon}" not in filled(page)
    assert "お手元の案内にあるリンクから" in page.text
    page = client.get(path(link))
    assert {f"p0-way-{morning}", f"p0-way-{afternoon}"} <= set(filled(page))
    assert refused("morning", person("見本 花子", morning, afternoon)) == "invited"
    sign_up("morning", person("見本 花子", morning, afternoon), invitation=link)


def test_a_link_to_one_meeting_opens_no_other(by: Actor) -> None:
    first = make_event("first", admission="invited")
    make_event("soukai", admission="invited")
    link = make(first, by)
    second = signup_of(sign_up("first", person("見本 花子", first), invitation=link)).series_id
    assert second
    other = db.session.scalar(select(func.max(Booking.event_id))) or 0
    db.session.remove()
    assert refused("soukai", person("見本 太郎", other + 1), invitation=link) == "invited"


def test_the_office_needs_no_link(by: Actor) -> None:
    event = make_event(admission="invited")
    type_in("soukai", "見本 花子", event, by=by.account_id)
    assert db.session.scalars(select(Booking.state)).all() == ["confirmed"]


def test_a_list_is_invited_by_letter_and_by_hand(
    app: Flask, office_client: FlaskClient, client: FlaskClient
) -> None:
    event = make_event(admission="invited")
    enter(office_client)
    page = office_client.get(PAGE)
    lines = "見本 花子\tHANAKO@example.com\n見本 太郎、taro@example.com\n例 一郎"
    given = {**hidden_of(page), "lines": lines, "places": "２", "language": "ja"}
    check = office_client.post(f"{PAGE}/list", data=given)
    for words in ("2人にメールを送ります", "1人はリンクだけを作ります", "taro@example.com"):
        assert words in check.text, words
    assert db.session.scalar(select(func.count(Invitation.id))) == 0
    db.session.remove()
    back = office_client.post(f"{PAGE}/list", data={**hidden_of(check), "step": "back"})
    assert "見本 太郎、taro@example.com" in back.text
    confirmed = {**hidden_of(check), "step": "confirm"}
    assert office_client.post(f"{PAGE}/list", data=confirmed).status_code == 303
    pressed_twice = office_client.post(f"{PAGE}/list", data=confirmed)
    assert pressed_twice.status_code == 409
    assert "2人には、まだ使われていないリンクがあります" in pressed_twice.text
    assert "リンクを3本作りました。メールを2通送ります。" in pressed_twice.text
    page = office_client.get(PAGE).text
    assert [name in page for name in ("見本 花子", "見本 太郎", "例 一郎")] == [True] * 3
    found = db.session.execute(
        select(OutboxLetter.to_address, OutboxLetter.subject, OutboxLetter.body).order_by(
            OutboxLetter.id
        )
    ).all()
    assert [row[0] for row in found] == ["HANAKO@example.com", "taro@example.com"]
    assert found[0].subject == "【ご案内】見本の総会"
    assert "見本 花子 様" in found[0].body
    assert "このリンクから2人まで申し込めます。" in found[0].body
    link = re.search(r"http://127\.0\.0\.1:8000(/invited/\S+)", found[0].body)
    assert link
    assert filled(client.get(link[1]))["email"] == "HANAKO@example.com"
    assert "invitation.made" in actions(app)
    first = db.session.scalars(select(Invitation.id).order_by(Invitation.id)).first()
    token = hidden_of(office_client.get(PAGE))
    assert office_client.post(f"{PAGE}/{first}/send", data=token).status_code == 303
    db.session.remove()
    assert db.session.scalar(select(func.count(OutboxLetter.id))) == 3
    asked = office_client.get(f"{PAGE}/{first}/revoke")
    assert "「見本 花子」のリンクを無効にしますか?" in asked.text
    for _twice in range(2):
        done = office_client.post(f"{PAGE}/{first}/revoke", data=hidden_of(asked))
        assert done.status_code == 303
    assert view(event, first or 0).state == "revoked"
    assert client.get(link[1]).status_code == 410


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lines": ""}, "氏名を1人以上"),
        ({"lines": "a@example.com"}, "1行目を確かめて"),
        ({"lines": "見本 花子\tabc@"}, "1行目のメールアドレス"),
        ({"lines": "例 一\n\n例 二\ti2example.com"}, "3行目のメールアドレスを確かめて"),
        ({"lines": "例 二、メールなし"}, "メールなし"),
        ({"lines": "例 二 i2example.com"}, "i2example.com"),
        ({"lines": "見本\ta@example.com\n例\tA@example.com"}, "a@example.com が2回"),
        ({"lines": "\n".join(f"見本 {n}" for n in range(201))}, "200行まで"),
        ({"lines": "見本" * 41}, "1行目を確かめて"),
        ({"places": "0"}, "1以上の数"),
        ({"places": "x"}, "数"),
        ({"expires_at": "2020-01-01T10:00"}, "これから先の日時"),
        ({"expires_at": "あした"}, "日付と時刻"),
    ],
)
def test_what_cannot_be_is_told_and_kept(
    office_client: FlaskClient, given: dict[str, str], words: str
) -> None:
    make_event(admission="invited")
    enter(office_client)
    token = hidden_of(office_client.get(PAGE))
    sent = {**token, "lines": "見本 花子\tmihon@example.com", "places": "1", **given}
    answer = office_client.post(f"{PAGE}/list", data=sent)
    assert answer.status_code == 422
    assert any(words in one for one in errors(answer)), errors(answer)
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_an_address_with_an_unused_link_gets_no_second_one(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_event(admission="invited")
    by = enter(office_client)
    link = make(event, by, label="見本 花子", email="Hanako@example.com")
    typed = {"lines": "見本 花子\thanako@EXAMPLE.com\n例 一郎\tichiro@example.com"}
    check = office_client.post(
        f"{PAGE}/list", data={**hidden_of(office_client.get(PAGE)), **typed, "language": "ja"}
    ).text
    assert "1人にメールを送ります" in check
    assert "1人には、まだ使われていないリンクがあります" in check
    assert "リンクを1本作りました。メールを1通" in invite(office_client, typed["lines"])
    assert letters() == ["Hanako@example.com", "ichiro@example.com"]
    given = {**hidden_of(office_client.get(PAGE)), **typed, "language": "ja"}
    check = office_client.post(f"{PAGE}/list", data=given)
    assert "全員にリンクがすでにあります" in check.text
    assert "同じリンクをもう一度送る" in check.text
    nothing = {**hidden_of(check), "step": "confirm", "again": ""}
    refused = office_client.post(f"{PAGE}/list", data=nothing)
    assert refused.status_code == 422
    assert "作るものはありません" in refused.text
    assert len(letters()) == 2
    again = invite(office_client, typed["lines"])  # the button that is there sends them once more
    assert "リンクを0本作りました。メールを2通" in again
    assert [one.id for one in queries.list_invitations(event, now())][-1] == link
    assert len(letters()) == 4
    assert actions(app)[-1] == "invitation.sent_again"
    sign_up("soukai", person("見本 花子", event), invitation=link)
    service.revoke(event, link, by)
    assert "リンクを1本作りました" in invite(office_client, "見本 花子\thanako@example.com")


def test_what_a_list_would_do_is_found_by_few_queries_and_must_still_be_so(
    app: Flask, by: Actor
) -> None:
    event = make_event(admission="invited")
    few = [NewInvitation(label="見本", email="m0@example.com")]
    many = [NewInvitation(label=f"見本 {n}", email=f"m{n}@example.com") for n in range(50)]
    old = queries.get_plan(event, many, now())
    assert (len(old.mailed), old.there) == (50, ())
    service.make(event, few, by)
    db.session.remove()
    with count_queries(app) as one:
        assert len(queries.get_plan(event, few, now()).there) == 1
    with pytest.raises(ChangedMeanwhile):
        service.invite(event, many, by, seen=old.seen)
    seen = queries.get_plan(event, many, now()).seen
    assert service.invite(event, many, by, seen=seen).letters == 49
    db.session.remove()
    with count_queries(app) as fifty:
        assert len(queries.get_plan(event, many, now()).there) == 50
    assert len(fifty) == len(one)


def test_who_is_invited_to_a_draft_is_written_to_once_it_is_published(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_event(admission="invited", state="draft")
    enter(office_client)
    lines = "見本 花子\thanako@example.com\n見本 太郎、taro@example.com\n例 一郎"
    assert "リンクを3本作りました。メールを0通送ります。" in invite(office_client, lines)
    page = office_client.get(PAGE)
    assert "まだメールを送っていません" not in page.text
    (link,) = db.session.scalars(select(Invitation.id).where(Invitation.label == "見本 花子"))
    office_client.post(f"{PAGE}/{link}/send", data=hidden_of(page))
    with transaction() as session:
        assert session.scalar(select(func.count(OutboxLetter.id))) == 0
        session.get_one(Event, event).state = "published"
    page = office_client.get(PAGE)
    assert "2人にまだメールを送っていません" in page.text
    for _twice in range(2):
        sent = office_client.post(f"{PAGE}/send", data=hidden_of(page))
        assert sent.status_code == 303
    found = db.session.scalars(select(OutboxLetter.to_address).order_by(OutboxLetter.id)).all()
    assert found == ["hanako@example.com", "taro@example.com"]
    assert "まだメールを送っていません" not in office_client.get(PAGE).text
    assert actions(app).count("invitation.sent") == 1


def test_one_link_for_many(office_client: FlaskClient) -> None:
    event = make_event(admission="invited")
    enter(office_client)
    token = hidden_of(office_client.get(PAGE))
    assert office_client.post(f"{PAGE}/link", data={**token, "label": " "}).status_code == 422
    until = f"{to_local(now() + timedelta(days=3), 'Asia/Tokyo'):%Y-%m-%dT%H:%M}"
    given = {**token, "label": "理事の皆さん", "places": "", "expires_at": until}
    assert office_client.post(f"{PAGE}/link", data=given).status_code == 303
    (found,) = queries.list_invitations(event, now())
    assert (found.label, found.places, found.state) == ("理事の皆さん", None, "good")
    assert found.expires_at


def test_who_sees_one_meeting_sees_no_links_of_another(office_client: FlaskClient) -> None:
    mine = make_event("mine")
    event = make_event(admission="invited")
    link = make(event, make_account("other@example.com"))
    enter(office_client, meetings=[mine])
    assert office_client.get(PAGE).status_code == 404
    assert office_client.get(f"{PAGE}/{link}/revoke").status_code == 404
    page = f"/office/events/mine/invitations/{link}/revoke"
    assert office_client.get(page).status_code == 404
    token = hidden_of(office_client.get("/office/events/mine/invitations"))
    assert office_client.post(page, data=token).status_code == 404
    assert view(event, link).state == "good"


def test_whom_links_were_for_is_erased_with_the_contacts(by: Actor) -> None:
    event = make_event(admission="invited")
    link = make(event, by, label="見本 桜", email="himitsu@example.com", places=1)
    service.send_again(event, link, by)
    let_pass(event, 200)
    running.erase_tick(Stop())
    left = everything()
    assert [one for one in ("見本 桜", "himitsu") if one in left] == []
    assert view(event, link).state == "revoked"


def test_the_page_makes_as_many_queries_for_many_links(
    app: Flask, office_client: FlaskClient
) -> None:
    event = make_event(admission="invited")
    enter(office_client)
    by = make_account("b@example.com")
    office_client.get(PAGE)
    make(event, by)
    with count_queries(app) as few:
        office_client.get(PAGE)
    many = [NewInvitation(label=f"見本 {n}", email=f"m{n}@example.com") for n in range(50)]
    service.make(event, many, by)
    with count_queries(app) as most:
        office_client.get(PAGE)
    assert len(most) <= len(few) + 1
