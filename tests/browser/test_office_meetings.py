"""A meeting from last year's: copied, looked through, asked for more, published."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in

NewContext = Callable[..., BrowserContext]


def ask(page: Page, question: str, kind: str, choices: str = "", after: str = "") -> None:
    """Add a question of one's own."""
    page.get_by_role("link", name="自分で質問を作る").click()
    page.locator("#label").fill(question)
    page.locator("#kind").select_option(kind)
    page.locator("#choices").fill(choices)
    if after:
        page.locator("summary", has_text="この答えのときだけ").click()
        page.get_by_label(after).check()
        look(page, "office-question-condition")
    page.locator("main form button").last.click()


def test_copied_from_last_year_edited_and_published(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    page = new_context(width).new_page()
    log_in(page, stack)
    page.goto("/office/meetings")
    look(page, "office-meetings")
    row = page.locator("main tr", has_text="第30回 WNJ 定期総会")
    row.get_by_role("link", name="複製する").click()
    expect(page.get_by_label("複製の題名", exact=False).first).to_have_value("第31回 WNJ 定期総会")
    look(page, "office-copy")
    page.get_by_label("この会合を複製に入れる").nth(1).uncheck()
    page.locator("main form button").last.click()
    expect(page.locator("h1")).to_have_text("第31回 WNJ 定期総会")
    expect(page.locator("main")).to_contain_text("お知らせの中身をまだだれも確かめていない")
    look(page, "office-meeting-draft")
    address = page.url
    page.get_by_role("link", name="案内文・主催・残す期間").click()
    page.locator("#summary").fill("新横浜の会場で開きます。")
    page.locator("#description").fill("## 議題\n\n- 予算\n- 方針\n\n**お弁当**は選べます。")
    look(page, "office-contents")
    page.get_by_role("button", name="文章を保存").click()
    page.goto(f"{address}/questions")
    ask(page, "見学", "one", "する | 20\nしない")
    ask(page, "見学で見たいもの", "short", after="「見学」に「する」")
    page.get_by_role("button", name=re.compile("^上へ.*見学$")).click()
    expect(page.locator("main tbody tr").nth(1)).to_contain_text("見学")
    page.goto(f"{address}/preview")
    expect(page.locator("main")).to_contain_text("公開すると、このように見えます")
    expect(page.locator(".prose li")).to_have_count(2)
    look(page, "office-preview")
    page.get_by_role("link", name="事務局の画面に戻る").click()
    page.get_by_role("button", name="この会合を公開する").click()
    expect(page.locator("main")).to_contain_text("会合を公開しました")
    visitor = new_context(width).new_page()
    visitor.goto(page.get_by_role("link", name="公開のページ").get_attribute("href") or "")
    expect(visitor.locator("h1")).to_have_text("第31回 WNJ 定期総会")
    page.goto("/office/meetings/new")
    look(page, "office-meeting-new")
