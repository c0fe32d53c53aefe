"""Telephone sign-ups by keyboard alone; the pages of typing in, looked at."""

import re
from collections.abc import Callable
from functools import partial
from secrets import token_hex

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in
from tests.sizes import WHOLE

NewContext = Callable[..., BrowserContext]
CALLS = {1280: 10 if WHOLE else 3, 360: 1}


def test_telephone_sign_ups_by_keyboard(new_context: NewContext, stack: Stack, width: int) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    page.goto("/office/")
    page.locator("a[href$='/registrations']").first.click()
    page.get_by_role("link", name="電話・FAX・はがきの申込みを入力").click()
    look(page, "entry-form")
    people = [f"見本 電話{token_hex(3)}" for _call in range(CALLS[width])]  # others each try
    numbers = [take_call(page, who) for who in people]
    assert len(set(numbers)) == CALLS[width]
    type_fields(page, people[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("すでに申し込まれている")
    look(page, "entry-twice")


def take_call(page: Page, who: str, see: Callable[[], object] | None = None) -> str:
    """One sign-up without a mouse; gives the number to be told. ``see``: while it is shown."""
    type_fields(page, who)
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("伝える受付番号")
    (see or partial(look, page, "entry-number"))()
    found = re.search(r"[A-Z]-\d{4}", heading.inner_text())
    assert found is not None
    expect(page.get_by_role("button", name="番号を伝えたので、次の人を入力")).to_be_focused()
    page.keyboard.press("Enter")
    return found[0]


def type_fields(page: Page, who: str) -> None:
    """Name, reading and organisation, beginning in the field that has the focus."""
    expect(page.locator("#p0-name")).to_be_focused()
    page.keyboard.type(who)
    page.keyboard.press("Tab")
    page.keyboard.type("みほん でんわ")
    page.keyboard.press("Tab")
    page.keyboard.type("見本協同組合")
