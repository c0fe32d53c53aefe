"""What a meeting says as a form: each text in Japanese and English, terms, kind and address."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import DataRequired, StopValidation

from app.association.stored import kept
from app.events.presets import Words
from app.meetings.facts import TERMS, TEXTS, Contents
from app.meetings.rules import LONGEST_SLUG
from app.meetings.wording import digest
from app.organiser.clashes import SeenForm
from app.organiser.inputs import block, figures, is_whole, text_field
from app.organiser.meeting_words import KINDS
from app.organiser.moments import wrong
from app.organiser.new_meeting_forms import TITLE, SlugField
from app.web.association import association
from app.web.fields import Choice, Readable
from app.web.locale import current_locale

LINE, SUMMARY, DESCRIPTION = 200, 300, 6000
"""The most characters of a text."""
MOST_DAYS, MOST_YEARS = 3650, 100
TOO_SHORT: dict[str, Any] = {
    "contacts_days": _(
        "What is to be arranged is erased before the contacts. Please enter at least as many days"
        " as for the arrangements"
    ),
    "minutes_years": _(
        "Contacts are erased before what the minutes need. Please enter at least as long a term as"
        " for the contacts"
    ),
}
"""What to say of a term that ends before one that has to end first."""


def _blocks(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[block],
        validators=[Readable(DESCRIPTION, multiline=True)],
        render_kw={"maxlength": DESCRIPTION},
    )


class _Whole:
    """A whole number from 0 to ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation with what to do."""
        typed = field.data or ""
        if not typed:
            told = _("A number is needed here. Please enter one from 0 to %(n)s", n=self.most)
            raise StopValidation(told)
        if not is_whole(typed, self.most):
            raise StopValidation(_("Please enter a whole number up to %(n)s", n=self.most))


def _term(label: Any, most: int) -> StringField:
    return StringField(label, filters=[figures], validators=[Readable(10), _Whole(most)])


class ContentsForm(SeenForm):
    """Everything that a meeting says apart from time and place."""

    title = text_field(_("Title"), TITLE, DataRequired(_("Please enter the title")))
    title_en = text_field(_("Title in English"), TITLE)
    summary = text_field(_("Summary"), SUMMARY)
    summary_en = text_field(_("Summary in English"), SUMMARY)
    description = _blocks(_("Description"))
    description_en = _blocks(_("Description in English"))
    date_note = text_field(_("When, while the date is not fixed"), LINE)
    date_note_en = text_field(_("When, in English"), LINE)
    audience = text_field(_("Who may come"), LINE)
    audience_en = text_field(_("Who may come, in English"), LINE)
    fee = text_field(_("Fee"), LINE)
    fee_en = text_field(_("Fee in English"), LINE)
    bring = text_field(_("What to bring"), LINE)
    bring_en = text_field(_("What to bring, in English"), LINE)
    hosts = text_field(_("Hosts"), LINE)
    hosts_en = text_field(_("Hosts in English"), LINE)
    contact = text_field(_("Who answers questions"), LINE)
    contact_en = text_field(_("Who answers questions, in English"), LINE)
    report = text_field(_("Report after the meeting"), SUMMARY)
    report_en = text_field(_("Report in English"), SUMMARY)
    arrangements_days = _term(_("What is to be arranged, lunches too: days"), MOST_DAYS)
    contacts_days = _term(_("How to reach them, and answers: days"), MOST_DAYS)
    minutes_years = _term(_("What the minutes need: years"), MOST_YEARS)
    host = Choice(_("In whose name letters go"), choices=[], default="")
    kind = Choice(_("Kind"), choices=[])
    slug = SlugField(
        _("Last part of the address"),
        validators=[Readable(LONGEST_SLUG), DataRequired(_("Please enter the address"))],
        render_kw={"maxlength": LONGEST_SLUG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(value, str(told)) for value, told in KINDS.items()]
        self.host.choices = _hosts(self.host.data)

    @property
    def pairs(self) -> Iterator[tuple[str, Field, Field]]:
        """Each text with its field in Japanese and in English."""
        for name in TEXTS:
            yield name, self[name], self[f"{name}_en"]

    def read(self) -> Contents | None:
        """What was entered; None where there is something to put right."""
        if not self.validate():
            return None
        return Contents(
            slug=self.slug.data or "",
            kind=self.kind.data,
            texts={name: Words(ja.data or "", en.data or "") for name, ja, en in self.pairs},
            terms={name: int(self[name].data) for name in TERMS},
            host_id=int(self.host.data) if self.host.data else None,
        )

    def refuse(self, name: str, words: Any) -> None:
        """Show beside a field why it was not taken."""
        wrong(self[name], words)


def _hosts(chosen: str | None) -> list[tuple[str, str]]:
    """The association, and the hosts that are offered or chosen already."""
    locale = current_locale()
    hosts = kept().stored.hosts.values()
    offered = [one for one in hosts if one.offered or str(one.id) == chosen]
    own = ("", association().name)
    return [own, *((str(one.id), one.name.text(locale)) for one in offered)]


def contents_form(contents: Contents) -> ContentsForm:
    """The form as things are stored."""
    values: dict[str, Any] = {
        "slug": contents.slug,
        "kind": contents.kind,
        "host": str(contents.host_id or ""),
    }
    for name, words in contents.texts.items():
        values[name], values[f"{name}_en"] = words.ja, words.en
    values |= {name: str(number) for name, number in contents.terms.items()}
    return ContentsForm(data={**values, "seen": digest(contents)})
