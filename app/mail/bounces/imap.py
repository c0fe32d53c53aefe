"""Fetching from the mailbox that bounces come to, over IMAP.

What has been read is remembered by its number (UID), not by a flag: people may use the same mailbox
and their mail stays as they left it. Only what concerned letters of ours is flagged as seen, or
moved where a folder is set.
"""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.utils import encode_folder
from sqlalchemy import select

from app.config import Settings, current_settings
from app.db import db, transaction
from app.db.dialect import upsert
from app.mail.bounces import service
from app.mail.bounces.models import ReadFolder
from app.mail.stop import Stop

MOST = 200
LONGEST = 20.0
TIMEOUT = 8.0
CONCERNED = ("bounce", "answer")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

log = logging.getLogger(__name__)


class MailboxTrouble(Exception):
    """The mailbox cannot be read; ``code`` is for ``words.reason_words``."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What one run brought: messages read, and how many of them concerned letters of ours."""

    read: int
    concerned: int


def read_mailbox(stop: Stop) -> Fetched:
    """Read what is new, the oldest first: 200 messages or 20 seconds, whatever comes first.

    Raises:
        MailboxTrouble: it is not set, out of reach, or refuses the login.
        Busy: the database cannot be had just now; the rest is read the next time.
    """
    settings = current_settings()
    with opened(settings) as box:
        name = f"{settings.bounce_imap_user}@{settings.bounce_imap_host}/{box.folder.get()}"
        validity = box.folder.status(options=["UIDVALIDITY"])["UIDVALIDITY"]
        last = _last_read(name, validity)
        fetched, reached = _read_new(box, settings, last, stop)
    if reached != last:
        _remember(name, validity, reached)
    return fetched


def read_mailbox_tick(stop: Stop) -> None:
    """The worker's part; trouble is logged here and told by the check of the mail settings."""
    if not current_settings().bounce_imap_host:
        return
    try:
        read_mailbox(stop)
    except MailboxTrouble as trouble:
        log.warning("the mailbox of bounces cannot be read: %s", trouble)


@contextmanager
def opened(settings: Settings) -> Iterator[BaseMailBox]:
    """The mailbox, logged in, its folder open.

    Raises:
        MailboxTrouble: also for whatever goes wrong with it inside of the block.
    """
    if not settings.bounce_imap_host:
        raise MailboxTrouble("imap_not_set")
    try:
        box = _connect(settings)
        with _closing(box):
            box.login(
                settings.bounce_imap_user,
                settings.bounce_imap_password.get_secret_value(),
                settings.bounce_imap_folder,
            )
            yield box
            box.logout()
    except MailboxLoginError as error:
        raise MailboxTrouble("imap_login_refused") from error
    except MailboxFolderSelectError as error:
        raise MailboxTrouble("imap_no_folder", settings.bounce_imap_folder) from error
    except ssl.SSLError as error:
        raise MailboxTrouble("imap_tls", str(error)) from error
    except (ImapToolsError, imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise MailboxTrouble("imap_unreachable", str(error)) from error


@contextmanager
def _closing(box: BaseMailBox) -> Iterator[None]:
    """Leave no connection behind, whatever happens."""
    try:
        yield
    finally:
        if box.client.state != "LOGOUT":
            box.client.shutdown()


def _connect(settings: Settings) -> BaseMailBox:
    host, port = settings.bounce_imap_host, settings.bounce_imap_port
    if settings.bounce_imap_security == "none":
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    # Named, since the library's own context checks no certificate.
    context = ssl.create_default_context()
    if settings.bounce_imap_security == "starttls":
        return MailBoxStartTls(host, port, timeout=TIMEOUT, ssl_context=context)
    return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)


def _read_new(box: BaseMailBox, settings: Settings, last: int, stop: Stop) -> tuple[Fetched, int]:
    """Read what is new; return what that was and the last number read."""
    end = time.monotonic() + LONGEST
    # "n:*" always means the newest as well, however small its number.
    new = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)
    count = concerned = 0
    for uid in new[:MOST]:
        if stop.asked or time.monotonic() > end:
            break
        if _take_in(box, uid) in CONCERNED:
            concerned += 1
            _put_aside(box, uid, settings.bounce_imap_move_to)
        count, last = count + 1, uid
    return Fetched(read=count, concerned=concerned), last


def _take_in(box: BaseMailBox, uid: int) -> str:
    _typ, data = box.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = _SIZE.search(b" ".join(part for part in data if isinstance(part, bytes)))
    if size is None:
        return "other"  # deleted meanwhile
    if int(size[1]) > service.LARGEST:
        log.warning("message %s of the mailbox is too large to be a bounce", uid)
        return "broken"
    _typ, data = box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    raw = next((part[1] for part in data if isinstance(part, tuple)), b"")
    return service.take_in(raw).kind


def _put_aside(box: BaseMailBox, uid: int, folder: str) -> None:
    """Move or flag by commands of our own: the library's would expunge what others deleted."""
    if folder and _can_move(box):
        typ, _data = box.client.uid("MOVE", str(uid), encode_folder(folder).decode("ascii"))
        if typ == "OK":
            return
        log.warning("message %s cannot be moved to %s", uid, folder)
    box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")


def _can_move(box: BaseMailBox) -> bool:
    """Asked again after the login: many servers tell all that they can only then."""
    _typ, data = box.client.capability()
    return b"MOVE" in b" ".join(part for part in data if isinstance(part, bytes)).upper().split()


def _last_read(name: str, validity: int) -> int:
    """The last number read; 0 where the server has numbered its messages anew."""
    query = select(ReadFolder.last_uid).where(
        ReadFolder.name == name, ReadFolder.validity == validity
    )
    try:
        return db.session.scalar(query) or 0
    finally:
        db.session.close()


def _remember(name: str, validity: int, uid: int) -> None:
    values = {"validity": validity, "last_uid": uid}
    with transaction() as session:
        insert = upsert(db.engine, ReadFolder).values(name=name, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
