"""E-mail addresses and suggestions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.addresses import BadAddress, email_key, parse_email, suggest_email
from app.base.errors import Invalid

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ADDRESS_LIKE = st.from_regex(
    r"[a-z.\"@＠ あ\r\n+-]{0,12}@[a-zé.-]{1,12}(com|ne\.jp)?", fullmatch=True
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("hanako@example.com", "hanako@example.com"),
        ("  hanako@example.com　", "hanako@example.com"),
        ("Hanako@EXAMPLE.Com", "Hanako@example.com"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "hanako@example.com"),
        ("hanako@example。com", "hanako@example.com"),
        ("o'brien+wnj@mail.example.co.jp", "o'brien+wnj@mail.example.co.jp"),
        ("hanako@trial.test", "hanako@trial.test"),
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
        ("a.b@docomo.ne.jp", "a.b@docomo.ne.jp"),
    ],
)
def test_parse_email(raw: str, value: str) -> None:
    address = parse_email(raw)
    assert (address.value, address.may_fail) == (value, False)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
        ("a.@docomo.ne.jp", "a.@docomo.ne.jp"),
        (".a@ezweb.ne.jp", ".a@ezweb.ne.jp"),
        ("A..b.@AU.com", "A..b.@au.com"),
        ("ａ．．ｂ＠ｄｏｃｏｍｏ．ｎｅ．ｊｐ", "a..b@docomo.ne.jp"),
    ],
)
def test_old_carrier_addresses_are_taken_and_marked(raw: str, value: str) -> None:
    address = parse_email(raw)
    assert (address.value, address.may_fail) == (value, True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        (" 　", "empty"),
        ("hanako@example.com\r\nBcc: taro@example.com", "control"),
        ("hanako@example.com\n", "control"),
        ("ha\0nako@example.com", "control"),
        ("hanako\u202e@example.com", "control"),
        ("hanako@\ud800.com", "control"),
        ("hanako", "no_at"),
        ("hanako.example.com", "no_at"),
        ('"hana ko"@example.com', "quoted"),
        ("花子@example.com", "non_ascii"),
        ("@example.com", "local"),
        ("a..b@example.com", "local"),
        ("a.@softbank.ne.jp", "local"),
        ("ha nako@example.com", "local"),
        ("a@b@example.com", "local"),
        ("a@b@docomo.ne.jp", "local"),
        ("..@docomo.ne.jp", "local"),
        ("hanako@", "domain"),
        ("hanako@example", "domain"),
        ("hanako@test", "domain"),
        ("hanako@localhost", "domain"),
        ("hanako@[192.0.2.1]", "domain"),
        ("hanako@exa mple.com", "domain"),
        ("hanako@gmail,com", "domain"),
        ("hanako@example..com", "domain"),
        ("hanako@-example.com", "domain"),
        ("hanako@example.com;taro@example.com", "local"),
        ("h" * 65 + "@example.com", "too_long"),
        ("h@" + "a." * 130 + "com", "too_long"),
    ],
)
def test_bad_addresses(raw: str, code: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_email(raw)
    assert refused.value.code == code
    assert isinstance(refused.value, Invalid)


@given(ANY_TEXT | ADDRESS_LIKE)
def test_any_text_is_an_address_or_refused(raw: str) -> None:
    try:
        address = parse_email(raw)
    except BadAddress:
        return
    assert address.value.isascii()
    assert address.value.isprintable()
    assert len(address.value) <= 254
    assert parse_email(address.value) == address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmail.con", "gmail.com"),
        ("gmial.com", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail,com", "gmail.com"),
        ("gmail..com", "gmail.com"),
        ("gmail.com.", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail", "gmail.com"),
        ("ｇｍａｉｌ．ｃｏｎ", "gmail.com"),
        ("GMAIL.CON", "gmail.com"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("docomo.ne.jo", "docomo.ne.jp"),
        ("docomo.ne,jp", "docomo.ne.jp"),
        ("dokomo.ne.jp", "docomo.ne.jp"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("yahoo.ne.jp", "yahoo.co.jp"),
        ("yahoo.cojp", "yahoo.co.jp"),
        ("yaho.co.jp", "yahoo.co.jp"),
        ("ezweb.co.jp", "ezweb.ne.jp"),
        ("softbank.co.jp", "softbank.ne.jp"),
        ("icloud.co", "icloud.com"),
        ("iclould.com", "icloud.com"),
        ("hotmial.com", "hotmail.com"),
        ("example.con", "example.com"),
        ("mihon.example.cmo", "mihon.example.com"),
        ("mihon.co.jo", "mihon.co.jp"),
        ("mihon,com", "mihon.com"),
    ],
)
def test_suggest_email(typed: str, meant: str) -> None:
    assert suggest_email(f"Hana.ko@{typed}") == f"Hana.ko@{meant}"
    assert suggest_email(f"Hana.ko@{meant}") is None


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMAIL.com",
        "yahoo.com",
        "yahoo.co.jp",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "icloud.com",
        "me.com",
        "mail.com",
        "email.com",
        "ymail.com",
        "live.jp",
        "outlook.jp",
        "hotmail.co.jp",
        "example.com",
        "example.co.jp",
        "mihon.coop",
        "mihon.co",
    ],
)
def test_a_good_domain_is_not_questioned(domain: str) -> None:
    assert suggest_email(f"hanako@{domain}") is None


@pytest.mark.parametrize(
    "typed", ["", "hanako", "@gmail.con", "花子@gmail.con", "ha nako@gmail.con", "a@あ.con"]
)
def test_no_suggestion_without_sense(typed: str) -> None:
    assert suggest_email(typed) is None


@given(ANY_TEXT | ADDRESS_LIKE)
def test_a_suggestion_is_final(raw: str) -> None:
    suggestion = suggest_email(raw)
    if suggestion is not None:
        assert suggest_email(suggestion) is None


def test_email_key() -> None:
    assert email_key(" Hanako@EXAMPLE.com ") == email_key("ｈａｎａｋｏ＠example.com")
    assert email_key("hanako@example.com") != email_key("hanak@example.com")
