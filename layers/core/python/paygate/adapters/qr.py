"""QR codes of payment links."""

from __future__ import annotations

import segno

# A quarter of a module's error can be mended: screens reflect.
ERROR_CORRECTION = "m"
BORDER_MODULES = 2


def qr_data_uri(text: str) -> str:
    """The code as an SVG image, in a data URI. Black on white in every colour scheme, or scanners would not see it."""
    code = segno.make_qr(text, error=ERROR_CORRECTION)
    return str(code.svg_data_uri(border=BORDER_MODULES, light="#fff", dark="#000", omitsize=True))
