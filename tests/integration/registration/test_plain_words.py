"""やさしい日本語: the same walk in plain words with readings, from the form to the letter."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.base.furigana import MARKS
from app.config import current_settings
from app.db import Translated, db
from app.events import queries, samples
from app.mail.message import build
from app.mail.models import OutboxLetter
from app.registration.models import Registration
from tests import entries
from tests.factories import make_event
from tests.integration.registration.test_signup import PERSON, as_typed, open_form, send

EASY = "?lang=easy"
NAME = "<ruby>名前<rp>(</rp><rt>なまえ</rt><rp>)</rp></ruby>"
PAGES = ("/", "/events/soukai", "/events/soukai/register", "/privacy", "/nothing")


@pytest.fixture(autouse=True)
def event(app: Flask) -> int:
    return make_event("soukai", venue=50, online=50)


def assert_clean(page: str) -> None:
    """Readings in the text, and nowhere else."""
    assert '<html lang="ja" class="easy">' in page
    assert "<ruby>" in page
    assert MARKS.isdisjoint(page)
    tags = re.sub(r"</?(ruby|rp|rt)>", "", page)
    assert not re.search(r"<[^>]*<", tags), "readings within a tag"
    title = re.search("<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert "<" not in title[1]


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_read_in_plain_words(client: FlaskClient, page: str) -> None:
    assert_clean(client.get(page + EASY).text)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["", "?lang=ja", "?lang=en", "?lang=xx"])
def test_other_languages_have_no_readings(client: FlaskClient, page: str, lang: str) -> None:
    text = client.get(page + lang).text
    assert "<ruby" not in text
    assert "easy" not in text.replace("lang=easy", "")
    assert MARKS.isdisjoint(text)


def test_the_whole_walk(client: FlaskClient) -> None:
    form = client.get(f"/events/soukai/register{EASY}")
    assert_clean(form.text)
    assert f'<label for="p0-name">{NAME}' in form.text
    token = open_form(client, EASY)
    wrong = send(client, "check", {**PERSON, "reading": ""}, token, EASY)
    assert wrong.status_code == 422
    assert_clean(wrong.text)
    assert "<title>まちがい: " in wrong.text
    assert 'value="見本 花子"' in wrong.text
    check = send(client, "check", PERSON, token, EASY)
    assert_clean(check.text)
    assert "<dd>見本 花子" in check.text
    complete = send(client, "complete", PERSON, token, EASY)
    assert complete.status_code == 303
    assert_clean(client.get(complete.location).text)
    assert db.session.scalars(select(Registration.locale)).one() == "easy"


def test_the_personal_page_opens_in_plain_words(client: FlaskClient) -> None:
    done = client.get(send(client, "complete", PERSON, open_form(client), EASY).location)
    link = re.search(r"/r/[a-z0-9-]+", done.text)
    assert link
    assert_clean(client.get(link[0]).text)
    assert "<ruby" not in client.get(f"{link[0]}?lang=ja").text


@pytest.mark.parametrize(
    ("here", "offered"),
    [("ja", ["en", "easy"]), ("en", ["ja", "easy"]), ("easy", ["ja", "en"])],
)
def test_the_switch_takes_along_what_was_typed_to_each_other_language(
    client: FlaskClient, here: str, offered: list[str]
) -> None:
    lang = f"?lang={here}"
    token = open_form(client, lang)
    page = send(client, "check", PERSON, token, lang)
    found = re.findall(r'top__lang" form="signup" formaction="([^"]+)" name="step"', page.text)
    assert [address.partition("lang=")[2] for address in found] == offered
    for address in found:
        other = client.post(address, data={**as_typed(PERSON), "step": "check", "token": token})
        assert other.status_code == 200
        assert "<dd>見本 花子" in other.text
        assert "mihon@example.com" in other.text


@pytest.mark.parametrize(
    ("here", "words"),
    [
        ("ja", ["English", "やさしい日本語"]),
        ("en", ["日本語", "やさしい日本語"]),
        ("easy", ["ふつうの日本語", "English"]),
    ],
)
def test_pages_link_to_each_other_language(
    client: FlaskClient, here: str, words: list[str]
) -> None:
    page = client.get(f"/events/soukai?lang={here}").text
    found = re.findall(r'top__lang" href="[^"]*" lang="\w+" hreflang="\w+">(.*?)</a>', page)
    shown = [re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>|</?ruby>", "", each) for each in found]
    assert shown == words


def test_markup_that_was_typed_stays_text(client: FlaskClient) -> None:
    typed = {**PERSON, "name": "<b>花子</b>", "note": "名前《なまえ》|<i>《い》"}
    page = send(client, "check", typed, open_form(client), EASY).text
    assert "&lt;b&gt;花子&lt;/b&gt;" in page
    assert "<dd>名前《なまえ》|&lt;i&gt;《い》</dd>" in page
    assert "<b>花子" not in page


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_marks_are_refused_as_other_characters_that_no_keyboard_makes(
    client: FlaskClient, mark: str
) -> None:
    typed = {**PERSON, "name": f"花{mark}子"}
    answer = send(client, "check", typed, open_form(client), EASY)
    assert answer.status_code == 422
    assert_clean(answer.text)


def test_the_office_has_no_plain_words(office_client: FlaskClient) -> None:
    page = office_client.get("/office/?lang=easy", follow_redirects=True)
    assert "<ruby" not in page.text
    assert 'class="easy"' not in page.text


def test_the_letter(app: Flask, event: int) -> None:
    """Its text is compared whole in the unit tests; here, what goes with it."""
    entries.sign_up("soukai", entries.person("見本 花子", event), locale="easy")
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert "申(もう)し込(こ)み" in letter.body
    assert MARKS.isdisjoint(letter.subject + letter.body)
    (invite,) = letter.invites
    assert invite["summary"] == "見本の総会"
    assert all(MARKS.isdisjoint(str(kept)) for kept in invite.values())
    message = build(letter, current_settings())
    assert message.extra_headers["Content-Language"] == "ja"
    assert message.sender[0] == "WNJ 事務局"


def test_a_text_in_plain_words_wins_there_alone(app: Flask) -> None:
    moment = datetime(2026, 5, 18, tzinfo=UTC)
    samples.load(moment, as_announced=True)
    titles = {
        lang: queries.get_meeting("wnj-30-soukai", lang, moment).title
        for lang in ("ja", "en", "easy")
    }
    assert titles["ja"] == "第30回 WNJ 定期総会"
    assert titles["en"] == "30th WNJ General Assembly"
    assert not MARKS.isdisjoint(titles["easy"])
    assert Translated(ja="総会", en="Assembly").text("easy") == "総会"
