"""The texts of letters in the office."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.base.clock import now
from app.base.errors import Busy
from app.db import Translated, db, transaction
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.texts import service
from app.texts.facts import LOCALES
from app.texts.kinds import KINDS
from app.texts.models import LetterText
from tests import entries
from tests.conftest import count_queries
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, enter, hidden_of
from tests.pages import errors, filled

LIST = "/office/events/soukai/letters"
ONE = f"{LIST}/confirmed/ja"
OWN = {
    "subject": "{{会の名前}} ようこそ",
    "body": "{{氏名}} さん\n{{理由}}\n{{お断り}}\n{{内容}}\n{{リンク}}",
}


@pytest.fixture
def office(office_client: FlaskClient) -> FlaskClient:
    enter(office_client, role="administrator")
    return office_client


def post(office: FlaskClient, path: str = ONE, **values: str) -> TestResponse:
    page = office.get(path)
    return office.post(path, data={**filled(page).to_dict(), **values})


def preview_of(page: TestResponse) -> str:
    found = re.findall(r'<pre lang="\w+">(.*?)</pre>', page.text, re.DOTALL)
    return html.unescape(found[-1])


def text_of(page: TestResponse) -> tuple[str, str]:
    values = filled(page)
    return values["subject"], values["body"].replace("\r\n", "\n")


def stored() -> list[tuple[str, str, str]]:
    db.session.remove()
    rows = db.session.scalars(select(LetterText).where(LetterText.body != ""))
    return [(row.kind, row.locale, row.subject) for row in rows]


def test_from_the_default_to_a_text_of_ones_own_and_back(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    assert LIST in office.get("/office/events/soukai/settings").text
    assert f'href="{ONE}"' in office.get(LIST).text
    assert "変更した文面" not in office.get(LIST).text
    page = office.get(ONE)
    subject, body = text_of(page)
    assert subject == "【受付完了】{{会の名前}} (受付番号 {{受付番号}})"
    assert body.startswith(
        "{{氏名}} 様\n\nこのたびはお申し込みいただき、ありがとうございます。\n{{状態}}\n"
    )
    done = post(office, **OWN)
    assert done.status_code == 303
    assert "文面を保存しました" in office.get(done.location).text
    assert office.get(LIST).text.count("変更した文面") == 1
    entries.sign_up("soukai", entries.person("見本 一", event))
    assert db.session.scalars(select(OutboxLetter.subject)).one() == "見本の総会 ようこそ"

    page = office.get(ONE)
    back = office.post(f"{ONE}/default", data=hidden_of(page))
    assert back.status_code == 303
    page = office.get(back.location)
    assert "既定の文面にもどしました" in page.text
    assert text_of(page) == (subject, body)
    assert stored() == []
    again = office.post(ONE, data={**filled(page).to_dict(), "step": "before"})
    assert text_of(again) == (OWN["subject"], OWN["body"])
    assert stored() == [], "nothing counts before it is stored"
    assert actions(app)[-2:] == ["registration.created", "letter_text.reset"]
    assert "メールを既定の文面にもどしました" in office.get("/office/history").text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signed_up", [0, 2])
def test_every_kind_is_shown_as_somebody_gets_it(
    office: FlaskClient, kind: str, locale: str, signed_up: int
) -> None:
    event = make_event()
    make_signups(event, signed_up)
    page = office.get(f"{LIST}/{kind}/{locale}")
    assert page.status_code == 200
    shown = preview_of(page)
    assert "{{" not in shown
    assert "\n\n\n" not in shown
    number = "number" in KINDS[kind].inline
    if locale == "ja":
        assert shown.startswith("見本 花子 様")
    else:
        assert ("Hanako Mihon" in shown) is not (number and signed_up > 0)
    assert not re.search(r"/[ri]/[a-z0-9]{8}", shown), "a personal link is nobody else's to see"


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_written_before_the_meeting_is_announced(office: FlaskClient, kind: str) -> None:
    make_event(state="draft", starts_in=None, opens=None)
    page = office.get(f"{LIST}/{kind}/ja")
    assert page.status_code == 200
    assert "見本 花子 様" in preview_of(page)


def test_a_sample_is_shown_as_one(office: FlaskClient) -> None:
    make_event(series_id=make_series(is_sample=True))
    assert preview_of(office.get(ONE)).startswith("この会合は見本です。")


def test_the_preview_goes_from_person_to_person(office: FlaskClient) -> None:
    make_signups(make_event(), 3)
    first = post(office, **OWN, step="preview")
    assert preview_of(first).startswith("見本 花子 さん")
    assert "前の人" not in first.text
    chosen = re.search(r'value="(person:\d+)">次の人', first.text)
    assert chosen is not None
    second = post(office, **OWN, step=chosen[1])
    assert not preview_of(second).startswith("見本 花子")
    assert "前の人" in second.text
    assert text_of(second) == (OWN["subject"], OWN["body"])
    assert stored() == []


def test_nobody_of_another_meeting_is_shown(office: FlaskClient) -> None:
    make_event()
    (other,) = make_signups(make_event("other"), 1, first=1)
    page = office.get(f"{ONE}?person={other}")
    assert preview_of(page).startswith("見本 花子 様")
    assert "A-0000" in preview_of(page)


def test_what_is_wrong_is_said_and_corrected_by_a_button(office: FlaskClient) -> None:
    make_event()
    body = "{{お名前}} さん\n{{内容}}\nこちら {{リンク}}"
    refused = post(office, subject="{{内容}}<script>", body=body)
    assert refused.status_code == 422
    assert "エラー" in refused.text
    for told in (
        "{{お名前}} は使えません。{{氏名}} に直してください",
        "{{内容}} は件名には使えません",
        "本文に {{理由}} を入れてください",
        "本文に {{お断り}} を入れてください",
        "{{リンク}} は、1行に単独で書いてください",
    ):
        assert told in refused.text
    assert len(errors(refused)) == 5, errors(refused)
    assert "<mark>{{お名前}}</mark>" in refused.text
    assert "<script>" not in refused.text
    mended = post(office, subject="件名", body=body, fix="body:0")
    assert text_of(mended)[1].startswith("{{氏名}} さん")
    assert stored() == []


def test_the_second_of_two_is_shown_both_texts(office: FlaskClient) -> None:
    make_event()
    mine = office.get(ONE)
    post(office, subject="あの人の件名", body=OWN["body"])
    clash = office.post(ONE, data={**hidden_of(mine), **OWN})
    assert clash.status_code == 409
    assert "ほかの方が、先にこの文面を変えました" in clash.text
    assert "いまの内容: あの人の件名" in clash.text
    assert "その間に変わったもの" not in clash.text
    assert text_of(clash) == (OWN["subject"], OWN["body"])
    assert stored() == [("confirmed", "ja", "あの人の件名")]
    reset = office.post(f"{ONE}/default", data=filled(mine).to_dict())
    assert reset.status_code == 409
    assert f'<a class="link" href="{ONE}">' in reset.text
    assert text_of(reset)[0] == "あの人の件名", "whoever pressed it had changed nothing"
    again = office.post(ONE, data={**filled(clash).to_dict(), "step": "save"})
    assert again.status_code == 303
    assert stored() == [("confirmed", "ja", OWN["subject"])]


def test_of_two_who_change_different_parts_both_are_kept(office: FlaskClient) -> None:
    make_event()
    mine = filled(office.get(ONE))
    body = mine["body"].replace("\r\n", "\n") + "\nあの人の一行"
    post(office, body=body)
    clash = office.post(ONE, data={**mine.to_dict(), "subject": OWN["subject"]})
    assert clash.status_code == 409
    box = clash.text.partition('class="errs')[2].partition("<h1>")[0]
    assert "あの人の一行" in box.partition("その間に変わったもの")[2]
    assert "入力した内容:" not in box
    assert text_of(clash) == (OWN["subject"], body)
    again = office.post(ONE, data={**filled(clash).to_dict(), "step": "save"})
    assert again.status_code == 303
    assert text_of(office.get(ONE)) == (OWN["subject"], body)


def test_typed_words_outlast_a_busy_database(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_all: object) -> None:
        raise Busy("lock")

    make_event()
    monkeypatch.setattr(service, "save", busy)
    answer = post(office, **OWN)
    assert answer.status_code == 503
    assert text_of(answer) == (OWN["subject"], OWN["body"])


def test_a_text_holds_for_the_meetings_of_a_day(office: FlaskClient) -> None:
    series = make_series()
    for slug in ("soukai", "sousoukai"):
        make_event(slug, series_id=series, title=Translated(ja=f"見本 {slug}"))
    post(office, **OWN)
    page = office.get(ONE.replace("soukai", "sousoukai"))
    assert text_of(page)[0] == OWN["subject"]
    assert "見本 soukai、見本 sousoukai" in page.text


@pytest.mark.parametrize("path", ["link_again/ja", "confirmed/easy", "x/ja", "confirmed/x"])
def test_there_are_no_other_texts(office: FlaskClient, path: str) -> None:
    make_event()
    assert office.get(f"{LIST}/{path}").status_code == 404
    assert office.get(f"{ONE}".replace("soukai", "nothing")).status_code == 404


def test_pages_take_the_same_queries_at_any_size(app: Flask, office: FlaskClient) -> None:
    event = make_event()
    counted: dict[str, list[int]] = {LIST: [], ONE: []}
    for number in (1, 20):
        make_signups(event, number)
        for path, found in counted.items():
            office.get(path)
            with count_queries(app) as sent:
                office.get(path)
            found.append(len(sent))
    assert all(first == second for first, second in counted.values()), counted


def test_letters_about_a_date_are_shown_as_those_who_asked_get_them(office: FlaskClient) -> None:
    event = make_event(starts_in=None, opens=None)
    with transaction() as session:
        for n, state in enumerate(("confirmed", "left", "asked")):
            row = Interest(
                event_id=event,
                name=f"例 {n}",
                email=f"rei{n}@example.com",
                email_key=f"rei{n}@example.com",
                state=state,
                created_at=now(),
            )
            session.put(row)
    path = f"{LIST}/date_fixed/ja"
    page = office.get(path)
    assert preview_of(page).startswith("例 0 様")
    assert "rei0@example.com" in page.text
    chosen = re.search(r'value="(person:\d+)">次の人', page.text)
    assert chosen is not None
    after = post(office, path, step=chosen[1])
    assert preview_of(after).startswith("例 2 様"), "who has left is written to no more"
    assert "次の人" not in after.text
