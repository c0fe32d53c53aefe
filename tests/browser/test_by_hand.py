"""People without mail: reached by telephone, fax and postcard; and the answer whether they come."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SHOTS, Stack, look
from tests.browser.test_office import log_in
from tests.browser.test_sign_up import complete, order_lunch, to_check, to_form

NewContext = Callable[..., BrowserContext]
POSTCARD = (283, 420)  # 100 x 148 mm in points
SHEET_WIDE = (842, 595)
SHEET = (595, 842)


def by_telephone(page: Page, name: str) -> str:
    """Sign up without an address; return the number."""
    to_form(page)
    page.locator("#p0-name").fill(name)
    page.locator("#p0-reading").fill("みほん はがき")
    page.locator("#p0-organisation").fill("ワーカーズ・コレクティブ 見本の森")
    page.locator("#telephone").fill("03-0000-0001")
    order_lunch(page)
    page.get_by_role("button", name="確認画面へ進む").last.click()
    return complete(page)


def office_of(new_context: NewContext, stack: Stack, width: int) -> Page:
    page = new_context(width).new_page()
    log_in(page, stack)
    expect(page).to_have_url(re.compile("/office/$"))
    return page


def printed(page: Page, name: str) -> tuple[int, set[tuple[int, int]]]:
    """The number of pages on paper, and their sizes in points; the file is kept to be looked at."""
    SHOTS.mkdir(exist_ok=True)
    raw = page.pdf(path=SHOTS / f"{name}.pdf", prefer_css_page_size=True, print_background=False)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    return len(boxes), {(round(float(w)), round(float(h))) for w, h in boxes}


def test_somebody_without_mail_is_told_by_hand(
    new_context: NewContext, stack: Stack, width: int
) -> None:
    name = f"見本 電話{width}"
    number = by_telephone(new_context(width).new_page(), name)
    page = office_of(new_context, stack, width)
    look(page, "office-index-by-hand")
    page.get_by_role("link", name="だれに何を伝えるかを見る").first.click()
    here = page.locator(".reach > li", has_text=number)
    expect(here).to_contain_text(name)
    here.locator("summary", has_text="伝えること").click()
    expect(here).to_contain_text("受付番号")
    here.locator("summary", has_text="あとでかけ直す").click()
    look(page, "office-by-hand")

    here.get_by_role("button", name="この日時にかけ直す").click()
    expect(page).to_have_title(re.compile("電話・郵送で連絡する人"))
    expect(page.get_by_role("alert")).to_contain_text("日付と時刻")
    look(page, "office-by-hand-error")
    here.locator("input[type=datetime-local]").fill("2100-01-02T13:30")
    here.get_by_role("button", name="この日時にかけ直す").click()
    expect(here).to_contain_text("13:30 にかけ直す")
    here.get_by_role("button", name="伝えました").click()
    expect(page.locator(".reach > li", has_text=number)).to_have_count(0)
    told = page.locator(".reach__told li", has_text=name).first
    told.get_by_role("button", name="一覧に戻す").click()
    expect(page.locator(".reach > li", has_text=number)).to_have_count(1)
    look(page, "office-by-hand-told")


def test_papers_are_whole(new_context: NewContext, stack: Stack) -> None:
    name = "見本 はがき"
    number = by_telephone(new_context().new_page(), name)
    page = office_of(new_context, stack, 1280)
    page.goto("/office/by-hand")
    here = page.locator(".reach > li", has_text=number)
    here.get_by_role("link", name="ファクス・住所を入力する").click()
    look(page, "office-reach")
    page.get_by_label("ファクス番号").fill("０３－００００－０００９")
    page.get_by_label("住所").fill(
        "２３１ー００００ 神奈川県横浜市見本区見本町一丁目2番3号 見本ビルディング 4階 405号室"
    )
    page.get_by_role("button", name="記録する").click()
    expect(page.locator("main")).to_contain_text("〒231-0000 神奈川県")
    look(page, "office-signup-reach")

    page.goto("/office/by-hand")
    here.get_by_role("link", name="ファクス送信票").click()
    look(page, "paper-fax")
    assert printed(page, "paper-fax")[1] == {SHEET}
    page.goto("/office/by-hand/list")
    look(page, "paper-list")
    assert printed(page, "paper-list")[1] == {SHEET_WIDE}
    page.goto("/office/by-hand/postcards")
    look(page, "paper-postcards")
    sides = page.locator(".card").count()
    assert sides >= 2
    assert printed(page, "paper-postcards") == (sides, {POSTCARD})
    page.emulate_media(media="print")
    cut = page.evaluate(CUT)
    assert cut == [], "something on a card does not fit"


# What of a card ends beyond its edges, or runs into the sender at its foot.
CUT = """() => [...document.querySelectorAll('.card')].flatMap(card => {
  const edge = card.getBoundingClientRect();
  const from = card.querySelector('.card__from');
  const number = card.querySelector('.card__number');
  return [...card.querySelectorAll('p, span')].filter(part => {
    const box = part.getBoundingClientRect();
    const foot = part.closest('.card__to') ? from.getBoundingClientRect().top
      : part !== number && number ? number.getBoundingClientRect().top : edge.bottom;
    return box.bottom > foot || box.right > edge.right || box.left < edge.left;
  }).map(part => part.outerHTML);
})"""


@pytest.mark.parametrize("lang", ["ja", "en", "easy"])
def test_the_answer_whether_they_come(new_context: NewContext, width: int, lang: str) -> None:
    page = new_context(width).new_page()
    to_check(page, f"見本 返事{lang}{width}")
    complete(page)
    link = page.locator("a[href*='/r/']", has_text="/r/").first.get_attribute("href")
    page.goto(f"{link}/coming?lang={lang}")
    look(page, f"coming-{lang}")
    page.locator("button[value=yes]").click()
    expect(page.locator("button[value=yes]")).to_have_count(0)
    look(page, f"coming-yes-{lang}")
    page.locator("button[value=no]").click()
    expect(page.locator("main form")).to_have_count(0)
    look(page, f"coming-no-{lang}")


def test_for_two_people_the_answer_is_asked_once_more(page: Page, width: int) -> None:
    to_form(page)
    page.get_by_role("button", name="2人目を追加").click()
    for n, name in enumerate(("見本 花子", "見本 太郎")):
        page.locator(f"#p{n}-name").fill(f"{name}{width}")
        page.locator(f"#p{n}-reading").fill("みほん")
    page.locator("#email").fill("mihon@example.com")
    order_lunch(page)
    page.get_by_role("button", name="確認画面へ進む").last.click()
    complete(page)
    link = page.locator("a[href*='/r/']", has_text="/r/").first.get_attribute("href")
    page.goto(f"{link}/coming")
    look(page, "coming-two")
    page.get_by_role("button", name="参加できなくなりました").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2人全員")
    look(page, "coming-ask")
    page.get_by_role("button", name="2人全員を取り消す").click()
    expect(page.locator("main")).to_contain_text("お申し込みを取り消しました")
