"""What the office prints for those whom mail does not reach: a list, fax sheets, postcards."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from app.auth.guards import my_meetings, office
from app.base.clock import now
from app.base.errors import NotFound
from app.base.furigana import in_brackets
from app.base.postal import split_address
from app.config import current_settings
from app.organiser import paper, words
from app.organiser.blueprint import blueprint
from app.organiser.by_hand import asked, local
from app.registration.lists import by_hand as people
from app.registration.lists.by_hand_facts import Contact, Scope, ToTell
from app.web.association import association
from app.web.locale import force


@dataclass(frozen=True, kw_only=True)
class Postcard:
    """One card: to whom, the lines of its text, and which of how many it is."""

    contact: Contact
    code: str
    address: tuple[str, ...]
    locale: str
    lines: tuple[str, ...]
    number: int
    of: int


@blueprint.get("/by-hand/list")
@office
def by_hand_list() -> str:
    """Everybody on A4, with boxes to tick and a line for notes."""
    wanted = asked()
    return render_template(
        "office/by_hand_list.html",
        wanted=wanted,
        contacts=people.list_for_paper(wanted.scope, now()),
        most=people.ON_PAPER,
        seen_at=local(now()),
        words=words,
        local=local,
    )


@blueprint.get("/by-hand/fax/<int(max=2147483647):registration_id>")
@office
def fax_sheet(registration_id: int) -> str:
    """All that one person is to be told, as a sheet to fax."""
    found = people.list_for_paper(
        Scope(registration_id=registration_id, among=my_meetings()), now()
    )
    if not found:
        raise NotFound("letter")
    return render_template("office/fax.html", contact=found[0], seen_at=local(now()))


@blueprint.get("/by-hand/postcards")
@office
def postcards() -> str:
    """A card, or as many as it takes, to everybody whose postal address is known."""
    wanted = asked()
    contacts = people.list_for_paper(wanted.scope, now())
    cards = [card for one in contacts if one.postal_address for card in _cards(one)]
    return render_template(
        "office/postcards.html",
        wanted=wanted,
        cards=cards,
        people=len({card.contact.key for card in cards}),
        without=sum(1 for one in contacts if not one.postal_address),
        seen_at=local(now()),
    )


def _cards(contact: Contact) -> Iterator[Postcard]:
    code, address = split_address(contact.postal_address)
    for letter in contact.letters:
        texts = paper.cards(_text(letter))
        for number, lines in enumerate(texts, start=1):
            yield Postcard(
                contact=contact,
                code=code,
                address=tuple(address.split("\n")),
                locale=letter.locale,
                lines=tuple(lines),
                number=number,
                of=len(texts),
            )


def _text(letter: ToTell) -> str:
    """What a stranger may read of a letter, in its language: the telephone in place of links."""
    with force(letter.locale):
        telephone = association(current_settings()).telephone
        instead = _("For changes and questions please telephone us: %(tel)s", tel=telephone)
        inline = _("(please telephone us)")
        only_in_mail = (
            _("Only this link or a telephone call changes your sign-up."),
            _("A “No” in your calendar does not reach us."),
            _("If it was not you who signed up, please tell us."),
        )
    instead, inline, *dropped = map(in_brackets, (instead, inline, *only_in_mail))
    return paper.without_links(letter.body or letter.subject, instead, inline, dropped)
