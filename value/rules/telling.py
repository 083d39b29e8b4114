"""By which way somebody hears of what was done."""

from enum import StrEnum


class Way(StrEnum):
    """`receipt`: in the thread of what they said, or by mail from there; `result`: of what came out too;
    `with_another`: a mail to the same person told them already; `gone`: nobody knows any more who it was."""

    MAIL = "mail"
    RECEIPT = "receipt"
    RESULT = "result"
    WITH_ANOTHER = "with_another"
    NO_ADDRESS = "no_address"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"


def in_language(chinese: str, english: str, language: str) -> str:
    """In the language asked for, else in the other."""
    return (chinese or english) if language == "zh" else (english or chinese)
