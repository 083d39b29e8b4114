"""The dialogue as whoever holds the receipt sees it."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from feedback.schemas.said import LONGEST_TEXT


class ReceiptBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whatever is typed is looked up, so that every wrong receipt is answered alike: there is no bound to find out."""

    receipt: str


class MessageBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: str
    text: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    proof: Annotated[str, Meta(max_length=4000)] = ""


class ReplyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    kind: Literal["answer", "question", "done", "thanks"] = "answer"


class ThreadMessage(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """`from`: "us" or "you". `kind`: answer, question, thanks; of the author's own: said, more, heard. The words of the
    author's own messages are "" unless the installation shows them."""

    from_: str
    kind: str
    text: str
    day: date


class Action(msgspec.Struct, frozen=True):
    """What was done about it."""

    text: str
    day: date


class ThreadOut(msgspec.Struct, frozen=True):
    """`status`: received (not passed on to its readers yet), new, seen, answered, acted, closed. `waiting`: messages of
    the author that are not passed on yet. Dates: when it is passed on at the latest, answered, deleted. `late`: the
    day of the answer is over. `ahead`: unanswered messages that came before it, in whole groups of the smallest size.
    `heard`: whether they have said, since the last answer, whether it answered them; None where nothing is to be asked.
    """

    status: str
    messages: list[ThreadMessage]
    actions: list[Action]
    question_open: bool = False
    waiting: int = 0
    read_by: date | None = None
    answer_by: date | None = None
    deleted_on: date | None = None
    late: bool = False
    ahead: int = 0
    heard: bool | None = None
