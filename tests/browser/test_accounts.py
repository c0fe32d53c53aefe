"""Accounts in a real browser: somebody is invited and joins; a passkey is made and asked for."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import (
    PROGRAMS,
    Stack,
    answers,
    free_port,
    letter_saying,
    look,
    running,
    wait_until,
)
from tests.browser.test_office import log_in

NewContext = Callable[..., BrowserContext]
PASSWORD = "a sentence that only I know"


def test_somebody_is_invited_and_joins(new_context: NewContext, stack: Stack, width: int) -> None:
    office = new_context(width).new_page()
    log_in(office, stack)
    office.goto("/office/accounts/new")
    address = f"mihon{width}@example.com"
    office.get_by_label("メールアドレス").fill(address)
    office.get_by_role("textbox", name=re.compile("氏名")).fill("見本 太郎")
    office.get_by_label(re.compile("担当者")).check()
    office.get_by_label("下で印を付けた会だけ").check()
    office.get_by_label("第30回 WNJ 定期総会").check()
    look(office, "account-new")
    office.get_by_role("button", name="確認画面へ進む").last.click()
    look(office, "account-check")
    office.get_by_role("button", name="招待状を送る").click()
    expect(office.locator("main")).to_contain_text(address)
    look(office, "accounts")

    person = new_context(width).new_page()
    letter = letter_saying(person, address)
    link = re.search(r"https?://\S+(/office/set-password/\S+)", letter)
    assert link is not None
    person.goto(link[1])
    person.get_by_label("新しいパスワード", exact=True).fill(PASSWORD)
    person.get_by_label("新しいパスワード(もう一度)").fill(PASSWORD)
    look(person, "account-password")
    person.get_by_role("button", name="このパスワードにする").click()
    person.get_by_label("メールアドレス").fill(address)
    person.get_by_label("パスワード").fill(PASSWORD)
    person.get_by_role("button", name="ログイン").click()
    expect(person.locator("main")).to_contain_text("第30回 WNJ 定期総会")
    expect(person.locator("main")).not_to_contain_text("創立総会")
    answer = person.goto("/office/events/rengokai-souritsu/registrations")
    assert answer is not None
    assert answer.status == 404
    for path, name in (("account", "own"), ("account/two-step", "two-step")):
        person.goto(f"/office/{path}")
        look(person, f"account-{name}")
    person.goto("/office/account/two-step/app")
    look(person, "account-app")
    office.goto("/office/history")
    look(office, "history")


@pytest.fixture
def by_name(tmp_path: Path) -> Iterator[Stack]:
    """A copy that is reached by a name: browsers offer no passkeys to an address."""
    port = free_port()
    stack = Stack(
        url=f"http://127.0.0.1:{port}",
        instance=tmp_path,
        environment={
            **os.environ,
            "INSTANCE_PATH": str(tmp_path),
            "LOCAL_MAILBOX": "1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
        },
    )
    stack.flask("setup")
    with running("web", [PROGRAMS / "gunicorn", "wsgi:app"], stack):
        wait_until(lambda: answers(f"http://localhost:{port}"), 120)
        yield stack


def test_a_passkey_is_made_and_asked_for(chromium: Browser, by_name: Stack) -> None:
    url = str(by_name.environment["PUBLIC_URL"])
    context = chromium.new_context(base_url=url, locale="ja-JP")
    page = context.new_page()
    _with_authenticator(context, page)
    _, password = by_name.login
    log_in(page, by_name)
    page.goto("/office/account/two-step")
    page.get_by_role("link", name="パスキーを加える").click()
    page.get_by_label("パスキーの名前").fill("事務局の電話")
    page.get_by_label("いまのパスワード").fill(password)
    page.get_by_role("button", name="次へ").click()
    expect(page.locator("main")).to_contain_text("パスキーを加えました")
    look(page, "account-passkey")
    page.get_by_role("button", name="ログアウト").click()
    log_in(page, by_name)
    expect(page).to_have_url(re.compile("/office/login/passkey"))
    page.get_by_role("button", name="パスキーで進む").click()
    expect(page).to_have_url(f"{url}/office/settings")
    context.close()


def _with_authenticator(context: BrowserContext, page: Page) -> None:
    """A virtual one (WebAuthn 3, section 11), which says yes by itself."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
