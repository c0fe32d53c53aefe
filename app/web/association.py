"""The association in the reader's language, for pages and letters."""

from dataclasses import dataclass

from flask import Flask
from flask_babel import get_locale

from app.config import Settings
from app.web.locale import gettext


@dataclass(frozen=True)
class Association:
    """The settings of the association, read in one language."""

    settings: Settings
    locale: str

    def _text(self, name: str) -> str:
        return str(getattr(self.settings, f"association_{name}_{self.locale}"))

    @property
    def name(self) -> str:
        """Its full name."""
        return self._text("name")

    @property
    def short_name(self) -> str:
        """Its abbreviation."""
        return self.settings.association_short_name

    @property
    def office_name(self) -> str:
        """「WNJ 事務局」 / "WNJ office"."""
        return gettext("%(name)s office", name=self.short_name)

    @property
    def address(self) -> str:
        """Its postal address."""
        return self._text("address")

    @property
    def telephone(self) -> str:
        """The office's telephone number."""
        return self.settings.association_telephone

    @property
    def fax(self) -> str:
        """The office's fax number."""
        return self.settings.association_fax

    @property
    def hours(self) -> str:
        """When somebody answers the telephone; the days with their reading in plain words."""
        return self._text("hours").replace("平日", gettext("weekdays"))

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self.settings.mail_sender

    @property
    def reply_to(self) -> str:
        """The address that replies reach."""
        return self.settings.mail_reply_to or self.settings.mail_sender

    @property
    def privacy_contact(self) -> str:
        """Who answers questions about personal data."""
        return self._text("privacy_contact")


def association(settings: Settings) -> Association:
    """The association in the language of the page or letter under way."""
    locale = str(get_locale() or "ja")
    return Association(settings, "en" if locale == "en" else "ja")


def init_app(app: Flask, settings: Settings) -> None:
    """Offer ``association`` to every template, letters included."""

    @app.context_processor
    def offer() -> dict[str, object]:
        return {"association": association(settings)}
