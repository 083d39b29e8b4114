"""What an answer or a letter says, in whatever format it comes."""

import io
import re
from collections.abc import Iterator
from email import message_from_string
from email.policy import default
from typing import Any

import httpx
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

# What is new each time somebody looks, whoever spoke: keys of forms, ids, proofs of work, how long ago.
PASSING = re.compile(r'[\w.-]{26,}={0,2}|[0-9a-f]{8}-[0-9a-f-]{27}|"seconds":\d+|value="\{.*?\}"')
# Work of the machine, told to who runs it: how many deliveries there were, not what for.
# Who looked is written down each time somebody looks: by whoever asks here too.
WORK = {"/audit": r"<main.*", "/metrics": r".*", "/tasks": r'<td class="num">[\d,]+</td>', "/health/ready": r".*"}


def told(answer: httpx.Response, path: str = "") -> str:
    """What an answer says; `path`: the shape of its address."""
    kind = answer.headers.get("content-type", "")
    if "pdf" in kind:
        return of_pdf(answer.content)
    if "spreadsheetml" in kind:
        book = load_workbook(io.BytesIO(answer.content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    if "presentationml" in kind:
        slides = Presentation(io.BytesIO(answer.content)).slides
        return "\n".join(text for slide in slides for shape in slide.shapes for text in _texts(shape))
    return PASSING.sub("", re.sub(WORK.get(path, "(?!)"), "", answer.text, flags=re.DOTALL))


def of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def of_letter(source: str) -> str:
    """Subject, text, HTML and attached pages, without what each letter has of its own."""
    letter = message_from_string(source, policy=default)
    parts = [str(letter["To"]), str(letter["Subject"])]
    for part in letter.walk():
        kind = part.get_content_type()
        if kind == "application/pdf":
            parts.append(of_pdf(part.get_content()))
        elif kind.startswith("text/"):
            parts.append(part.get_content())
    return PASSING.sub("", "\n".join(parts))


def _texts(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        yield shape.text_frame.text
    if shape.has_table:
        yield from (cell.text for row in shape.table.rows for cell in row.cells)
