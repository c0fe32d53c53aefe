"""The office's reminders in a browser: rules, a moved meeting, a campaign with its progress."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TooSlow

from tests.browser.conftest import Stack, letter_saying, look, wait_until
from tests.browser.test_office import everything_accepted
from tests.browser.test_office_meeting import MEETING, inside
from tests.browser.test_sign_up import complete, to_check

NewContext = Callable[..., BrowserContext]
HOME = f"{MEETING}/reminders"


def rule_in(page: Page, words: str) -> str:
    """The line of a rule in the list, once the worker has given the day its first rules."""

    def there() -> bool:
        page.goto(HOME)
        return page.get_by_role("link", name=words).count() > 0

    wait_until(there, 60)
    return page.locator("main tr", has=page.get_by_role("link", name=words)).inner_text()


def move(page: Page, days: int) -> None:
    """Put the first day of the meeting off."""
    page.goto(f"{MEETING}/settings")
    day = page.locator("input[type=date]").first
    moved = date.fromisoformat(day.input_value()) + timedelta(days=days)
    day.fill(moved.isoformat())
    page.get_by_role("button", name="設定を保存").last.click()
    page.locator("button[value=confirm]").last.click()
    expect(page.locator("input[type=date]").first).to_have_value(moved.isoformat())


def test_a_rule_is_edited_looked_at_and_let_go(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    visitor = new_context(width).new_page()
    to_check(visitor, f"見本 規則{width}")
    complete(visitor)
    page = inside(new_context, stack, width).new_page()
    words = "7日前"
    rule_in(page, words)
    look(page, "office-reminders-rules")
    page.get_by_role("link", name=words).first.click()
    look(page, "office-rule")
    page.locator("main a[href$='/edit']").click()
    look(page, "office-rule-edit")
    page.locator("#amount").fill("七")
    page.locator("main form button[value=check]").last.click()
    expect(page).to_have_title(re.compile("エラー"))
    look(page, "office-rule-error")
    page.locator("#amount").fill("7")
    page.locator("#clock").fill("11:00" if width == 360 else "11:30")
    page.locator("main form button[value=check]").last.click()
    expect(page.locator("h1")).to_contain_text("11:")
    expect(page.locator("main")).to_contain_text("まだ送られません")
    page.locator("form[action$='/approve'] button").click()
    expect(page.locator("main")).to_contain_text("時刻になると自動で送ります")
    look(page, "office-reminders-ready")

    before = rule_in(page, "11:")
    move(page, 1)
    after = rule_in(page, "11:")
    assert before != after, "the reminder moves with the meeting"
    move(page, -1)
    assert rule_in(page, "11:") == before

    page.get_by_role("link", name="11:").first.click()
    page.locator("form[action$='/switch'] button").click()
    assert "オフ" in rule_in(page, "11:")
    page.get_by_role("link", name="11:").first.click()
    look(page, "office-rule-off")
    page.locator("form[action$='/switch'] button").click()
    page.get_by_role("link", name="11:").first.click()
    page.locator("main a[href$='/remove']").click()
    look(page, "office-rule-remove")
    page.locator("main a.btn").click()
    page.locator("main a[href$='/edit']").click()
    page.locator("#clock").fill("10:00")
    page.locator("main form button[value=check]").last.click()


def test_a_campaign_to_a_group(new_context: NewContext, stack: Stack, width: int) -> None:
    visitor = new_context(width).new_page()
    names = [f"見本 {part}{width}" for part in ("前", "後")]
    for name in names:
        to_check(visitor, name)
        complete(visitor)
    page = inside(new_context, stack, width).new_page()
    page.goto(f"{HOME}/new")
    page.locator("#to").select_option("venue")
    page.locator("#subject").fill(f"幅{width}のお知らせ")
    page.get_by_role("button", name="人数を見る").click()
    expect(page.locator("main .notice")).to_contain_text("会場")
    first = page.locator("pre").first.inner_text()
    page.get_by_role("button", name="次の人").click()
    assert page.locator("pre").first.inner_text() != first
    page.get_by_role("button", name="前の人").click()
    assert page.locator("pre").first.inner_text() == first
    look(page, "office-campaign")
    page.get_by_role("button", name="自分あてに試しに送る").click()
    expect(page.locator("main")).to_contain_text("office@example.com")
    letter_saying(visitor, f"【試し】幅{width}のお知らせ")

    page.locator("main button[value=check]").last.click()
    page.get_by_text("日時を決めて送る").click()
    page.locator("#day").fill(f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}")
    look(page, "office-campaign-ask")
    page.locator("button[value=later]").click()
    expect(page.locator("main")).to_contain_text("に送ります")
    look(page, "office-campaign-scheduled")
    page.get_by_role("button", name="下書き").click()

    page.locator("main button[value=check]").last.click()
    page.locator("main form .btn--red").click()
    pause = page.get_by_role("button", name="一時停止")
    with suppress(TooSlow):  # all may have gone before it can be pressed
        pause.click(timeout=3000)
        if page.get_by_role("button", name="送信を再開").count():
            look(page, "office-campaign-paused")
            page.get_by_role("button", name="送信を再開").click()
    wait_until(lambda: everything_accepted(page))
    look(page, "office-campaign-done")
    letter_saying(visitor, f"幅{width}のお知らせ")
    page.goto(HOME)
    expect(page.locator("main")).to_contain_text(f"幅{width}のお知らせ")
    look(page, "office-reminders-sent")
