"""What every page knows, whatever else is out of reach."""

from app.config import current_settings
from app.web import locale


def page_facts() -> dict[str, object]:
    """Language, the way to the other one, and whether mail stays on this machine."""
    return {
        "locale": locale.current_locale(),
        "other_language_url": locale.other_language_url(),
        "local_mailbox": current_settings().local_mailbox,
    }
