"""A visitor's way from the list to the completion page, as a browser sees it."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Stack, look

NewContext = Callable[..., BrowserContext]


def fill(page: Page, name: str, *, email: str = "mihon@example.com") -> None:
    page.locator("#p0-name").fill(name)
    page.locator("#p0-reading").fill("みほん はなこ")
    page.locator("#p0-organisation").fill("ワーカーズ・コレクティブ 見本の森")
    page.locator("#email").fill(email)
    order_lunch(page)


def order_lunch(page: Page) -> None:
    """What the sample assembly asks of everybody at the venue."""
    questions = page.locator('input[type=radio][name*="-q"]')
    asked = {one.get_attribute("name") for one in questions.all() if one.is_visible()}
    for name in asked:
        page.locator(f'input[name="{name}"]').first.check()


def to_form(page: Page) -> None:
    page.goto("/events/wnj-30-soukai/register")


def to_check(page: Page, name: str = "見本 花子") -> None:
    to_form(page)
    fill(page, name)
    page.get_by_role("button", name="確認画面へ進む").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")


def complete(page: Page) -> str:
    page.get_by_role("button", name="この内容で申し込む").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受け付けました")
    found = re.search(r"A-\d{4}", page.inner_text("main"))
    assert found
    return found[0]


def test_every_public_page_is_free_of_barriers(page: Page) -> None:
    for name, path in {
        "list": "/",
        "meeting": "/events/wnj-30-soukai",
        "founding": "/events/rengokai-souritsu",
        "undecided": "/events/ibasho-houkoku",
        "walk-in": "/events/earthday-tokyo-2026",
        "form": "/events/wnj-30-soukai/register",
        "closed": "/events/ibasho-houkoku/register",
        "privacy": "/privacy",
        "not-found": "/nothing",
    }.items():
        for lang in ("ja", "en", "easy"):
            page.goto(f"{path}?lang={lang}")
            look(page, f"{name}-{lang}")


def test_the_whole_walk(new_context: NewContext, width: int, *, javascript: bool) -> None:
    page = new_context(width, javascript=javascript).new_page()
    page.goto("/")
    page.get_by_role("link", name="第30回 WNJ 定期総会").first.click()
    page.get_by_role("link", name="申し込む").first.click()
    page.get_by_role("button", name="確認画面へ進む").last.click()
    expect(page).to_have_title(re.compile("^エラー"))
    if javascript:
        look(page, "form-errors")
    fill(page, "見本 花子")
    page.get_by_role("button", name="確認画面へ進む").last.click()
    if javascript:
        look(page, "check")
    complete(page)
    if javascript:
        look(page, "done")
    page.locator('a[href*="/r/"]').first.click()
    expect(page.locator("main")).to_contain_text("見本 花子")
    if javascript:
        look(page, "manage")


def test_english_from_the_switch_to_the_completion_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="30th WNJ General Assembly").first.click()
    page.get_by_role("link", name=re.compile("Sign up")).first.click()
    page.locator("#p0-name").fill("Hanako Mihon")
    page.get_by_label("E-mail address").fill("hanako@example.com")
    order_lunch(page)
    page.get_by_role("button", name="Go on to check").last.click()
    look(page, "check-en")
    page.locator('button[value="complete"]').last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("received")
    look(page, "done-en")


def test_plain_words_from_the_switch_to_the_completion_page(page: Page) -> None:
    to_form(page)
    page.locator("#p0-name").fill("Maria Santos")
    page.get_by_role("button", name="やさしい日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    name = page.locator("#p0-name")
    expect(name).to_have_value("Maria Santos")
    expect(page.locator('label[for="p0-name"] rt').first).to_have_text("なまえ")
    look(page, "form-easy-kept")
    page.locator("#email").fill("maria@example.com")
    order_lunch(page)
    page.locator('main button[value="check"]').last.click()
    look(page, "check-easy")
    page.locator('button[value="complete"]').last.click()
    expect(page).to_have_title(re.compile("^申し込みを受けました"))
    look(page, "done-easy")


def test_sign_up_works_with_cookies_refused_and_sets_none(page: Page) -> None:
    to_check(page)
    complete(page)
    assert page.context.cookies() == []


def test_a_double_tap_makes_one_sign_up(page: Page) -> None:
    to_check(page)
    page.get_by_role("button", name="この内容で申し込む").last.dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受け付けました")
    first = page.url
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")
    page.get_by_role("button", name="この内容で申し込む").last.click()
    expect(page).to_have_url(first)


def test_back_and_reload_at_every_step(page: Page) -> None:
    to_check(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")
    page.go_back()
    expect(page.locator("#p0-name")).to_have_value("見本 花子")
    page.reload()
    expect(page.locator("#p0-name")).to_be_visible()
    to_check(page)
    number = complete(page)
    page.reload()
    expect(page.locator("main")).to_contain_text(number)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")
    page.go_back()
    expect(page.locator("#p0-name")).to_have_value("見本 花子")


def test_back_to_the_form_and_sending_the_same_again_is_one_sign_up(page: Page) -> None:
    to_check(page, "見本 花江")
    first = complete(page)
    page.go_back()
    page.go_back()
    expect(page.locator("#p0-name")).to_have_value("見本 花江")
    page.get_by_role("button", name="確認画面へ進む").last.click()
    assert complete(page) == first


def test_a_second_person_typed_over_the_first_after_back_gets_a_sign_up(page: Page) -> None:
    to_check(page, "見本 一郎")
    first = complete(page)
    page.go_back()
    page.go_back()
    page.locator("#p0-name").fill("見本 二郎")
    page.get_by_role("button", name="確認画面へ進む").last.click()
    page.get_by_role("button", name="この内容で申し込む").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("この画面からは受付済みです")
    look(page, "already")
    page.get_by_role("button", name="別の人として申し込む").click()
    second = complete(page)
    assert second != first
    expect(page.locator("main")).to_contain_text("見本 二郎")


def test_changing_from_the_check_page_keeps_everything(page: Page) -> None:
    to_check(page)
    page.get_by_role("button", name=re.compile("変更")).first.click()
    expect(page.locator("#p0-name")).to_have_value("見本 花子")
    expect(page.get_by_label("メールアドレス")).to_have_value("mihon@example.com")
    expect(page.get_by_label("会場で参加する").first).to_be_checked()


def test_the_language_switch_keeps_what_was_typed(
    new_context: NewContext, width: int, *, javascript: bool
) -> None:
    page = new_context(width, javascript=javascript).new_page()
    to_form(page)
    fill(page, "見本 花子")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#p0-name")).to_have_value("見本 花子")
    expect(page.get_by_label("Attend at the venue").first).to_be_checked()
    page.locator("#p0-name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Please check")
    expect(page).not_to_have_title(re.compile("Error"))
    page.get_by_role("button", name="日本語", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")
    expect(page).not_to_have_title(re.compile("エラー"))
    complete(page)


def test_by_keyboard_alone(page: Page) -> None:
    to_form(page)
    page.locator("#p0-name").focus()
    page.keyboard.type("見本 花子")
    page.keyboard.press("Tab")
    page.keyboard.type("みほん はなこ")
    for field in ("#add", "#email"):
        for _step in range(12):
            if page.locator(field).evaluate("one => one === document.activeElement"):
                break
            if "-q" in (page.evaluate("document.activeElement.name") or ""):
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
        expect(page.locator(field)).to_be_focused()
    page.keyboard.type("mihon@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("お確かめください")


def test_the_completion_page_prints_on_one_sheet(new_context: NewContext) -> None:
    page = new_context(1280).new_page()
    to_check(page)
    complete(page)
    sheet = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


def test_a_first_visit_is_light(new_context: NewContext, stack: Stack) -> None:
    page = new_context(360).new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/", wait_until="networkidle")
    assert sum(sizes) < 40_000
    assert stack.url


def test_nothing_scrolls_sideways_at_320_pixels(new_context: NewContext) -> None:
    page = new_context(320).new_page()
    for path in ("/", "/events/wnj-30-soukai", "/events/wnj-30-soukai/register"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).last.click()


def unfold(page: Page, number: int) -> None:
    """Show organisation and role of somebody but the first."""
    page.get_by_role("group", name=f"{number}人目").locator("summary").click()


def three_people(page: Page, mail: str) -> None:
    """The day's two meetings for three people, one of them online."""
    to_form(page)
    fill(page, "見本 花子", email=mail)
    press(page, "2人目を追加する")
    page.locator("#p1-name").fill("見本 太郎")
    page.locator("#p1-reading").fill("みほん たろう")
    press(page, "3人目を追加する")
    page.locator("#p2-name").fill("見本 桜")
    page.locator("#p2-reading").fill("みほん さくら")
    press(page, "人ごとに変える")
    for online in page.get_by_role("group", name="3人目").get_by_label("オンライン").all():
        online.check()
    order_lunch(page)


