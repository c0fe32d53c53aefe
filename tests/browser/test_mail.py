"""A letter comes back, a calendar refuses, and the office sees both; whether mail is set up."""

import email
import json
import re
import sqlite3
import subprocess
from collections.abc import Callable
from email import policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.mail.check.facts import Finding
from tests import returned
from tests.browser.conftest import PROGRAMS, ROOT, Stack, look, wait_until
from tests.browser.test_office import log_in
from tests.browser.test_sign_up import complete, fill, to_form

NewContext = Callable[..., BrowserContext]


def letter_to(stack: Stack, address: str) -> EmailMessage | None:
    """The letter to an address, as it travelled."""
    for path in sorted((stack.instance / "mailbox").glob("*.eml")):
        found = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        if address in str(found["To"]):
            return found
    return None


def hand_over(stack: Stack, raw: bytes) -> str:
    """What a mail server's alias does with a message."""
    done = subprocess.run(
        [PROGRAMS / "flask", "--app", "wsgi", "mail", "bounces"],
        cwd=ROOT,
        env=stack.environment,
        input=raw,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def sign_up(page: Page, name: str, address: str) -> str:
    to_form(page)
    fill(page, name, email=address)
    page.get_by_role("button", name="確認画面へ進む").last.click()
    return complete(page)


def test_a_letter_comes_back(new_context: NewContext, stack: Stack, width: int) -> None:
    name, address = f"見本 戻子{width}", f"modoriko{width}@example.com"
    visitor = new_context(width).new_page()
    sign_up(visitor, name, address)
    wait_until(lambda: letter_to(stack, address) is not None)
    letter = letter_to(stack, address)
    assert letter is not None
    ours = str(letter["Message-ID"])
    assert hand_over(stack, returned.postfix(ours, address, key=f"{width}@example.net")) == "bounce"

    page = new_context(width).new_page()
    log_in(page, stack)
    expect(page.locator("main")).to_contain_text("送るのを止めている宛先")
    look(page, "office-index-returned")
    page.get_by_role("link", name="メールが届かない宛先").first.click()
    row = page.get_by_role("row").filter(has_text=address)
    expect(row).to_contain_text("宛先が見つかりません")
    look(page, "office-addresses")
    row.get_by_role("link", name=re.compile(name)).click()
    expect(page.locator("main")).to_contain_text(f"{address} にはメールが届きません")
    look(page, "office-signup-returned")
    page.goto("/office/addresses?lang=en")
    look(page, "office-addresses-en")
    page.goto("/office/addresses?lang=ja")
    page.get_by_role("row").filter(has_text=address).get_by_role("button").click()
    expect(page.locator("main")).to_contain_text(f"これから {address} に手紙を送ります")
    expect(page.get_by_role("row").filter(has_text=address)).to_have_count(0)
    look(page, "office-addresses-lifted")


def test_a_calendar_refuses(new_context: NewContext, stack: Stack, width: int) -> None:
    name, address = f"見本 暦{width}", f"koyomi{width}@example.com"
    visitor = new_context(width).new_page()
    sign_up(visitor, name, address)
    wait_until(lambda: letter_to(stack, address) is not None)
    letter = letter_to(stack, address)
    assert letter is not None
    invite = next(one for one in letter.iter_attachments())
    uid = re.search(r"UID:registration-(\d+)-event-(\d+)-1@", str(invite.get_content()))
    assert uid is not None
    raw = returned.calendar(int(uid[1]), int(uid[2]), attendee=address, key=f"{width}@a")
    assert hand_over(stack, raw) == "answer"

    page = new_context(width).new_page()
    log_in(page, stack)
    page.goto("/office/answers")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("カレンダーで欠席と返信")
    look(page, "office-answers")
    row.get_by_role("link", name=re.compile(name)).click()
    expect(page.locator("main")).to_contain_text("カレンダーで欠席と返信")
    look(page, "office-signup-answer")
    page.get_by_role("button", name="確認済みにする").click()
    expect(page.locator("main")).to_contain_text("確認済みにしました")


def test_whether_mail_is_set_up(new_context: NewContext, stack: Stack, width: int) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    page.get_by_role("link", name="メールの準備").click()

    def checked() -> bool:
        page.get_by_role("button", name="もう一度調べる").click()
        return "試用のためのもの" in page.inner_text("main")

    wait_until(checked)
    expect(page.locator("main")).to_contain_text("準備ができていません")
    look(page, "office-mail-trying")
    wait_until(lambda: not under_way(page))
    for name, found in {"bad": FOUND, "good": FOUND[:2]}.items():
        store(stack, found)
        for language in ("ja", "en"):
            page.goto(f"/office/mail?lang={language}")
            look(page, f"office-mail-{name}-{language}")


def under_way(page: Page) -> bool:
    page.goto("/office/mail?lang=ja")
    return "いま調べています" in page.inner_text("main")


DOMAIN = {"domain": "mihon.example.jp"}
FOUND = (
    Finding(code="server_ok", state="ok", data={"host": "smtp.mihon.example.jp"}),
    Finding(code="login_ok", state="ok"),
    Finding(
        code="sender_refused",
        state="bad",
        data={"sender": "tsudoi@mihon.example.jp"},
        reply="550 5.7.1 Sender address rejected: not owned by user",
    ),
    Finding(
        code="spf_missing",
        state="bad",
        data=DOMAIN,
        lines=('mihon.example.jp. IN TXT "v=spf1 include:_spf.google.com ~all"',),
    ),
    Finding(
        code="dkim_no_selector",
        state="bad",
        data=DOMAIN,
        lines=('selector._domainkey.mihon.example.jp. IN TXT "v=DKIM1; k=rsa; p=…"',),
    ),
    Finding(code="imap_not_set", state="note"),
)


def store(stack: Stack, found: tuple[Finding, ...]) -> None:
    """What a worker would have found on a copy that sends letters out."""
    kept = json.dumps([one.to_json() for one in found])
    with sqlite3.connect(stack.instance / "tsudoi.db", timeout=10) as connection:
        changed = connection.execute("UPDATE mail_check SET findings = ?", (kept,)).rowcount
    if changed != 1:
        pytest.fail("the worker has not checked anything")
