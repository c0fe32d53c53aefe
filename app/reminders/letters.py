"""A reminder for one reader: facts to a ``Letter``. Nothing is sent here."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.config import current_settings
from app.events import queries as events
from app.events.facts import MeetingView
from app.mail.letter import LATER, Letter
from app.registration.links import manage_url
from app.reminders import rules
from app.reminders.facts import Recipient, Text
from app.web.association import association
from app.web.filters import day_span
from app.web.locale import LOCALES


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is the same in every letter of one language and way."""

    values: dict[tuple[str, str], dict[str, str]]

    def values_for(self, one: Recipient, locale: str, link: str) -> dict[str, str]:
        """The value of each variable for one reader, in the language of the text."""
        common = self.values[locale, one.way]
        return {**common, "name": one.name, "number": one.number, "link": link}


def meeting_facts(event_id: int, now: datetime) -> Facts:
    """Read the meeting once for all letters.

    Raises:
        NotFound: there is no such meeting.
    """
    values = {}
    for locale in LOCALES:
        meeting = events.get_meeting_by_id(event_id, locale, now)
        with force_locale(locale):
            for way in ("venue", "online", "both"):
                values[locale, way] = _values(meeting, way, locale)
    return Facts(values=values)


def reminder(campaign_id: int, text: Text, facts: Facts, one: Recipient) -> Letter:
    """The letter of one recipient. Its key is the same however often it is made."""
    link = manage_url(one.registration_id, one.link_version)
    subject, body = filled(text, facts, one, link)
    return Letter(
        key=f"campaign:{campaign_id}:{one.registration_id}",
        purpose="reminder",
        to_address=one.email,
        to_name=one.name,
        locale=text.language_for(one.locale),
        subject=subject,
        body=body,
        priority=LATER,
        registration_id=one.registration_id,
        registration_version=one.registration_version,
        campaign_id=campaign_id,
    )


def filled(text: Text, facts: Facts, one: Recipient, link: str) -> tuple[str, str]:
    """Subject and body as one reader gets them."""
    subject, body = text.of(one.locale)
    values = facts.values_for(one, text.language_for(one.locale), link)
    return " ".join(rules.fill(subject, values).split()), rules.fill(body, values).strip() + "\n"


def shown_subject(text: Text, meeting: MeetingView) -> str:
    """The Japanese subject for lists of the office: the meeting's values, … for personal ones."""
    values = {**_values(meeting, "venue", LOCALES[0]), "name": "…", "number": "…", "link": "…"}
    return " ".join(rules.fill(text.subject, values).split())


def hidden_link() -> str:
    """What stands for a personal link wherever somebody else is looking."""
    return f"{current_settings().origin}/r/…"


def default_text() -> Text:
    """What the office may start from, in both languages."""
    texts = {}
    for locale in LOCALES:
        with force_locale(locale):
            texts[locale] = _("[Reminder] {{meeting}}"), _default_body()
    (subject, body), (subject_en, body_en) = texts["ja"], texts["en"]
    return Text(subject=subject, body=body, subject_en=subject_en, body_en=body_en)


def _default_body() -> str:
    told = association(current_settings())
    lines = (
        _("Dear {{name}},"),
        "",
        _("The meeting that you signed up for is near. We look forward to seeing you."),
        "",
        _("Meeting: {{meeting}}"),
        _("When: {{date and time}}"),
        _("You take part: {{way of taking part}}"),
        _("Where: {{venue}}"),
        _("How to get there: {{how to get there}}"),
        _("How to connect: {{how to connect}}"),
        _("Number: {{number}}"),
        "",
        _("If you come to the venue, please tell us this number at the reception desk."),
        "",
        _("You can look at your sign-up here."),
        _("{{link}}"),
        "",
        _("If you cannot come after all, please telephone us or reply to this letter."),
        "",
        told.name,
        told.office_name,
        _("Telephone {{office telephone}}"),
    )
    return "\n".join(lines)


def _values(meeting: MeetingView, way: str, locale: str) -> dict[str, str]:
    when = "\n".join(day_span(span, locale) for span in meeting.spans) or meeting.date_note
    there, online = way != "online", way != "venue"
    place = (meeting.venue_name, meeting.venue_address)
    return {
        "title": meeting.title,
        "when": when,
        "venue": (", " if locale == "en" else " ").join(filter(None, place)) if there else "",
        "access": meeting.access if there else "",
        "online": meeting.online_url if online else "",
        "way": _way(way),
        "telephone": current_settings().association_telephone,
    }


def _way(way: str) -> str:
    """By which way a sign-up takes part; a group may by both."""
    ways = {"venue": _("At the venue"), "online": _("Online")}
    return str(ways.get(way) or _("At the venue and online"))
