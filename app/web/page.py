"""What every page knows, whatever else is out of reach."""

from app.config import current_settings
from app.web import locale


def page_facts() -> dict[str, object]:
    """Language, the way to the others, and whether mail stays on this machine.

    ``locale`` is 'ja', 'en' or 'easy'; ``language`` is what HTML calls it.
    """
    here = locale.current_locale()
    return {
        "locale": here,
        "language": locale.content_language(here),
        "this_page": locale.this_page,
        "other_language_url": locale.this_page("en" if here == "ja" else "ja"),
        "local_mailbox": current_settings().local_mailbox,
    }
