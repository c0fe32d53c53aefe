"""Checking the mail settings: by command at once, in the office by the worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.base.clock import now
from app.config import Settings, current_settings
from app.db import db, transaction
from app.db.dialect import upsert
from app.mail.bounces.imap import MailboxTrouble, opened
from app.mail.check.facts import Finding, is_ready
from app.mail.check.models import MailCheck
from app.mail.check.names import Names, NoDns
from app.mail.check.sender import check_sender
from app.mail.check.server import check_server
from app.mail.stop import Stop

EVERY = timedelta(days=1)
LAST = "last"
SAMPLES = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The last check; moments UTC. ``asked_at`` later than ``done_at``: one is under way."""

    asked_at: datetime | None
    done_at: datetime | None
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether letters can go out and will be believed."""
        return is_ready(self.findings)

    @property
    def under_way(self) -> bool:
        """Whether a check was asked for that the worker has not done yet."""
        return self.asked_at is not None and (self.done_at is None or self.done_at < self.asked_at)

    def is_due(self, moment: datetime) -> bool:
        """Whether the worker should check: asked to, or a day after the last time."""
        return self.under_way or self.done_at is None or self.done_at + EVERY <= moment


def check(settings: Settings, *, to: str = "", dns_server: str = "") -> tuple[Finding, ...]:
    """Look at everything, half a minute at the most; it talks to the network.

    Args:
        settings: of the application under way.
        to: gets a test letter.
        dns_server: asked instead of the one that is set.
    """
    if settings.local_mailbox:
        return (Finding(code="local_mailbox", state="bad"),)
    domain = settings.mail_sender.rpartition("@")[2]
    if any(domain == one or domain.endswith(f".{one}") for one in SAMPLES):
        return (Finding(code="sender_sample", state="bad", data={"sender": settings.mail_sender}),)
    try:
        names = Names(dns_server or settings.dns_server)
        about_sender = check_sender(settings, names)
    except NoDns as error:
        about_sender = (Finding(code="no_dns", state="bad", reply=str(error)),)
    return (*check_server(settings, to), *about_sender, _mailbox(settings))


def read_last() -> Checked:
    """The last check, from the database alone."""
    row = db.session.execute(
        select(MailCheck.asked_at, MailCheck.done_at, MailCheck.findings).where(
            MailCheck.name == LAST
        )
    ).first()
    if row is None:
        return Checked(asked_at=None, done_at=None, findings=())
    findings = tuple(Finding.from_json(kept) for kept in row.findings)
    return Checked(asked_at=row.asked_at, done_at=row.done_at, findings=findings)


def ask() -> None:
    """Ask the worker for a check."""
    _write({"asked_at": now()}, {"findings": []})


def check_tick(_stop: Stop) -> bool:
    """The worker's part: check once a day and when asked; say whether it was due."""
    try:
        last = read_last()
    finally:
        db.session.close()
    if not last.is_due(now()):
        return False
    began = now()
    found = [finding.to_json() for finding in check(current_settings())]
    # Asked again while this was under way: ``done_at`` is when it began, so it is done again.
    _write({"done_at": began, "findings": found}, {})
    return True


def _write(values: dict[str, object], at_first: dict[str, object]) -> None:
    with transaction() as session:
        insert = upsert(db.engine, MailCheck).values(name=LAST, **at_first, **values)
        session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))


def _mailbox(settings: Settings) -> Finding:
    data = {"host": settings.bounce_imap_host, "folder": settings.bounce_imap_folder}
    if not settings.bounce_imap_host:
        return Finding(code="imap_not_set", state="note")
    try:
        with opened(settings):
            return Finding(code="imap_ok", state="ok", data=data)
    except MailboxTrouble as trouble:
        return Finding(code=trouble.code, state="bad", data=data, reply=trouble.detail)
