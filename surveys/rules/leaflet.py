"""What a leaflet shows: the address as a QR code, and as somebody would type it."""

import io

import segno

# Margin in modules: ISO/IEC 18004 asks for four, and readers fail below.
QUIET_ZONE = 4


def qr_svg(address: str) -> bytes:
    """Level M survives a crease or a stain of up to 15 %. Without sizes of its own, so that the page says how large."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff", lineclass=None, svgclass=None
    )
    return drawn.getvalue()


def spoken(address: str) -> str:
    """As it is typed: browsers find `https` by themselves, and nothing else may be left out."""
    return address.removeprefix("https://")
