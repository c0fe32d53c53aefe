"""Accounts of the office, and the one audit table."""

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.auth.rights import ROLES
from app.db import Base

account_roles = Table(
    "account_roles",
    Base.metadata,
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("role_id", Integer, ForeignKey("account_role.id"), primary_key=True),
)

account_meetings = Table(
    "account_meeting",
    Base.metadata,
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("event_id", Integer, ForeignKey("event.id"), primary_key=True),
)
"""The meetings that an organiser or a reception is for, where it is not for all."""


class Role(Base, RoleMixin):
    """What an account may do: one of ``rights.ROLES``."""

    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


class Account(Base, UserMixin):
    """Somebody of the office.

    ``all_meetings``: an organiser is for all meetings, or only for those of ``account_meetings``.
    ``link_version`` rises with every password: links to set one carry it, so each is good once.
    ``invited_at``: when the last invitation went; the account has no password until it is used.
    The other names are those that Flask-Security looks for: ``tf_totp_secret`` (encrypted) is the
    key of an authenticator app, ``tf_last_counter`` the last code taken, so that none is taken
    twice; ``mf_recovery_codes`` are encrypted, too.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("fs_uniquifier"),
        Index("ix_account_passkey_handle", "fs_webauthn_user_handle", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str]
    created_at: Mapped[datetime]
    all_meetings: Mapped[bool] = mapped_column(default=True)
    link_version: Mapped[int] = mapped_column(default=1)
    invited_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    fs_webauthn_user_handle: Mapped[str | None]  # type: ignore[assignment]  # None at first
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin: a plain list
        secondary=account_roles, lazy="joined"
    )
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]  # as above
        back_populates="account", order_by="Passkey.id"
    )

    @property
    def has_second_step(self) -> bool:
        """Whether more than the password is asked for."""
        return bool(self.tf_totp_secret or self.webauthn)

    @property
    def role(self) -> str:
        """The highest of its roles; '' where it has none that we know."""
        names = {role.name for role in self.roles}
        return next((role for role in ROLES if role in names), "")


class Passkey(Base, WebAuthnMixin):
    """A device by which somebody of the office logs in, as WebAuthn (W3C) describes it."""

    __tablename__ = "account_passkey"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        Index("ix_account_passkey_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    usage: Mapped[str]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str]
    extensions: Mapped[str | None]
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds whose it is."""
        return {"id": self.account_id}


class AuditEntry(Base):
    """Who did what to what, when. Append-only; personal values stand in ``AuditValue``."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "subject_id", "id"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_account", "account_id", "id"),
        Index("ix_audit_entry_action", "action", "id"),
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


class Preference(Base):
    """What somebody of the office has chosen for themselves, such as the columns of a list."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    value: Mapped[list[Any]]
