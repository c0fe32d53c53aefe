"""Whether a notice says all that it must, and whose data a co-host may get: pure."""

from collections.abc import Collection, Mapping

from app.registration.privacy.facts import FACTS, ITEMS, Wording


def missing(wording: Wording, *, joint: bool) -> tuple[str, ...]:
    """The names of what a version lacks: 'text', 'items' or one of ``FACTS``, in Japanese.

    Args:
        wording: what it is to say.
        joint: whether it is to tell that data are shared.
    """
    names = ["text"] if not wording.text.ja else []
    if joint:
        names += ["items"] if not wording.items else []
        names += [name for name in FACTS if not getattr(wording, name).ja]
    return tuple(names)


def without_sharing(wording: Wording) -> Wording:
    """The text alone."""
    return Wording(text=wording.text)


def known_items(codes: Collection[str]) -> tuple[str, ...]:
    """Those of ``codes`` that can be shared, in their order."""
    return tuple(code for code in ITEMS if code in codes)


def sharing(current: Wording, versions: Mapping[int, Wording]) -> frozenset[int]:
    """The numbers of the versions whose readers are in the co-host's list of ``current``.

    They told of the same co-host, and of every item that the list holds.
    """
    return frozenset(
        number
        for number, one in versions.items()
        if current.items
        and one.partners.ja == current.partners.ja
        and set(one.items) >= set(current.items)
    )
