"""A letter of a rule or campaign for one reader: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from flask_babel import force_locale
from flask_babel import gettext as _

from app.auth.facts import AccountAddress
from app.base.languages import DEFAULT
from app.base.timezones import to_local
from app.config import current_settings
from app.db import db
from app.events import queries as events
from app.events.facts import MeetingView
from app.events.files import queries as files
from app.events.files.facts import FileView, signed_up
from app.interest import links as interest_links
from app.mail.letter import LATER, Letter
from app.registration.links import coming_url, manage_url
from app.reminders import rules
from app.reminders.facts import Attending, Order, Recipient, RuleView, Target, Text
from app.web.association import Association, association, host_of
from app.web.filters import day_span
from app.web.locale import LOCALES
from app.web.plaintext import render_text

Values = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What all letters of one sending share: the meetings and the material, in each language.

    What differs only by language and meetings is put into words once.
    """

    order: Order
    meetings: Mapping[str, Mapping[int, MeetingView]]
    material: Mapping[str, FileView | None]
    _worded: dict[tuple[str, tuple[Attending, ...]], Values] = field(default_factory=dict)

    def values_for(self, one: Recipient, locale: str, link: str = "") -> Values:
        """The value of each variable for one reader, in the language of the text."""
        key = locale, one.attending
        if key not in self._worded:
            with force_locale(locale):
                views = self.meetings[locale]
                known = [
                    (views[at.event_id], at.way) for at in one.attending if at.event_id in views
                ]
                self._worded[key] = _values(known, locale)
        link = link or link_of(one, self.order)
        own = {"name": one.name, "number": one.number, "link": link}
        return {**self._worded[key], **own, "material": self._material(one, locale)}

    def _material(self, one: Recipient, locale: str) -> str:
        file = self.material[locale]
        if file is None:
            return ""
        slug = self.meetings[locale][file.event_id].slug
        return f"{file.title}\n{_file_url(file, slug, one)}".strip()


def read_facts(series_id: int, order: Order, now: datetime) -> Facts:
    """Read the meetings of a day once for all letters."""
    meetings = {
        locale: {one.id: one for one in events.list_series(db.session(), series_id, locale, now)}
        for locale in LOCALES
    }
    return Facts(
        order=order,
        meetings=meetings,
        material={locale: _find_file(order, meetings[locale], locale, now) for locale in LOCALES},
    )


def letter(key: str, campaign_id: int, facts: Facts, one: Recipient) -> Letter:
    """The letter of one recipient; ``key`` is the same however often it is made."""
    text = facts.order.text
    subject, body = filled(text, facts, one)
    ends = interest_links.leave_url(one.interest_id, one.link_version) if one.interest_id else ""
    return Letter(
        key=key,
        purpose="reminder",
        to_address=one.email,
        to_name=one.name,
        locale=text.language_for(one.locale),
        subject=subject,
        body=body,
        priority=LATER,
        registration_id=one.registration_id or None,
        registration_version=one.registration_version or None,
        campaign_id=campaign_id,
        interest_id=one.interest_id,
        unsubscribe_url=ends,
        host_id=host_for(facts, one),
    )


def host_for(facts: Facts, one: Recipient) -> int | None:
    """In whose name the letter of one reader goes; None: the association."""
    known = facts.meetings[LOCALES[0]]
    return host_of(known[at.event_id] for at in one.attending if at.event_id in known)


def filled(text: Text, facts: Facts, one: Recipient, link: str = "") -> tuple[str, str]:
    """Subject and body as one reader gets them; ``link`` in place of their own, if given."""
    subject, body = text.of(one.locale)
    values = facts.values_for(one, text.language_for(one.locale), link)
    return " ".join(rules.fill(subject, values).split()), rules.fill(body, values).strip() + "\n"


def shown_subject(text: Text, meetings: Sequence[MeetingView]) -> str:
    """The Japanese subject for lists of the office: the meetings' values, … for personal ones."""
    values = _values([(one, "both") for one in meetings], LOCALES[0])
    personal = dict.fromkeys(("name", "number", "link", "material"), "…")
    return " ".join(rules.fill(text.subject, {**values, **personal}).split())


def link_of(one: Recipient, order: Order) -> str:
    """The one link of a letter: the reader's page, or the question whether they still come."""
    if one.interest_id:
        return interest_links.sign_up_url(one.interest_id, one.link_version)
    make = coming_url if order.asks_coming else manage_url
    return make(one.registration_id, one.link_version)


def hidden_link() -> str:
    """What stands for a personal link wherever somebody else is looking."""
    return f"{current_settings().origin}/r/…"


def text_of(order: Order, *, after: bool = False) -> Text:
    """The text that is sent: what the office wrote, or the default where it wrote none."""
    return order.text if order.text.body else default_text(order, after=after)


def refreshed(order: Order, *, after: bool = False) -> Order:
    """The order, where it has a default text, with the one that goes with what is chosen now."""
    kinds = (
        default_text(replace(order, target=target, asks_coming=asks), after=at)
        for target in (order.target, Target(), Target(audience="interested"))
        for asks in (True, False)
        for at in (True, False)
    )
    known = tuple(kinds)
    fresh = default_text(order, after=after)
    kept = {
        name: getattr(
            fresh
            if any(getattr(order.text, name) == getattr(one, name) for one in known)
            else order.text,
            name,
        )
        for name in ("subject", "body", "subject_en", "body_en")
    }
    return replace(order, text=Text(**kept))


def is_default(order: Order, *, after: bool = False) -> bool:
    """Whether an order has the default text."""
    return order.text == default_text(order, after=after)


