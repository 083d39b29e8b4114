"""Estimating how much room words take, without a font: enough to keep labels apart."""

import unicodedata

NARROW = set("iljtfrI.,:;'|!()[] ")
BROAD = set("mwMW%@")


def is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def char_width(char: str) -> float:
    """Width in em."""
    if is_wide(char):
        return 1.0
    if char in NARROW:
        return 0.36
    if char in BROAD:
        return 0.96
    return 0.7 if char.isupper() else 0.61


def text_width(text: str, size: float) -> float:
    return size * sum(char_width(char) for char in text)


def shorten(text: str, width: float, size: float) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" ,.，。、") + "…"


def pieces(text: str) -> list[str]:
    """Where a line may break: after a space or a hyphen, and around every Chinese character."""
    parts: list[str] = []
    for char in text:
        joined = bool(parts) and not is_wide(char) and not is_wide(parts[-1][-1]) and parts[-1][-1] not in " -/"
        closing = bool(parts) and unicodedata.category(char) in ("Pe", "Po", "Pf")
        if joined or closing:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def wrap(text: str, width: float, size: float, lines: int) -> tuple[str, ...]:
    """At most so many rows of about the same length; what does not fit any more ends in an ellipsis."""
    rows = fill(text, width, size, lines)
    if len(rows) == 1 or cut(rows):
        return rows
    narrower = (width - step for step in range(int(width - text_width(text, size) / len(rows)), 0, -1))
    fair = (fill(text, room, size, len(rows)) for room in narrower)
    return next((found for found in fair if not cut(found)), rows)


def cut(rows: tuple[str, ...]) -> bool:
    return any(row.endswith("…") for row in rows)


def fill(text: str, width: float, size: float, lines: int) -> tuple[str, ...]:
    """Each row as full as it goes; the last takes the rest."""
    rows = [""]
    for piece in pieces(text):
        if len(rows) == lines or not rows[-1] or text_width((rows[-1] + piece).rstrip(), size) <= width:
            rows[-1] += piece
        else:
            rows.append(piece)
    return tuple(shorten(row.strip(), width, size) for row in rows)
