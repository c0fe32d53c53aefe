"""The association in the reader's language, for pages and letters: as itself, or as a host."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Flask
from flask_babel import get_locale

from app.association.facts import HostFacts, Logo
from app.association.stored import find_host, kept
from app.base.languages import DEFAULT, PLAIN, babel_name
from app.config import Settings, current_settings
from app.web.locale import gettext


class Hosted(Protocol):
    """A meeting that may have another host than the association."""

    @property
    def host_id(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True)
class Association:
    """The association, or in its place a ``host``, read in one language.

    What a host has not is that of the association. ``plain``: in plain words, with readings.
    """

    settings: Settings
    locale: str
    host: HostFacts | None = None
    plain: bool = False

    def _text(self, name: str) -> str:
        """In the reader's language where there is such a text, else in Japanese."""
        texts = (
            str(getattr(self.settings, f"association_{name}_{locale}"))
            for locale in (self.locale, DEFAULT)
        )
        return next(filter(None, texts), "")

    def _of_host(self, name: str) -> str:
        return str(getattr(self.host, name).text(self.locale)) if self.host else ""

    @property
    def name(self) -> str:
        """Its full name; in plain words with its reading."""
        reading = self.settings.association_reading
        own = self._text("name")
        if self.plain and reading and not self.host:
            return f"{own}({reading})"
        return self._of_host("name") or own

    @property
    def short_name(self) -> str:
        """Its abbreviation; the name of a host."""
        return self._of_host("name") or self.settings.association_short_name

    @property
    def office_name(self) -> str:
        """What letters come from: 「WNJ 事務局」 / "WNJ office", unless another name was set."""
        own = "" if self.host else str(getattr(self.settings, f"association_sender_{self.locale}"))
        return self._of_host("sender") or own or gettext("%(name)s office", name=self.short_name)

    @property
    def address(self) -> str:
        """Its postal address."""
        return self._of_host("address") or self._text("address")

    @property
    def telephone(self) -> str:
        """The office's telephone number."""
        return (self.host and self.host.telephone) or self.settings.association_telephone

    @property
    def fax(self) -> str:
        """The office's fax number; '' for none, and for a host with its own telephone."""
        other = self.host is not None and self.host.telephone
        return "" if other else self.settings.association_fax

    @property
    def hours(self) -> str:
        """When somebody answers the telephone; the days with their reading in plain words."""
        if self.host is not None and self.host.telephone:
            return ""
        return self._text("hours").replace("平日", gettext("weekdays"))

    @property
    def sender(self) -> str:
        """The address that letters come from, whoever is the host: our domain vouches for it."""
        return self.settings.mail_sender

    @property
    def reply_to(self) -> str:
        """The address that replies reach."""
        own = self.settings.mail_reply_to or self.settings.mail_sender
        return (self.host and self.host.reply_to) or own

    @property
    def privacy_contact(self) -> str:
        """Who answers questions about personal data."""
        return self._text("privacy_contact")

    @property
    def asks_reading(self) -> bool:
        """Whether forms have a field for the reading of a name."""
        return self.settings.reading_asked != "no"

    @property
    def paper(self) -> str:
        """'a4' or 'letter': what printers of the office hold."""
        return self.settings.paper_size

    @property
    def logo(self) -> Logo | None:
        """The picture beside its name, if there is one."""
        return kept().stored.logo


def association(host_id: int | None = None) -> Association:
    """The association in the language of the page or letter under way.

    Args:
        host_id: of the host in whose name it speaks; None for the association itself.
    """
    locale = str(get_locale() or DEFAULT)
    return Association(
        current_settings(),
        "en" if locale == "en" else DEFAULT,
        find_host(host_id),
        plain=locale == babel_name(PLAIN),
    )


def speaker(facts: Mapping[str, object]) -> Association:
    """Who speaks in a text made of ``facts``: the host of their ``host_id``, if there is one."""
    host_id = facts.get("host_id")
    return association(host_id if isinstance(host_id, int) else None)


def host_of(meetings: Iterable[Hosted]) -> int | None:
    """In whose name one letter about ``meetings`` goes: their one host; several are too many."""
    hosts = {one.host_id for one in meetings}
    return hosts.pop() if len(hosts) == 1 else None


def init_app(app: Flask) -> None:
    """Offer ``association`` to every template, and ``in_name_of(host_id)``."""
    app.jinja_env.globals["in_name_of"] = association

    @app.context_processor
    def offer() -> dict[str, object]:
        return {"association": association()}
