"""What the office sets about the association, its logo, and the hosts of its meetings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Translated

ONLY = 1
"""The id of a row of which there is one."""


class AssociationValues(Base):
    """One row: values in place of those of the environment, by the name of the setting.

    ``version`` counts the changes, those of the logo and of hosts included: a process that knows
    the version knows everything. ``logo``: what pages must know of it, {} for none.
    """

    __tablename__ = "association"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    values: Mapped[dict[str, Any]] = mapped_column("settings", default=dict)
    logo: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]


class AssociationLogo(Base):
    """The content of the logo; one row while there is one."""

    __tablename__ = "association_logo"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class Host(Base):
    """Somebody else in whose name letters of a meeting go. Never deleted, since letters name it.

    ``offered``: whether meetings can still choose it.
    """

    __tablename__ = "host"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Translated]
    sender: Mapped[Translated]
    address: Mapped[Translated]
    telephone: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    offered: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
