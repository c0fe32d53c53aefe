"""The whole product as people run it (web, worker, local mailbox), and a real Chromium."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.conftest import CHROMIUM
from tests.sizes import WHOLE

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).parent / "shots"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS = (360, 1280)
ONLY_WIDTH = {
    "test_by_hand.py": 360,
    "test_detours.py": 360,
    "test_every_page.py": 360,
    "test_letters.py": 1280,
    "test_mail.py": 1280,
    "test_office_meeting.py": 1280,
    # What a browser does with its history, its cookies or a script is the same at any width.
    "test_a_double_tap_makes_one_sign_up": 360,
    "test_a_second_person_typed_over_the_first_after_back_gets_a_sign_up": 360,
    "test_back_and_reload_at_every_step": 360,
    "test_back_to_the_form_and_sending_the_same_again_is_one_sign_up": 360,
    "test_by_keyboard_alone": 1280,
    "test_changing_from_the_check_page_keeps_everything": 360,
    "test_sign_up_works_with_cookies_refused_and_sets_none": 360,
    "test_the_policy_lets_data_for_machines_be": 1280,
    "test_the_reading_follows_the_name_and_never_what_was_typed": 360,
    "test_two_people_for_two_meetings_see_at_most_twelve_fields": 360,
    "test_what_depends_on_a_tick_is_folded_away": 360,
    # Variants of ways that are walked at both widths: the other language, the office at its desk.
    "test_a_file_is_put_up_opened_and_removed": 1280,
    "test_a_rule_is_edited_looked_at_and_let_go": 1280,
    "test_copied_from_last_year_edited_and_published": 1280,
    "test_english_from_the_switch_to_the_completion_page": 360,
    "test_plain_words_from_the_switch_to_the_completion_page": 360,
    "test_somebody_is_invited_and_joins": 1280,
    "test_ten_telephone_sign_ups_by_keyboard": 1280,
    "test_the_language_switch_keeps_what_was_typed": 360,
    "test_the_office_in_english": 1280,
}
"""By file or by test."""
PATIENCE = 45_000
"""Milliseconds that a page may take on a machine that is busy with other tests."""
expect.set_options(timeout=PATIENCE / 3)
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Stack:
    """A running copy: its address, its folder, and how to start and end its parts."""

    url: str
    instance: Path
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run a flask command on this copy and return what it printed."""
        done = subprocess.run(
            [PROGRAMS / "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def login(self) -> tuple[str, str]:
        """Address and password of the first account."""
        text = (self.instance / "first-login.txt").read_text(encoding="utf-8")
        return "office@example.com", text.split()[-1]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    name: str, command: list[str | Path], stack: Stack
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part of the product; end it, by its id, afterwards."""
    with (stack.instance / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=stack.environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(ready: Callable[[], object], seconds: float = 60) -> None:
    """Poll until ``ready`` says so; a page that is just being left is one that is not ready."""
    end, refusal = time.monotonic() + seconds, None
    while True:
        try:
            if ready():
                return
        except BrowserError as error:
            refusal = error
        if time.monotonic() > end:
            pytest.fail(f"waited too long ({refusal})")
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether a page comes: the port is open long before."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/robots.txt")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web, worker and mailbox on SQLite, with the sample meetings."""
    if CHROMIUM is None:
        pytest.skip("browser tests: no Chromium found (Debian: apt install chromium)")
    instance, port = tmp_path_factory.mktemp("instance"), free_port()
    stack = Stack(
        url=f"http://127.0.0.1:{port}",
        instance=instance,
        environment={
            **os.environ,
            "INSTANCE_PATH": str(instance),
            "LOCAL_MAILBOX": "1",
            "LOCAL_MAILBOX_PORT": str(free_port()),
            "LIMIT_LOGINS": "1000 per minute",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PYTHONUNBUFFERED": "1",
        },
    )
    stack.flask("setup")
    flask = [PROGRAMS / "flask", "--app", "wsgi"]
    with (
        running("web", [PROGRAMS / "gunicorn", "wsgi:app"], stack),
        running("worker", [*flask, "worker"], stack),
        running("mailbox", [*flask, "mailbox"], stack),
    ):
        wait_until(lambda: answers(stack.url), 120)
        yield stack


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    if CHROMIUM is None:
        pytest.skip("browser tests: no Chromium found (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    """A phone, then a desk."""
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["js", "nojs"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """With JavaScript, then without."""
    return bool(request.param)


@pytest.fixture
def new_context(chromium: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser profiles of any width, with or without JavaScript."""
    opened: list[BrowserContext] = []

    def new(width: int = 1280, *, javascript: bool = True, **options: Any) -> BrowserContext:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            base_url=stack.url,
            locale="ja-JP",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], width: int) -> Page:
    """A page of either width, with JavaScript."""
    return new_context(width).new_page()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what tells nothing new; ``TSUDOI_WHOLE=1`` runs everything.

    The main paths run at both widths, and without JavaScript on the phone; what stands beside them
    runs at the width that it is mostly used at.
    """
    if WHOLE:
        return
    left_out = [item for item in items if _tells_nothing_new(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _tells_nothing_new(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    if given is None or not item.path.is_relative_to(Path(__file__).parent):
        return False
    width = given.params.get("width")
    if width == max(WIDTHS) and given.params.get("javascript") is False:
        return True
    named = getattr(item, "originalname", "")
    only = ONLY_WIDTH.get(item.path.name, ONLY_WIDTH.get(named))
    return width is not None and only is not None and width != only


def look(page: Page, name: str) -> None:
    """Let axe look for barriers, and with TSUDOI_SHOTS=1 keep a picture for people to look at."""
    if os.environ.get("TSUDOI_SHOTS"):
        SHOTS.mkdir(exist_ok=True)
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=SHOTS / f"{name}-{size['width']}.png", full_page=True)
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    found = Axe().run(page).response["violations"]
    assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]


def newest_letter(page: Page) -> str:
    """The text of the newest letter in the local mailbox, '' where there is none."""
    page.goto("/mailbox/")
    letters = page.locator("main a[href*='/mailbox/2']")  # their names begin with the year
    if not letters.count():
        return ""
    letters.first.click()
    expect(page).to_have_url(re.compile("/mailbox/2"))
    return page.inner_text("main")


def letter_saying(page: Page, words: str) -> str:
    """The newest letter, once it holds ``words``."""
    wait_until(lambda: words in newest_letter(page))
    return page.inner_text("main")