def test_a_day_for_three_people_then_one_changed_and_one_cancelled(
    new_context: NewContext, width: int, *, javascript: bool
) -> None:
    page = new_context(width, javascript=javascript).new_page()
    three_people(page, f"day{width}{javascript}@example.com")
    pictures = look if javascript else lambda *_of: None
    pictures(page, "day-form")
    press(page, "確認画面へ進む")
    expect(page.locator("main")).to_contain_text("3人目 見本 桜 さん")
    pictures(page, "day-check")
    complete(page)
    expect(page.get_by_text("オンライン", exact=True)).to_have_count(2)
    pictures(page, "day-done")
    page.locator('a[href*="/r/"]').first.click()
    pictures(page, "day-manage")
    mine = page.url
    page.get_by_role("link", name="お申し込みの内容を変更する").click()
    unfold(page, 2)
    page.locator("#p1-role").fill("理事")
    page.get_by_role("group", name="2人目").get_by_label("参加しない").last.check()
    pictures(page, "day-change")
    press(page, "確認画面へ進む")
    expect(page.locator("main")).to_contain_text("いままで: 会場で参加する")
    pictures(page, "day-change-check")
    press(page, "この内容に変更する")
    expect(page.locator("main")).to_contain_text("変更しました")
    page.get_by_role("link", name="取り消しに進む").click()
    page.get_by_role("checkbox", name=re.compile("見本 桜")).first.check()
    pictures(page, "day-cancel")
    press(page, "選んだものの確認へ進む")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("1人.*を取り消しますか"))
    pictures(page, "day-cancel-ask")
    press(page, re.compile("1人.*を取り消す"))
    expect(page.locator("main")).to_contain_text("取り消しました")
    assert page.url.startswith(mine)