def default_text(order: Order | None = None, *, after: bool = False) -> Text:
    """What the office may start from, in both languages; ``after``: thanks for having come."""
    asks = order is not None and order.asks_coming
    news = order is not None and order.target.audience == "interested"
    texts = {}
    for locale in LOCALES:
        with force_locale(locale):
            texts[locale] = (
                _subject(news=news, after=after),
                "\n".join(_news() if news else _thanks() if after else _reminder(asks=asks)),
            )
    (subject, body), (subject_en, body_en) = texts["ja"], texts["en"]
    return Text(subject=subject, body=body, subject_en=subject_en, body_en=body_en)


def unseen(
    key: str, who: AccountAddress, meeting: MeetingView, rule: RuleView, due: datetime
) -> Letter:
    """Asks somebody of the office to look at a rule that will not send before anybody has."""
    origin = current_settings().origin
    facts = {
        "name": who.name,
        "title": meeting.title,
        "due": to_local(due, meeting.zone),
        "group_gone": rule.group_gone,
        "url": f"{origin}/office/events/{meeting.slug}/reminders/rules/{rule.id}",
    }
    subject = render_text("mail/rule_unseen/subject.txt", DEFAULT, **facts)
    return Letter(
        key=key,
        purpose="rule_unseen",
        to_address=who.email,
        to_name=who.name,
        locale=DEFAULT,
        subject=" ".join(subject.split()),
        body=render_text("mail/rule_unseen/body.txt", DEFAULT, **facts).strip() + "\n",
    )


def _subject(*, news: bool, after: bool) -> str:
    if news:
        return str(_("[News] {{meeting}}"))
    return str(_("[Thank you] {{meeting}}") if after else _("[Reminder] {{meeting}}"))


def _news() -> tuple[str, ...]:
    """To those who are not signed up, but want to be told."""
    return (
        _("Dear {{name}},"),
        "",
        _("You asked us for news of {{meeting}}."),
        "",
        _("When: {{date and time}}"),
        _("Where: {{venue}}"),
        "",
        _("Once sign-up is open, this page leads to it."),
        _("{{link}}"),
        "",
        _("Material: {{material}}"),
        "",
        _("{{signature}}"),
    )


def _reminder(*, asks: bool) -> tuple[str, ...]:
    looks = _("You can look at your sign-up here.")
    return (
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
        _("Material: {{material}}"),
        _("Number: {{number}}"),
        "",
        _("If you come to the venue, please tell us this number at the reception desk."),
        "",
        _("Please tell us here whether you still come.") if asks else looks,
        _("{{link}}"),
        "",
        _("If you cannot come after all, please telephone us or reply to this letter."),
        "",
        _("{{signature}}"),
    )


def _thanks() -> tuple[str, ...]:
    return (
        _("Dear {{name}},"),
        "",
        _("Thank you very much for taking part in {{meeting}}."),
        _("We look forward to seeing you again."),
        _("Material: {{material}}"),
        "",
        _("{{signature}}"),
    )


def _values(attending: Sequence[tuple[MeetingView, str]], locale: str) -> Values:
    """What is told of the meetings that somebody takes part in; of several, which is which."""
    there = [one for one, way in attending if way != "online"]
    online = [(one, one.online_url) for one, way in attending if way != "venue" and one.online_url]
    comma = ", " if locale == "en" else " "
    sender = association(host_of(one for one, _way in attending))
    return {
        "title": (_(" and ")).join(one.title for one, _way in attending),
        "when": _each([(one, _when(one, locale)) for one, _way in attending]),
        "venue": _once(comma.join(filter(None, (m.venue_name, m.venue_address))) for m in there),
        "access": _once(one.access for one in there),
        "online": _each(online),
        "way": _ways(attending),
        "telephone": sender.telephone,
        "signature": "\n".join((sender.name, sender.office_name, _telephone(sender))),
    }


def _telephone(sender: Association) -> str:
    return str(_("Telephone %(telephone)s", telephone=sender.telephone))


def _when(meeting: MeetingView, locale: str) -> str:
    return "\n".join(day_span(span, locale) for span in meeting.spans) or meeting.date_note


def _each(told: Sequence[tuple[MeetingView, str]]) -> str:
    """One value, or of several meetings a line each that begins with the title."""
    if len(told) == 1:
        return told[0][1]
    lines = [_("%(about)s: %(words)s", about=one.title, words=words) for one, words in told]
    return "\n" + "\n".join(lines) if lines else ""


def _ways(attending: Sequence[tuple[MeetingView, str]]) -> str:
    words = [(one, _way(way)) for one, way in attending]
    return words[0][1] if len({told for _one, told in words}) == 1 else _each(words)


def _once(lines: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _way(way: str) -> str:
    """By which way a sign-up takes part; a group may by both."""
    ways = {"venue": _("At the venue"), "online": _("Online")}
    return str(ways.get(way) or _("At the venue and online"))


def _find_file(
    order: Order, meetings: Mapping[int, MeetingView], locale: str, now: datetime
) -> FileView | None:
    """The material of a letter, where its readers may have it by the time the letter is made."""
    if order.file_id is None:
        return None
    found = files.list_by_meeting(sorted(meetings), locale, signed_up(now))
    return next((f for each in found.values() for f in each if f.id == order.file_id), None)


def _file_url(file: FileView, slug: str, one: Recipient) -> str:
    """Where a reader gets a material; '' for somebody who may not have it."""
    if file.audience == "everybody":
        origin = current_settings().origin
        return f"{origin}/events/{slug}/files/{file.id}/{quote(file.filename)}"
    if one.interest_id:
        return ""
    own = manage_url(one.registration_id, one.link_version)
    return f"{own}/files/{file.event_id}/{file.id}"
