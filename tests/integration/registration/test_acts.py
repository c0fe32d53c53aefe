"""これまでの記録 on the personal page: what, when and by whom, and nobody's values."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth.facts import Actor
from app.base.clock import now
from app.db import Translated, db
from app.events.models import Event
from app.registration import links, meetings, renewing
from app.registration.changing import ByOffice
from app.registration.lists import arrangements
from tests import entries
from tests.conftest import count_queries
from tests.factories import make_event
from tests.office import make_account


@pytest.fixture
def meeting(app: Flask) -> int:
    return make_event("morning", venue=1)


def set_meeting(meeting: int, by: Actor, **changed: Any) -> None:
    """Change these settings of a meeting."""
    settings = meetings.settings_of(db.session.get_one(Event, meeting))
    meetings.change_meeting(meeting, replace(settings, **changed), by)


def acts(client: FlaskClient, registration: int, version: int = 1, lang: str = "ja") -> list[str]:
    """The lines of the record, newest first."""
    page = client.get(f"/r/{links.manage_token(registration, version)}?lang={lang}").text
    heading = "これまでの記録" if lang == "ja" else "What was done until now"
    _before, found, rest = page.partition(f"<h2>{heading}</h2>")
    assert found
    part = rest.partition("</section>")[0]
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<dd>(.*?)</dd>", part)]


def test_everything_that_happened_is_listed_newest_first(client: FlaskClient, meeting: int) -> None:
    first = entries.sign_up("morning", entries.person("見本 花子", meeting))
    people = (entries.person("例 一", meeting), entries.person("例 二", meeting))
    second = entries.sign_up("morning", *people, email="rei@example.com")
    assert acts(client, second.registration_id) == ["申し込み (ご自身)"]
    by = make_account()
    set_meeting(meeting, by, places={"venue": 3})
    signup = entries.signup_of(second)
    entries.change(signup, entries.as_entry(signup, telephone="0300000000"))
    signup = entries.signup_of(second)
    entries.change(signup, entries.as_entry(signup, note="x"), office=ByOffice(actor=by))
    signup = entries.signup_of(second)
    entries.cancel(signup, signup.people[1].bookings[0].id)
    arrangements.record_view(second.registration_id, by)
    renewing.renew_link(second.registration_id, 1, by)
    db.session.remove()
    assert acts(client, second.registration_id, 2) == [
        "専用リンクの交換 (事務局)",
        f"取り消し: 例 二 さん({title_of(meeting)}) (ご自身)",
        "内容の変更: 事務局へのご連絡 (事務局)",
        "内容の変更: 電話番号 (ご自身)",
        "キャンセル待ちからの繰り上がり (自動)",
        "申し込み (ご自身)",
    ]
    assert acts(client, first.registration_id) == ["申し込み (ご自身)"]


def test_a_change_is_told_in_words_of_the_form(client: FlaskClient, meeting: int) -> None:
    lunch, choices = entries.make_question(meeting, asked="signup")
    set_meeting(meeting, make_account(), places={"venue": 9})
    one = entries.sign_up("morning", entries.person("見本 花子", meeting))
    signup = entries.signup_of(one)
    after = entries.as_entry(
        signup, email="rei@example.com", answers=(entries.chosen(lunch, choices[0]),)
    )
    people = (replace(after.people[0], role="理事"), entries.person("例 二", meeting))
    entries.change(signup, replace(after, people=people))
    db.session.remove()
    title = title_of(meeting)
    told = f"内容の変更: メールアドレス、見本 花子 さん、例 二 さん({title})、昼食 (ご自身)"
    assert acts(client, one.registration_id)[0] == told


def test_what_the_office_does_with_the_meeting_is_listed_by_its_name(
    client: FlaskClient, meeting: int
) -> None:
    by = make_account()
    set_meeting(meeting, by, venue_name=Translated(ja="前の会場"))
    one = entries.sign_up("morning", entries.person("見本 花子", meeting)).registration_id
    start = now() + timedelta(days=50)
    set_meeting(meeting, by, spans=((start, start + timedelta(hours=1)),))
    set_meeting(meeting, by, waiting_list=False)
    meetings.call_off(meeting, by)
    title = title_of(meeting)
    assert acts(client, one) == [
        f"「{title}」の中止 (事務局)",
        f"「{title}」の日時・会場・オンラインの接続先の変更 (事務局)",
        "申し込み (ご自身)",
    ]
    assert len(acts(client, one, lang="en")) == 3


def title_of(meeting: int) -> str:
    return db.session.get_one(Event, meeting).title.ja


def test_several_who_move_up_together_are_one_line(client: FlaskClient, meeting: int) -> None:
    entries.sign_up("morning", entries.person("見本 花子", meeting))
    people = (entries.person("例 一", meeting), entries.person("例 二", meeting))
    second = entries.sign_up("morning", *people, email="rei@example.com")
    set_meeting(meeting, make_account(), places={"venue": 3})
    assert acts(client, second.registration_id)[0].startswith("キャンセル待ちからの繰り上がり")
    assert len(acts(client, second.registration_id)) == 2


def test_no_name_and_no_value_is_in_it_and_the_queries_stay_as_many(
    app: Flask, client: FlaskClient, meeting: int
) -> None:
    by = make_account(name="例 事務")
    one = entries.sign_up("morning", entries.person("見本 花子", meeting))
    with count_queries(app) as few:
        assert acts(client, one.registration_id)
    for number in range(25):
        signup = entries.signup_of(one)
        entries.change(
            signup, entries.as_entry(signup, note=f"x{number}"), office=ByOffice(actor=by)
        )
        db.session.remove()
    with count_queries(app) as many:
        found = acts(client, one.registration_id)
    assert len(few) == len(many)
    assert len(found) == 20
    assert "例 事務" not in "".join(found)
    assert "x2" not in "".join(found)
