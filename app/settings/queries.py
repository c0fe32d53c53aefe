"""Reading what is too large to be kept in each process."""

from dataclasses import dataclass

from sqlalchemy import select

from app.association.models import AssociationLogo
from app.base.errors import NotFound
from app.db import db
from app.settings.rules import judge, version_of


@dataclass(frozen=True, kw_only=True)
class LogoFile:
    """The logo as a file to hand out (``app.web.downloads``)."""

    version: str
    media_type: str
    data: bytes
    shown: bool = True

    @property
    def size(self) -> int:
        """In octets."""
        return len(self.data)

    @property
    def filename(self) -> str:
        """By which browsers keep it."""
        return f"logo.{self.media_type.partition('/')[2]}"


def read_logo(version: str) -> LogoFile:
    """The logo, if it is this one: asked of the content, since another process may know it first.

    Raises:
        NotFound: there is none, or another one.
    """
    data: bytes | None = db.session.scalar(select(AssociationLogo.data))
    if data is None or version_of(data) != version:
        raise NotFound("logo")
    return LogoFile(version=version, media_type=judge(data).media_type, data=data)
