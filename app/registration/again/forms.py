"""The one field of “send me my link again”."""

from app.web.fields import EmailForm


class AgainForm(EmailForm):
    """The address that somebody signed up with."""
