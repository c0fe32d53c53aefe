"""The shape of a letter's text."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired

from app.base.text import clean_block, clean_line
from app.base.variables import Problem, correct
from app.organiser.clashes import SeenForm
from app.organiser.forms import problem_words
from app.texts.facts import BODY, SUBJECT, Text
from app.texts.kinds import Kind
from app.texts.rules import Fault, faults
from app.web.fields import Readable

TEXTS = ("subject", "body")


class LetterForm(SeenForm):
    """Subject and body of one kind of letter in one language."""

    subject = StringField(
        _("Subject"),
        filters=[lambda raw: clean_line(raw or "")],
        validators=[DataRequired(_("Please enter the subject")), Readable(SUBJECT)],
        render_kw={"maxlength": SUBJECT},
    )
    body = TextAreaField(
        _("Text of the letter"),
        filters=[lambda raw: clean_block(raw or "")],
        validators=[
            DataRequired(_("Please enter the text of the letter")),
            Readable(BODY, multiline=True),
        ],
        render_kw={"maxlength": BODY},
    )
    person = HiddenField()

    kind: Kind
    locale: str

    @property
    def text(self) -> Text:
        """What was entered."""
        return Text(subject=self.subject.data or "", body=self.body.data or "")

    def put(self, text: Text) -> None:
        """Put a text into the fields."""
        self.subject.data, self.body.data = text.subject, text.body

    @property
    def fixes(self) -> Iterator[tuple[str, str, Problem]]:
        """(field, value of the button, problem) of each mistake that a button can correct."""
        for name in TEXTS:
            for at, problem in enumerate(self.kind.words.find_problems(self[name].data or "")):
                if problem.nearest:
                    yield name, f"{name}:{at}", problem

    def fix(self, chosen: str) -> None:
        """Do what the button of ``fixes`` with this value says."""
        for name, value, problem in list(self.fixes):
            if value == chosen:
                self[name].data = correct(self[name].data, problem.written, problem.nearest)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, text) of every mistake, each a line of its own."""
        return [(self[name].id, text) for name in TEXTS for text in self[name].errors]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape, then whether a whole letter can be made of it."""
        if not super().validate(extra_validators):
            return False
        found = faults(self.text, self.kind, self.locale)
        for fault in found:
            told = _told(fault, [one.written(self.locale) for one in self.kind.words.variables])
            self[fault.field].errors = [*self[fault.field].errors, told]
        return not found


def _told(fault: Fault, known: Sequence[str]) -> Any:
    """What to do about it; ``known``: the variables that can be used, as they are written."""
    if fault.code == "unknown" or fault.code == "braces":  # noqa: PLR1714  # mypy narrows so
        problem = Problem(kind=fault.code, written=fault.written, nearest=fault.nearest)
        return problem_words(problem, known)
    if fault.code == "missing":
        return _(
            "Please put %(written)s into the text: the recipient would miss it",
            written=fault.written,
        )
    if fault.code == "not_alone":
        return _("Please give %(written)s a line of its own", written=fault.written)
    if fault.code == "not_here":
        return _("%(written)s cannot stand in the subject", written=fault.written)
    if fault.code == "empty":
        return _("This would be empty for some recipients. Please add words of your own")
    return _("Please write a subject of one line, and not too long a text")
