"""The doors of accounts; the parts are imported here."""

from app.auth.door import entry, own, two_step
from app.auth.door.blueprint import blueprint

__all__ = ["blueprint", "entry", "own", "two_step"]
