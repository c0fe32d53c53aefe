"""The office's pages of one meeting in a browser: settings, questions, files, sign-ups."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Stack, look
from tests.browser.test_office import log_in
from tests.browser.test_sign_up import complete, to_check
from tests.papers import PDF

NewContext = Callable[..., BrowserContext]
MEETING = "/office/events/wnj-30-soukai"


def inside(new_context: NewContext, stack: Stack, width: int) -> BrowserContext:
    """A browser that is logged in."""
    context = new_context(width)
    page = context.new_page()
    log_in(page, stack)
    expect(page.locator("h1")).to_be_visible()
    return context


def test_settings_days_are_added_and_the_second_of_two_is_told(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    context = inside(new_context, stack, width)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{MEETING}/settings")
    look(first, "office-settings")
    second.locator("#access_en").fill("By train")
    second.get_by_role("button", name="日を足す").click()
    expect(second.locator("#day_2")).to_be_focused()
    expect(second.locator("#access_en")).to_have_value("By train")
    look(second, "office-settings-day")
    first.locator("#access_en").fill(f"On foot, {width}")
    first.locator("#access").fill(f"徒歩 {width}歩")  # nothing that people are told of
    first.get_by_role("button", name="設定を保存").last.click()
    second.get_by_role("button", name="設定を保存").last.click()
    expect(second.get_by_role("alert")).to_contain_text("By train")
    expect(second.locator("#access_en")).to_have_value("By train")
    expect(second.get_by_role("alert")).to_contain_text("その間に変わったもの")
    expect(second.locator("#access")).to_have_value(f"徒歩 {width}歩")
    look(second, "office-settings-clash")
    second.get_by_role("link", name="入力した内容をやめて").click()
    expect(second.locator("#access_en")).to_have_value(f"On foot, {width}")


def test_questions_are_added_and_the_second_of_two_is_told(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    to_check(page := new_context(width).new_page(), f"見本 質問{width}")
    complete(page)
    context = inside(new_context, stack, width)
    first, second = context.new_page(), context.new_page()
    first.goto(f"{MEETING}/questions")
    look(first, "office-questions")
    first.get_by_role("button", name="懇親会").click()
    expect(first.locator("main")).to_contain_text("回答のない申し込み")
    look(first, "office-questions-unanswered")
    first.get_by_role("link", name="懇親会").first.click()
    look(first, "office-question")
    second.goto(first.url)
    first.locator("#help").fill("会費は当日集めます。")
    second.locator("#help").fill("会費はいりません。")
    for page in (first, second):
        page.get_by_role("button", name="質問を保存").click()
    expect(second.get_by_role("alert")).to_contain_text("会費は当日集めます。")
    expect(second.locator("#help")).to_have_value("会費はいりません。")
    look(second, "office-question-clash")
    first.locator("main tr", has_text="懇親会").locator("a[href$='/remove']").click()
    look(first, "office-question-remove")
    first.locator("main form button").last.click()
    first.goto(f"{MEETING}/questions/new")
    look(first, "office-question-new")


def test_a_sign_up_and_who_signed_up_twice(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    visitor = new_context(width).new_page()
    numbers = []
    for _time in range(2):
        to_check(visitor, f"見本 二度{width}")
        numbers.append(complete(visitor))
    page = inside(new_context, stack, width).new_page()
    page.goto(f"{MEETING}/duplicates")
    expect(page.locator("main")).to_contain_text(numbers[1])
    look(page, "office-duplicates")
    page.goto(f"{MEETING}/registrations")
    page.get_by_label("さがす").fill(numbers[0].lower())
    page.get_by_role("button", name="しぼりこむ").click()
    page.locator("main tbody a[href*='/signups/']").first.click()
    expect(page.locator("main")).to_contain_text(numbers[0])
    look(page, "office-signup")
    for name in ("cancel", "link", "another"):
        page.goto(re.sub(r"(/signups/\d+).*", rf"\1/{name}", page.url))
        look(page, f"office-signup-{name}")


def test_files(new_context: NewContext, stack: Stack, width: int) -> None:
    page = inside(new_context, stack, width).new_page()
    page.goto(f"{MEETING}/files")
    look(page, "office-files")
    page.get_by_role("button", name="ファイルを").last.click()
    expect(page).to_have_title(re.compile("エラー"))
    look(page, "office-files-error")
    paper = {"name": "議案書.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("#file").set_input_files([paper])  # type: ignore[list-item]
    page.locator("#title").fill("第30回 定期総会 議案書")
    page.locator("input[name=audience]").first.check()
    page.get_by_role("button", name="ファイルを").last.click()
    expect(page.locator("table")).to_contain_text("議案書")
    look(page, "office-files-one")
    page.locator("#file").set_input_files([paper])  # type: ignore[list-item]
    page.get_by_role("button", name="ファイルを").last.click()
    expect(page.get_by_role("alert")).to_contain_text("すでに載っています")
    look(page, "office-files-same")
    page.get_by_role("link", name="載っている資料の題名や期間を変える").click()
    expect(page.locator("#title")).to_have_value("第30回 定期総会 議案書")
    page.get_by_role("link", name="何も変えずに戻る").click()
    page.locator("main a[href$='/remove']").first.click()
    look(page, "office-file-remove")
    page.locator("main form button").last.click()
