"""Beside the straight way: changed meanwhile, another person, told of the date, the link again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import letter_saying, look
from tests.browser.test_sign_up import complete, fill, press, to_form

INTEREST = "/events/ibasho-houkoku/interest"


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def signed_up(page: Page, name: str, mail: str) -> str:
    """Sign somebody up; the address of their personal page."""
    to_form(page)
    fill(page, name, email=mail)
    press(page, "確認画面へ進む")
    complete(page)
    found = page.locator('a[href*="/r/"]').first.get_attribute("href")
    assert found
    return found


def link_in(letter: str, folder: str) -> str:
    """The first address of this folder that a letter names."""
    found = re.search(rf"/{folder}/[a-z0-9-]+", letter)
    assert found, letter
    return found[0]


def test_two_tabs_change_the_same_sign_up(page: Page, width: int) -> None:
    mine = signed_up(page, "見本 二窓", f"tabs{width}@example.com")
    page.goto(f"{mine}/change")
    other = page.context.new_page()
    other.goto(f"{mine}/change")
    other.locator("#p0-role").fill("理事")
    press(other, "確認画面へ進む")
    press(other, "この内容に変更する")
    expect(other.locator("main")).to_contain_text("変更しました")
    page.locator("#p0-role").fill("監事")
    page.locator("#note").fill("一行目のご連絡です。\n二行目のご連絡です。")
    press(page, "確認画面へ進む")
    expect(page).to_have_title(re.compile("^エラー"))
    for role in ("理事", "監事"):
        expect(page.locator("main")).to_contain_text(role)
    look(page, "meanwhile")
    page.locator('main button[value="edit"]').click()
    expect(page.locator("#p0-role")).to_have_value("監事")
    press(page, "確認画面へ進む")
    expect(page.locator("main")).to_contain_text("いままで: 理事")
    press(page, "この内容に変更する")
    expect(page.locator("main")).to_contain_text("監事")
    expect(page.locator("main")).to_contain_text("これまでの記録")
    look(page, "manage-changed")


def test_another_person_of_the_same_name(page: Page, width: int) -> None:
    mail = f"same{width}@example.com"
    for _time in range(2):
        signed_up(page, "見本 同名", mail)
    letter = letter_saying(page, "すでに受け付けています")
    page.goto(link_in(letter, "another"))
    heading(page, "同姓同名")
    look(page, "another")
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/done/"))
    expect(page.locator("main")).to_contain_text("見本 同名")
    look(page, "another-counted")


def test_being_told_of_the_date(page: Page, width: int) -> None:
    page.goto(INTEREST)
    look(page, "interest-form")
    page.locator('main button[value="send"]').last.click()
    expect(page).to_have_title(re.compile("^エラー"))
    look(page, "interest-errors")
    page.locator("#name").fill("見本 花子")
    page.locator("#organisation").fill("ワーカーズ・コレクティブ 見本の森")
    page.locator("#email").fill(f"interest{width}@example.com")
    page.locator('main button[value="send"]').last.click()
    heading(page, "メールをご覧ください")
    look(page, "interest-sent")
    token = link_in(letter_saying(page, f"interest{width}@example.com"), "i")
    page.goto(token)
    look(page, "interest-ask")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text(f"interest{width}@example.com")
    look(page, "interest-listed")
    page.goto(f"{token}/leave")
    look(page, "interest-leave")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("登録から消しました")
    look(page, "interest-left")
    page.goto(token)
    look(page, "interest-gone")


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
def test_the_link_once_more(page: Page, width: int, lang: str) -> None:
    page.goto(f"/link?lang={lang}")
    look(page, f"link-{lang}")
    page.locator('main button[value="send"]').last.click()
    expect(page.locator("#errors")).to_be_focused()
    look(page, f"link-errors-{lang}")
    page.locator("#email").fill("mihon@gmial.com")
    page.locator('main button[value="send"]').last.click()
    expect(page.locator('button[name="fix_email"]')).to_be_visible()
    look(page, f"link-doubt-{lang}")
    page.locator("#email").fill(f"nobody{width}{lang}@example.com")
    page.locator('main button[value="send"]').last.click()
    expect(page).to_have_url(re.compile("/link/sent"))
    look(page, f"link-sent-{lang}")
