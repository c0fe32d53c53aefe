"""A list that came by fax, read in: each row's fate first, three bad rows, then all at once."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack, look, wait_until
from tests.browser.test_office import NewContext, log_in
from tests.imports import csv_file

MEETING = "/office/events/wnj-30-soukai"
HEADINGS = (
    "氏名",
    "ふりがな",
    "所属団体",
    "メールアドレス",
    "電話番号",
    "参加方法",
    "立場",
    "備考",
)


def rows(mark: str) -> list[tuple[str, ...]]:
    """Four good rows and three bad ones."""
    good = [
        (f"見本 {mark}{n}", "みほん", "見本協同組合", "", "090-0000-0000", "会場", "会員", "")
        for n in range(4)
    ]
    bad = [
        ("", "れい", "", "", "", "会場", "", ""),
        (f"例 {mark}", "れい", "", "rei@", "", "会場", "", ""),
        (f"例田 {mark}", "れいだ", "", "", "090-1", "宇宙", "", ""),
    ]
    return good + bad


def when_over(page: Page, words: str) -> None:
    """Look again until the worker has done its part."""

    def there() -> bool:
        page.reload(wait_until="domcontentloaded")
        return words in page.inner_text("main")

    wait_until(there)


def test_a_file_with_three_bad_rows(new_context: NewContext, stack: Stack, width: int) -> None:
    mark = f"取込{token_hex(3)}"  # others each try
    page = new_context(width).new_page()
    log_in(page, stack)
    page.goto(f"{MEETING}/registrations")
    page.get_by_role("link", name="名簿を取り込む").click()
    look(page, "import")
    person = csv_file([], rows(mark)[0])
    file = {"name": "no-headings.csv", "mimeType": "text/csv", "buffer": person}
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="このファイルを読む").click()
    expect(page.get_by_label("1行目は見出しではなく、1人目です")).to_be_checked()
    look(page, "import-no-headings")
    page.goto(f"{MEETING}/import")
    name = "fax.csv"
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": csv_file(rows(mark), HEADINGS)}
    )
    page.get_by_role("button", name="このファイルを読む").click()
    expect(page.get_by_label("立場")).to_have_value("standing")
    look(page, "import-columns")
    page.get_by_role("button", name="1行ずつたしかめる").click()
    when_over(page, "氏名がありません")
    main = page.locator("main")
    for words in ("メールアドレスを見直してください", "「会場」か「オンライン」"):
        expect(main).to_contain_text(words)
    look(page, "import-checked")
    page.get_by_role("button", name=re.compile("4人")).last.click()
    when_over(page, "元に戻す")
    look(page, "import-done")
    page.goto(f"{MEETING}/registrations")
    page.locator("input[name=q]").fill(mark)
    page.get_by_role("button", name="しぼりこむ").click()
    expect(page.locator("main tbody tr")).to_have_count(4)
