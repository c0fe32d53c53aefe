"""The office words a letter, the next sign-up gets it so; then it is the default again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack, look
from tests.browser.test_office import NewContext, letter_saying, log_in, unseen
from tests.browser.test_sign_up import complete, to_check

SETTINGS = "/office/events/wnj-30-soukai/settings"


def test_a_letter_is_worded_by_the_office(
    new_context: NewContext, stack: Stack, width: int, *, javascript: bool
) -> None:
    see = look if javascript else unseen  # axe is a script, too
    page = new_context(width, javascript=javascript).new_page()
    page.goto(SETTINGS)
    log_in(page, stack)
    page.goto(SETTINGS)
    page.get_by_role("link", name="メールの文面を書く").click()
    see(page, "office-letters")
    page.get_by_role("link", name=re.compile(r"受付.*\(日本語\)")).first.click()
    see(page, "office-letter")
    body = page.locator("textarea[name=body]")
    default = body.input_value()
    word = f"手書きの文{width}{javascript}"
    body.fill(f"{{{{お名前}}}} さん\n{word}\n" + default.replace("{{リンク}}", "こちら {{リンク}}"))
    save(page)
    expect(page).to_have_title(re.compile("エラー"))
    see(page, "office-letter-error")
    page.get_by_role("button", name="{{氏名}} に直す").click()
    body.fill(body.input_value().replace("こちら {{リンク}}", "{{リンク}}"))
    page.locator("button[value=preview]").click()
    expect(page.locator(".letter pre").last).to_contain_text(word)
    see(page, "office-letter-preview")
    save(page)
    expect(page.locator("main")).to_contain_text("既定の文面にもどす")
    see(page, "office-letter-stored")

    visitor = new_context(width, javascript=javascript).new_page()
    name = f"見本 文面{'有' if javascript else '無'}{width}"
    to_check(visitor, name)
    complete(visitor)
    assert f"{name} さん\n" in letter_saying(visitor, word)

    page.get_by_role("button", name="既定の文面にもどす").click()
    expect(body).to_have_value(default)
    see(page, "office-letter-default")
    page.get_by_role("button", name="もどす前の文面を入力欄に入れる").click()
    expect(body).to_have_value(re.compile(re.escape(word)))


def save(page: Page) -> None:
    page.get_by_role("button", name="文面を保存する").last.click()
