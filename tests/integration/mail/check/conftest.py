"""The mail server of the tests of the mail room."""

from tests.integration.mail.conftest import office

__all__ = ["office"]