def test_what_depends_on_a_tick_is_folded_away(page: Page) -> None:
    to_form(page)
    expect(page.locator("#contact_name")).to_be_hidden()
    page.locator("#absent").check()
    expect(page.locator("#contact_name")).to_be_visible()
    press(page, "2人目を追加する")
    expect(page.locator("#p1-same")).to_be_hidden()
    unfold(page, 2)
    expect(page.locator("#p1-organisation")).to_be_hidden()
    page.locator("#p1-same").uncheck()
    expect(page.locator("#p1-organisation")).to_be_visible()


def test_two_people_for_two_meetings_see_at_most_twelve_fields(page: Page) -> None:
    to_form(page)
    press(page, "2人目を追加する")
    fields = page.locator("form#signup").locator("input:visible, textarea:visible")
    names = {field.get_attribute("name") or "" for field in fields.all()}
    # What the office of this sample asks beside it is among them: lunch of each.
    assert len({name for name in names if re.fullmatch(r"(p\d+-)?q\d+", name)}) == 2
    assert len(names) <= 12
    page.get_by_text(re.compile("^必要なものを選ぶ")).click()
    expect(page.get_by_label("手話通訳", exact=True)).to_be_visible()


def test_the_reading_follows_the_name_and_never_what_was_typed(page: Page) -> None:
    to_form(page)
    name, reading = page.locator("#p0-name"), page.locator("#p0-reading")

    def convert(kana: str, kanji: str) -> None:
        """What an input method does: kana first, then what was chosen for them."""
        name.evaluate(
            """(field, [kana, kanji]) => {
                const tell = (kind, data) =>
                    field.dispatchEvent(new CompositionEvent(kind, { data, bubbles: true }));
                tell("compositionstart", "");
                tell("compositionupdate", kana);
                tell("compositionupdate", kanji);
                field.value += kanji;
                tell("compositionend", kanji);
            }""",
            [kana, kanji],
        )

    convert("みほん", "見本")
    expect(reading).to_have_value("みほん")
    convert("ハナコ", "花子")
    expect(reading).to_have_value("みほんはなこ")
    reading.fill("みもと はなこ")
    convert("さん", "さん")
    expect(reading).to_have_value("みもと はなこ")
