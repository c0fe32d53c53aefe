"""QR codes as SVG without style attributes, as our Content-Security-Policy asks."""

import io

import segno
from markupsafe import Markup

QUIET = 3
"""Modules of white around the code: enough for every reader beside a frame of its own."""


def qr_svg(text: str) -> Markup:
    """The QR code of ``text`` as one SVG element of its own size; the page sets the width."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=QUIET,
        xmldecl=False,
        svgns=False,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    made = out.getvalue().decode("ascii")
    return Markup(made.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704  # our own drawing
