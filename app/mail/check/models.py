"""The last check of the mail settings, and whether another one is asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class MailCheck(Base):
    """The one row of its kind, called 'last'. ``findings`` are ``facts.Finding`` as JSON."""

    __tablename__ = "mail_check"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    findings: Mapped[list[Any]]
