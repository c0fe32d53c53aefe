"""The local mailbox: an SMTP server on loopback that keeps letters as files, for trying out."""

import email
import os
import re
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.base.clock import now
from app.config import Settings

HOST = "127.0.0.1"
LARGEST = 10 * 1024 * 1024
LOOK = 0.2
_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(r"(?P<stamp>\d{8}T\d{12})-[0-9a-f]{8}")


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that travelled with a letter; ``text`` is '' where it is no text."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class KeptLetter:
    """A letter as it arrived; ``name`` is its file without ``.eml``, ``at`` its arrival (UTC)."""

    name: str
    at: datetime
    subject: str
    sender: str
    to: str
    body: str
    files: tuple[KeptFile, ...]


class Keeper:
    """aiosmtpd's handler: every letter becomes one file, at once complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keep one letter."""
        keep(self.folder, envelope.original_content or b"")
        return "250 2.0.0 Kept on this machine"


def folder_of(settings: Settings) -> Path:
    """Where the letters of this copy are kept."""
    return settings.instance_path / "mailbox"


def controller(settings: Settings) -> Controller:
    """The server, not yet started."""
    return Controller(
        Keeper(folder_of(settings)),
        hostname=HOST,
        port=settings.local_mailbox_port,
        data_size_limit=LARGEST,
        ident="Tsudoi local mailbox",
    )


def serve(settings: Settings) -> None:
    """Keep letters until SIGTERM or SIGINT.

    Raises:
        OSError: the port is taken.
    """
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _frame: asked.append(caught))
    server = controller(settings)
    try:
        server.start()
    except OSError:
        server.loop.close()
        raise
    while not asked:
        time.sleep(LOOK)
    time.sleep(LOOK)  # a letter that is arriving may still be kept
    server.stop()


def keep(folder: Path, content: bytes) -> str:
    """Write a letter to a file that only the owner may read; return its name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{now().strftime(_STAMP)}-{secrets.token_hex(4)}"
    draft = folder / f".{name}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.rename(folder / f"{name}.eml")
    return name


def names(folder: Path, before: str = "") -> Iterator[str]:
    """Names of the letters, newest first; of those before ``before`` where it is given."""
    found = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    return (name for name in found if _NAME.fullmatch(name) and (not before or name < before))


def find_file(folder: Path, name: str) -> Path | None:
    """The file of a letter, or None."""
    path = folder / f"{name}.eml"
    return path if _NAME.fullmatch(name) and path.is_file() else None


def find(folder: Path, name: str) -> KeptLetter | None:
    """Read a letter, or None where there is none. Broken ones are shown as well as can be."""
    path = find_file(folder, name)
    if path is None:
        return None
    raw = path.read_bytes()
    at = datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    try:
        return _read(name, at, email.message_from_bytes(raw, policy=policy.default))
    except Exception:  # noqa: BLE001  # the parser meets whatever anybody sent, and raises anything
        body = raw.decode("utf-8", "replace")
        return KeptLetter(name=name, at=at, subject="", sender="", to="", body=body, files=())


def _read(name: str, at: datetime, message: EmailMessage) -> KeptLetter:
    text = message.get_body(preferencelist=("plain",))
    return KeptLetter(
        name=name,
        at=at,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        body=_text(text) if text is not None else "",
        files=tuple(_file(part) for part in message.iter_attachments()),
    )


def _file(part: MIMEPart) -> KeptFile:
    is_text = part.get_content_maintype() == "text"
    method = part.get_param("method")
    kind = f"{part.get_content_type()}; method={method}" if method else part.get_content_type()
    return KeptFile(name=part.get_filename() or "", kind=kind, text=_text(part) if is_text else "")


def _text(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n").strip("\n")
