"""Accounts of the office, and the one audit table."""

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

account_roles = Table(
    "account_roles",
    Base.metadata,
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("role_id", Integer, ForeignKey("account_role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What an account may do: 'administrator' or 'organiser'."""

    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


class Account(Base, UserMixin):
    """Somebody of the office."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("email"), UniqueConstraint("fs_uniquifier"))

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str]
    created_at: Mapped[datetime]
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin: a plain list
        secondary=account_roles, lazy="joined"
    )


class AuditEntry(Base):
    """Who did what to what, when. Append-only; personal values stand in ``AuditValue``."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "subject_id", "id"),
        Index("ix_audit_entry_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None]
    fields: Mapped[list[Any]]


class AuditValue(Base):
    """The personal values before and after, apart, so that forgetting can erase them."""

    __tablename__ = "audit_value"
    __table_args__ = (UniqueConstraint("entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
