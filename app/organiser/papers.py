"""What the office prints for those whom mail does not reach: a list, fax sheets, postcards."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template

from app.auth.guards import my_meetings, office
from app.base.clock import now
from app.base.errors import NotFound
from app.base.postal import addressee, split_address
from app.mail.shown import is_personal
from app.organiser import paper, words
from app.organiser.blueprint import blueprint
from app.organiser.by_hand import asked, local
from app.organiser.paper_words import fax_words, postcard_words
from app.registration.lists import by_hand as people
from app.registration.lists.by_hand_facts import Contact, Scope, ToTell


@dataclass(frozen=True, kw_only=True)
class Postcard:
    """One card: to whom (宛名), the lines of its text, and which of how many it is."""

    contact: Contact
    to: tuple[str, ...]
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
    return render_template(
        "office/fax.html",
        contact=found[0],
        to=addressee(
            found[0].organisation,
            found[0].name,
            english=found[0].letters[0].locale == "en",
        ),
        letters=[(letter, _fax_text(letter)) for letter in found[0].letters],
        seen_at=local(now()),
    )


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
        texts = paper.cards(_card_text(letter))
        for number, lines in enumerate(texts, start=1):
            yield Postcard(
                contact=contact,
                to=addressee(contact.organisation, contact.name, english=letter.locale == "en"),
                code=code,
                address=tuple(address.split("\n")),
                locale=letter.locale,
                lines=tuple(lines),
                number=number,
                of=len(texts),
            )


def _card_text(letter: ToTell) -> str:
    """What a stranger may read of a letter, in its language, below its subject."""
    body = paper.on_paper(letter.body, postcard_words(letter.locale), lambda _link: True)
    return f"{letter.subject}\n\n{body}"


def _fax_text(letter: ToTell) -> list[str]:
    """The paragraphs of a letter on a sheet; none where its text is no longer kept."""
    body = paper.on_paper(letter.body, fax_words(letter.locale), is_personal)
    return [one for one in body.split("\n\n") if one]
