"""A real IMAP server (pymap) on loopback, and a hand in its mailbox."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests.integration.mail.postoffice import free_port

USER, PASSWORD = "demouser", "demopass"


@dataclass(frozen=True)
class Mailbox:
    """A server's one account."""

    port: int

    @property
    def settings(self) -> dict[str, object]:
        return {
            "bounce_imap_host": "127.0.0.1",
            "bounce_imap_port": self.port,
            "bounce_imap_security": "none",
            "bounce_imap_user": USER,
            "bounce_imap_password": PASSWORD,
        }

    @contextmanager
    def opened(self) -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=10).login(USER, PASSWORD) as box:
            yield box

    def put(self, *messages: bytes) -> None:
        with self.opened() as box:
            for message in messages:
                box.append(message, "INBOX")

    def make(self, folder: str) -> None:
        with self.opened() as box:
            box.folder.create(folder)

    def seen(self, folder: str = "INBOX") -> list[tuple[str, bool]]:
        """Message-ID and whether it is flagged as seen, in the order of arrival."""
        with self.opened() as box:
            box.folder.set(folder)
            return [
                (one.headers["message-id"][0], "\\Seen" in one.flags)
                for one in box.fetch(mark_seen=False)
            ]


@contextmanager
def mail_server(*options: str) -> Iterator[Mailbox]:
    """Run a server of its own until the end of the block."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [program, "--host", "127.0.0.1", "--port", str(port), *(options or ("--no-tls",))]
    process = subprocess.Popen(
        [*command, "dict"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield Mailbox(port)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            MailBoxUnencrypted("127.0.0.1", port, timeout=2).client.logout()
            return
        time.sleep(0.1)
    raise RuntimeError("pymap did not start")
