"""宛名 and its title: 御中 for organisations, 様 for people, never both. Pure."""


def addressee(
    organisation: str, name: str, *, organisation_only: bool = False, english: bool = False
) -> tuple[str, ...]:
    """The lines of 宛名.

    Args:
        organisation: '' for none.
        name: of a person of it; '' for none.
        organisation_only: write to the organisation as a whole.
        english: a letter in English, whose names bear no title.
    """
    if organisation and (organisation_only or not name):
        return (organisation if english else f"{organisation} 御中",)
    person = name if english else f"{name} 様"
    return (organisation, person) if organisation and organisation != name else (person,)
