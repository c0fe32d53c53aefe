"""Ten telephone sign-ups by keyboard alone; the pages of typing in, looked at."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in

NewContext = Callable[..., BrowserContext]
CALLS = {1280: 10, 360: 1}


def test_ten_telephone_sign_ups_by_keyboard(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    page.goto("/office/")
    page.locator("a[href$='/registrations']").first.click()
    page.get_by_role("link", name="電話・FAX・はがきの申込みを入力").click()
    look(page, "entry-form")
    numbers = [take_call(page, width, call) for call in range(CALLS[width])]
    assert len(set(numbers)) == CALLS[width]
    type_fields(page, width, 0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("すでに申し込まれている")
    look(page, "entry-twice")


def take_call(page: Page, width: int, call: int) -> str:
    """One sign-up without a mouse; gives the number to be told."""
    type_fields(page, width, call)
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("伝える受付番号")
    if call == 0:
        look(page, "entry-number")
    found = re.search(r"[A-Z]-\d{4}", heading.inner_text())
    assert found is not None
    expect(page.get_by_role("button", name="番号を伝えたので、次の人を入力")).to_be_focused()
    page.keyboard.press("Enter")
    return found[0]


def type_fields(page: Page, width: int, call: int) -> None:
    """Name, reading and organisation, beginning in the field that has the focus."""
    expect(page.locator("#p0-name")).to_be_focused()
    page.keyboard.type(f"見本 電話{width}{call}")
    page.keyboard.press("Tab")
    page.keyboard.type("みほん でんわ")
    page.keyboard.press("Tab")
    page.keyboard.type("見本協同組合")
