"""Texts of the office: stored by version, put back, and in every letter of their series."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.auth.facts import Actor
from app.auth.queries import list_history_of
from app.base.errors import NotFound
from app.db import db, transaction
from app.events.models import Event
from app.interest import service as interest
from app.interest.facts import Wish
from app.mail.models import OutboxLetter
from app.texts import queries, service
from app.texts.facts import Text
from app.texts.kinds import KINDS
from app.texts.letters import default_text
from app.texts.models import LetterText
from tests import entries
from tests.conftest import count_queries
from tests.factories import make_event
from tests.office import make_account

OWN = Text(
    subject="{{会の名前}} ようこそ",
    body="{{氏名}} さん\n{{理由}}\n{{お断り}}\n{{内容}}\n{{リンク}}",
)


@pytest.fixture
def by(app: Flask) -> Actor:
    return make_account()


def series_of(event_id: int) -> int:
    series_id = db.session.scalar(select(Event.series_id).where(Event.id == event_id))
    assert series_id is not None
    return series_id


def stored(series_id: int, kind: str = "confirmed", locale: str = "ja") -> Text | None:
    db.session.remove()
    return queries.find_stored(series_id, kind, locale).text


def letters_of(purpose: str) -> list[tuple[str, str]]:
    db.session.remove()
    query = select(OutboxLetter.subject, OutboxLetter.body).where(OutboxLetter.purpose == purpose)
    return [(row.subject, row.body) for row in db.session.execute(query.order_by(OutboxLetter.id))]


def accept_all() -> None:
    """Let all letters go: what has gone is what the next one starts from."""
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted"))


def test_a_text_is_in_the_letters_that_are_made_from_then_on(by: Actor) -> None:
    event, other = make_event(), make_event("other")
    entries.sign_up("soukai", entries.person("見本 一", event), email="1@example.com")
    assert service.save(series_of(event), "confirmed", "ja", OWN, 0, by)
    entries.sign_up("soukai", entries.person("見本 二", event), email="2@example.com")
    entries.sign_up("other", entries.person("見本 三", other), email="3@example.com")
    entries.sign_up("soukai", entries.person("M 4", event), email="4@example.com", locale="en")
    entries.sign_up(
        "soukai", entries.person("見本 五", event), email="5@example.com", locale="easy"
    )
    own = [subject == "見本の総会 ようこそ" for subject, _body in letters_of("confirmed")]
    assert own == [False, True, False, False, False]
    assert letters_of("confirmed")[1][1].startswith("見本 二 さん\n受付番号")


def test_every_letter_of_a_sign_up_follows_its_text(by: Actor) -> None:
    event = make_event(venue=1)
    series = series_of(event)
    for kind in ("confirmed", "waiting", "moved_up", "cancelled", "already"):
        blocks = "\n".join(one.written("ja") for one in KINDS[kind].must)
        service.save(series, kind, "ja", Text(subject=f"件名 {kind}", body=blocks), 0, by)
    first = entries.signup_of(entries.sign_up("soukai", entries.person("見本 一", event)))
    entries.sign_up("soukai", entries.person("見本 二", event), email="2@example.com")
    accept_all()
    entries.cancel(first)
    entries.sign_up("soukai", entries.person("見本 二", event), email="2@example.com")
    made = db.session.scalars(select(OutboxLetter.subject).order_by(OutboxLetter.id))
    assert sorted(made) == [
        f"件名 {kind}" for kind in ("already", "cancelled", "confirmed", "moved_up", "waiting")
    ]


def test_texts_cost_one_query_however_many_letters(app: Flask, by: Actor) -> None:
    event = make_event()
    service.save(series_of(event), "confirmed", "ja", OWN, 0, by)
    with count_queries(app) as sent:
        entries.sign_up("soukai", entries.person("見本 一", event))
    assert len([one for one in sent if "letter_text" in one]) == 1
    assert len(sent) <= 19, "\n".join(sent)  # and one for the rate limit


def test_interest_is_answered_with_the_office_s_text(by: Actor) -> None:
    event = make_event(starts_in=None, opens=None)
    text = Text(subject="確認です", body="{{氏名}} さん、ここを押してください。\n{{リンク}}")
    service.save(series_of(event), "interest_ask", "ja", text, 0, by)
    wish = Wish(
        slug="soukai",
        name="見本 花子",
        organisation="",
        email="mihon@example.com",
        locale="ja",
        form_key="0" * 32,
    )
    interest.ask(wish)
    ((subject, body),) = letters_of("interest_ask")
    assert subject == "確認です"
    assert body.startswith("見本 花子 さん、ここを押してください。")
    assert "/i/" in body


def test_the_second_of_two_is_told(by: Actor) -> None:
    series = series_of(make_event())
    assert service.save(series, "confirmed", "ja", OWN, 0, by)
    with pytest.raises(service.Changed):
        service.save(series, "confirmed", "ja", Text(subject="別", body=OWN.body), 0, by)
    assert stored(series) == OWN
    assert not service.save(series, "confirmed", "ja", OWN, 0, by), "the same twice is no clash"
    other = Text(subject="別", body=OWN.body)
    assert service.save(series, "confirmed", "ja", other, 1, by)
    with pytest.raises(service.Changed):
        service.reset(series, "confirmed", "ja", 1, by)
    assert stored(series) == other


def test_a_version_is_never_used_again(by: Actor) -> None:
    """Whoever opened the page before it was put back and written anew is told, too."""
    series = series_of(make_event())
    service.save(series, "confirmed", "ja", OWN, 0, by)
    service.reset(series, "confirmed", "ja", 1, by)
    service.save(series, "confirmed", "ja", Text(subject="新しい", body=OWN.body), 2, by)
    with pytest.raises(service.Changed):
        service.save(series, "confirmed", "ja", Text(subject="古い", body=OWN.body), 1, by)


def test_put_back_it_reads_as_it_did_and_the_text_can_be_had_again(by: Actor) -> None:
    event = make_event()
    series = series_of(event)
    service.save(series, "confirmed", "ja", OWN, 0, by)
    assert service.reset(series, "confirmed", "ja", 1, by)
    assert not service.reset(series, "confirmed", "ja", 1, by), "pressed twice"
    db.session.remove()
    found = queries.find_stored(series, "confirmed", "ja")
    assert (found.text, found.before, found.version) == (None, OWN, 2)
    entries.sign_up("soukai", entries.person("見本 一", event))
    assert letters_of("confirmed")[0][0].startswith("【受付完了】")
    row = db.session.scalar(select(LetterText.id))
    assert row is not None
    entry = list_history_of("letter_text", row)[0]
    assert entry.before == {"subject": OWN.subject, "body": OWN.body}
    assert entry.after == {"subject": "", "body": ""}


def test_the_default_stored_is_no_text_of_ones_own(by: Actor) -> None:
    series = series_of(make_event())
    assert not service.save(series, "confirmed", "ja", default_text("confirmed", "ja"), 0, by)
    service.save(series, "confirmed", "ja", OWN, 0, by)
    assert service.save(series, "confirmed", "ja", default_text("confirmed", "ja"), 1, by)
    assert stored(series) is None


def test_what_would_not_render_is_not_stored(by: Actor) -> None:
    series = series_of(make_event())
    for text in (
        Text(subject="件名", body="{{氏名}}"),
        Text(subject="{{お名前}}", body=OWN.body),
        Text(subject="a\nBcc: x@example.com", body=OWN.body),
    ):
        with pytest.raises(service.Refused):
            service.save(series, "confirmed", "ja", text, 0, by)
    for kind, locale in (("link_again", "ja"), ("confirmed", "easy"), ("x", "ja")):
        with pytest.raises(NotFound):
            service.save(series, kind, locale, OWN, 0, by)
    with pytest.raises(NotFound):
        service.save(series + 1, "confirmed", "ja", OWN, 0, by)
    assert db.session.scalar(select(LetterText.id)) is None


def test_each_is_told_in_their_own_language(by: Actor) -> None:
    event = make_event(online=5)
    series = series_of(event)
    for locale, word in (("ja", "変わりました"), ("en", "Changed")):
        blocks = "\n".join(one.written(locale) for one in KINDS["changed"].must)
        service.save(series, "changed", locale, Text(subject=word, body=blocks), 0, by)
    for locale in ("ja", "en"):
        receipt = entries.sign_up(
            "soukai", entries.person("見本 一", event), email=f"{locale}@example.com", locale=locale
        )
        signup = entries.signup_of(receipt)
        accept_all()
        entries.change(signup, entries.with_way(entries.as_entry(signup), 0, event, "online"))
    assert [subject for subject, _body in letters_of("changed")] == ["変わりました", "Changed"]
