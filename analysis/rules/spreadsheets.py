"""Text that a spreadsheet must not take for a formula."""

import unicodedata

BEGINNINGS = "=+-@|%"


def inert(text: str) -> str:
    """With an apostrophe before it where a program could read a formula or a command (DDE): after any space, control
    or invisible character, and in full width as well."""
    for letter in text:
        if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf"):
            continue
        plain = unicodedata.normalize("NFKC", letter)[:1]
        return f"'{text}" if plain in BEGINNINGS or text[0] in "\t\r\n" else text
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") else text
