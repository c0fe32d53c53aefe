"""A small phone at 200 %: 320 px, at which long plain words must break."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import look
from tests.browser.test_sign_up import complete, fill, to_form

NewContext = Callable[..., BrowserContext]


@pytest.mark.parametrize("lang", ["easy", "en"])
def test_the_pages_of_an_online_sign_up_fit_a_small_phone(
    new_context: NewContext, lang: str
) -> None:
    page = new_context(320).new_page()
    to_form(page)
    page.locator("input.by--online").first.check()
    page.locator("input.by--online").last.check()
    fill(page, "見本 花子", email=f"narrow-{lang}@example.com")
    page.get_by_role("button", name="確認画面へ進む").last.click()
    complete(page)
    look(page, "narrow-done")
    link = page.locator('a[href*="/r/"]').first.get_attribute("href") or ""
    for path in ("", "/cancel", "/change"):
        page.goto(f"{link}{path}?lang={lang}")
        expect(page.locator("html")).to_have_attribute("lang", re.compile("ja|en"))
        look(page, f"narrow{path.replace('/', '-')}-{lang}")
