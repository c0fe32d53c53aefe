"""SPF, DKIM and DMARC of the sender's domain, asked of a DNS server on loopback."""

from pathlib import Path
from typing import Any

import pytest

from app.config import Settings, load_settings
from app.mail.check.facts import Finding
from app.mail.check.names import Names
from app.mail.check.sender import check_sender
from tests.nameserver import Zone, name_server

DOMAIN = "mihon.example.jp"
HOST = "smtp.mihon.example.jp"
KEY = "v=DKIM1; k=rsa; p=" + "QUJD" * 90
GOOD: dict[tuple[str, str], list[str]] = {
    (DOMAIN, "TXT"): ["google-site-verification=1", "v=spf1 a:smtp.mihon.example.jp -all"],
    (HOST, "A"): ["192.0.2.5"],
    (f"s1._domainkey.{DOMAIN}", "TXT"): [KEY],
    (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=none"],
}


def settings(tmp_path: Path, **more: Any) -> Settings:
    given = {
        "instance_path": tmp_path,
        "secret_key": "a-key-for-tests-only-a-key-for-tests-only",
        "mail_sender": f"tsudoi@{DOMAIN}",
        "mail_reply_to": "office@mihon.example.jp",
        "mail_server": HOST,
        "mail_dkim_selector": "s1",
        "public_url": "https://tsudoi.mihon.example.jp",
    }
    return load_settings(**{**given, **more})


def look(tmp_path: Path, zone: Zone, **more: Any) -> dict[str, Finding]:
    with name_server(zone) as server:
        found = check_sender(settings(tmp_path, **more), Names(server))
    return {finding.code: finding for finding in found}


def with_spf(*records: str, **more: list[str]) -> dict[tuple[str, str], list[str]]:
    return {**GOOD, (DOMAIN, "TXT"): list(records)}


def test_all_is_right(tmp_path: Path) -> None:
    assert list(look(tmp_path, GOOD)) == ["spf_ok", "dkim_ok", "dmarc_ok"]


def test_nothing_is_there(tmp_path: Path) -> None:
    found = look(tmp_path, {(HOST, "A"): ["192.0.2.5"], (HOST, "AAAA"): ["2001:db8::5"]})
    assert list(found) == ["spf_missing", "dkim_missing", "dmarc_missing"]
    assert found["spf_missing"].lines == (
        f'{DOMAIN}. IN TXT "v=spf1 ip4:192.0.2.5 ip6:2001:db8::5 ~all"',
    )
    assert found["dkim_missing"].lines == (f's1._domainkey.{DOMAIN}. IN TXT "v=DKIM1; k=rsa; p=…"',)
    assert found["dmarc_missing"].lines == (
        f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=none; rua=mailto:office@{DOMAIN}"',
    )


@pytest.mark.parametrize(
    ("host", "record", "code", "line"),
    [
        ("smtp.gmail.com", "v=spf1 mx ~all", "spf_without_us", "mx include:_spf.google.com ~all"),
        ("smtp.gmail.com", "v=spf1 include:_spf.google.com ~all", "spf_ok", ""),
        ("SMTP.office365.com", "v=spf1", "spf_without_us", "include:spf.protection.outlook.com"),
        (
            "email-smtp.ap-northeast-1.amazonaws.com",
            "v=spf1 include:amazonses.com -all",
            "spf_ok",
            "",
        ),
    ],
)
def test_known_providers_are_included(
    tmp_path: Path, host: str, record: str, code: str, line: str
) -> None:
    found = look(tmp_path, with_spf(record), mail_server=host)
    assert code in found
    if line:
        assert line in found[code].lines[0]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "spf_ok"),
        ("v=spf1 ip4:192.0.2.5 ~all", "spf_ok"),
        ("v=spf1 ip4:198.51.100.1 ~all", "spf_without_us"),
        ("v=spf1 -ip4:192.0.2.5 +ip4:192.0.2.0/24 ~all", "spf_without_us"),
        ("v=spf1 mx -all", "spf_ok"),
        ("v=spf1 a/24 -all", "spf_ok"),
        ("v=spf1 include:other.example.jp -all", "spf_ok"),
        ("v=spf1 redirect=other.example.jp", "spf_ok"),
        ("v=spf1 include:nobody.example.jp -all", "spf_without_us"),
        ("v=spf1 ~all", "spf_without_us"),
        ("v=spf1 +all", "spf_everybody"),
        ("v=spf1 all", "spf_everybody"),
        ("v=spf1 include:loop.example.jp ~all", "spf_too_long"),
        ("V=SPF1 IP4:192.0.2.5 ~ALL", "spf_ok"),
    ],
)
def test_spf_is_followed(tmp_path: Path, record: str, code: str) -> None:
    zone = {
        **with_spf(record),
        (DOMAIN, "A"): ["192.0.2.77"],
        (DOMAIN, "MX"): ["10 mx.example.jp."],
        ("mx.example.jp", "A"): ["192.0.2.5"],
        ("other.example.jp", "TXT"): ["v=spf1 ip4:192.0.2.5 -all"],
        ("loop.example.jp", "TXT"): ["v=spf1 include:loop.example.jp ~all"],
    }
    assert next(iter(look(tmp_path, zone))) == code


