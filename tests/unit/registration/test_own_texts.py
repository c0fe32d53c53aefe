"""Letters worded by the office: the default is where it starts, and nothing is lost on the way."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.registration.letters import letters, snapshots, stand_ins
from app.texts.facts import LOCALES, Text
from app.texts.kinds import KINDS
from app.texts.letters import default_text
from app.texts.rules import faults
from tests.facts import meeting, offer, person, signup
from tests.unit.registration import test_letters
from tests.unit.registration.test_letters import CASES, plain_app, shown

__all__ = ["plain_app"]
OF_ANOTHER = {"already", "address_changed"}
"""Letters that tell of something else than what is new in a sign-up."""
SIGNED_UP = [code for code in KINDS if "number" in KINDS[code].inline and code not in OF_ANOTHER]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", KINDS)
def test_the_default_text_can_be_stored_as_it_is(plain_app: Flask, code: str, locale: str) -> None:
    assert faults(default_text(code, locale), KINDS[code], locale) == ()


@pytest.mark.parametrize("name", CASES)
def test_the_default_text_filled_in_is_the_letter_that_goes_without_it(
    plain_app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As the form hands it over: trimmed, and stored for every kind in both languages."""
    texts = {}
    for code in KINDS:
        for locale in LOCALES:
            text = default_text(code, locale)
            texts[code, locale] = Text(subject=text.subject, body=text.body.strip())
    monkeypatch.setattr(test_letters, "TEXTS", texts)
    shown(CASES[name](), name)


def test_a_text_holds_for_its_kind_and_language_alone(plain_app: Flask) -> None:
    own = Text(subject="{{会の名前}} ようこそ", body="{{氏名}} さん\n{{内容}}\n{{リンク}}")
    texts = {("confirmed", "ja"): own}
    who = person(1, "見本 花子", (1, "venue", "confirmed"))
    made = {}
    for locale in ("ja", "easy", "en"):
        one = signup(who, locale=locale)
        letter = letters.told(one, offer(meeting(1)), None, letters.Why(actor="person"), texts)
        assert letter is not None
        made[locale] = (letter.subject, letter.body)
    assert made["ja"][0] == "第30回 見本総会 ようこそ"
    assert made["ja"][1].startswith("見本 花子 さん\n受付番号: A-0123")
    assert made["ja"][1].rstrip().splitlines()[-1].startswith("http://127.0.0.1:8000/r/")
    assert "ようこそ" not in "".join(made["easy"] + made["en"])
    assert "Hello" not in made["en"][1]


def test_a_name_that_reads_like_a_variable_stays_as_it_is(plain_app: Flask) -> None:
    own = Text(subject="{{氏名}}", body="{{氏名}}\n{{内容}}\n{{リンク}}")
    one = signup(person(1, "{{リンク}} {% x %}\r\nBcc: x@example.com", (1, "venue", "confirmed")))
    letter = letters.told(
        one, offer(meeting(1)), None, letters.Why(actor="person"), {("confirmed", "ja"): own}
    )
    assert letter is not None
    assert letter.subject == "{{リンク}} {% x %} Bcc: x@example.com"
    assert letter.body.startswith("{{リンク}} {% x %}")
    assert letter.body.count("/r/") == 1


def test_a_sample_says_that_it_is_one_whatever_the_office_writes(plain_app: Flask) -> None:
    own = Text(subject="件名", body="本文\n{{内容}}\n{{リンク}}")
    one = signup(person(1, "見本 花子", (1, "venue", "confirmed")))
    letter = letters.told(
        one,
        offer(meeting(1, is_sample=True)),
        None,
        letters.Why(actor="person"),
        {("confirmed", "ja"): own},
    )
    assert letter is not None
    assert letter.body.startswith("この会合は見本です。\n実際には開かれません。\n\n本文")


@pytest.mark.parametrize("meetings", [1, 2])
@pytest.mark.parametrize("code", SIGNED_UP)
def test_a_stand_in_is_a_case_in_which_this_letter_goes(
    plain_app: Flask, code: str, meetings: int
) -> None:
    days = offer(*(meeting(n + 1) for n in range(meetings)))
    nobody = stand_ins.nobody(days, "見本 花子", "ja")
    group = signup(
        person(1, "見本 花子", (1, "venue", "waiting", 2)),
        person(2, "例 一郎", (1, "online", "cancelled")),
    )
    for who in (nobody, group):
        case = stand_ins.case_of(code, who, days, "理由です")
        after = snapshots.take(case.signup, case.offer)
        assert letters.kind_of(case.before, after, case.why) == code
        assert letters.told(case.signup, case.offer, case.before, case.why) is not None


LINES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    st.sampled_from(
        ["{{氏名}} 様", "{{日にち}}", "{{署名}}", "{{状態}}", "{ {{受付番号}} }", "{{電話}}"]
    ),
)


@pytest.mark.parametrize("name", [name for name in CASES if name != "confirmed-ja-markup"])
def test_whatever_is_accepted_makes_a_whole_letter(
    plain_app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    letter = CASES[name]()
    assert letter is not None
    kind, locale = KINDS[letter.purpose], letter.locale

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data(), subject=LINES)
    def accepted_is_whole(data: Any, subject: str) -> None:
        blocks = [one.written(locale) for one in kind.must]
        lines = data.draw(st.permutations([*blocks, *data.draw(st.lists(LINES, max_size=4))]))
        text = Text(subject=subject, body="\n".join(lines))
        if faults(text, kind, locale):
            return
        monkeypatch.setattr(test_letters, "TEXTS", {(kind.code, locale): text})
        made = CASES[name]()
        assert made is not None
        assert made.subject
        assert made.key == letter.key
        for part in (made.subject, made.body):
            assert kind.words.find_problems(part) == ()
            assert kind.words.found(part) == {}
        links = [line for line in letter.body.splitlines() if "/r/" in line]
        assert set(links) <= {*made.body.splitlines()}

    accepted_is_whole()
