"""Completion page and personal page on paper: one sheet of A4 each, for one person and for ten.

Of several the last comes online, so that the address stands on it, too.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_sign_up import complete, fill, order_lunch, to_form

NewContext = Callable[..., BrowserContext]
A_FEW = 3
SHEET = re.compile(rb"/Type\s*/Page[^s]")


def sheets(page: Page) -> int:
    """How many sheets the page takes, margins and size as our stylesheet has them."""
    page.emulate_media(media="print")
    found = SHEET.findall(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    return len(found)


@pytest.mark.parametrize("people", [1, 3, 10])
def test_a_sign_up_is_one_sheet(new_context: NewContext, people: int) -> None:
    page = new_context(1280).new_page()
    to_form(page)
    fill(page, "見本 花子", email=f"sheet{people}@example.com")
    for place in range(1, people):
        page.locator("#add").click()
        page.locator(f"#p{place}-name").fill(f"見本 {place}郎")
        page.locator(f"#p{place}-reading").fill("みほん")
    if people > 1:
        page.get_by_role("button", name="人ごとに変える").click()
        for way in page.locator(f'input[name^="p{people - 1}-way"][value="online"]').all():
            way.check()
    order_lunch(page)
    page.locator("#note").fill("車で参ります。駐車場の有無をお知らせください。")
    page.get_by_role("button", name="確認画面へ進む").last.click()
    complete(page)
    assert sheets(page) == 1
    in_plain_words(page, people)
    page.locator('a[href*="/r/"]').first.click()
    expect(page.locator("main")).to_contain_text("見本 花子")
    assert sheets(page) == 1
    in_plain_words(page, people)


def in_plain_words(page: Page, people: int) -> None:
    """The same with readings over the characters: a large group may need a second sheet."""
    here = page.url
    page.goto(f"{here}?lang=easy")
    expect(page.locator("ruby").first).to_be_visible()
    assert sheets(page) <= (1 if people <= A_FEW else 2), "plain Japanese"
    page.goto(here)