def test_several_records_become_one(tmp_path: Path) -> None:
    found = look(tmp_path, with_spf("v=spf1 mx -all", "v=spf1 include:a.example.jp ~all"))
    assert found["spf_several"].lines == (
        f'{DOMAIN}. IN TXT "v=spf1 mx include:a.example.jp ip4:192.0.2.5 -all"',
    )


def test_a_mail_server_on_this_machine_cannot_be_judged(tmp_path: Path) -> None:
    found = look(tmp_path, GOOD, mail_server="localhost")
    assert found["spf_unsure"].state == "note"
    bare = look(tmp_path, {**GOOD, (DOMAIN, "TXT"): []}, mail_server="localhost")
    assert bare["spf_missing"].lines == (
        f'{DOMAIN}. IN TXT "v=spf1 a:tsudoi.mihon.example.jp ~all"',
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("v=DKIM1; p=", "dkim_broken"),
        ("v=DKIM1; p=***", "dkim_broken"),
        ("p=QUJD", "dkim_ok"),
        ("v=spf1 -all", "dkim_missing"),
    ],
)
def test_dkim_keys(tmp_path: Path, text: str, code: str) -> None:
    assert code in look(tmp_path, {**GOOD, (f"s1._domainkey.{DOMAIN}", "TXT"): [text]})


def test_without_a_selector_dkim_cannot_be_right(tmp_path: Path) -> None:
    found = look(tmp_path, GOOD, mail_dkim_selector="")
    assert found["dkim_no_selector"].state == "bad"


@pytest.mark.parametrize(
    ("records", "code"),
    [
        (["v=DMARC1; p=reject; rua=mailto:a@b"], "dmarc_ok"),
        (["v=DMARC1;p=quarantine"], "dmarc_ok"),
        (["v=DMARC1; rua=mailto:a@b"], "dmarc_broken"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc_several"),
        (["v=spf1 -all"], "dmarc_missing"),
    ],
)
def test_dmarc(tmp_path: Path, records: list[str], code: str) -> None:
    assert code in look(tmp_path, {**GOOD, (f"_dmarc.{DOMAIN}", "TXT"): records})


def test_dmarc_of_the_organisation_counts_for_its_parts(tmp_path: Path) -> None:
    zone = {key: value for key, value in GOOD.items() if not key[0].startswith("_dmarc")}
    zone["_dmarc.example.jp", "TXT"] = ["v=DMARC1; p=none"]
    assert "dmarc_ok" in look(tmp_path, zone)


@pytest.mark.parametrize("fault", ["fails", "silent"])
def test_dns_that_does_not_answer(
    tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mail.check.names.LIFETIME", 0.5)
    with name_server(GOOD, **{fault: True}) as server:
        found = check_sender(settings(tmp_path), Names(server))
    assert [one.code for one in found] == ["spf_no_answer", "dkim_no_answer", "dmarc_no_answer"]
    assert {one.state for one in found} == {"bad"}
