"""Pages on paper: PDF with tags, so that a screen reader reads it too (PDF/UA-1), in Chinese and English."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc
import typst

SHEETS = Path(__file__).parents[1] / "templates"
FONTS = Path(noto_cjk_sans_otc.__file__).parent
LONG_WORD = re.compile(r"[!-\x9f\xa1-\u1fff]{24}(?=[!-\x9f\xa1-\u1fff])")  # Chinese breaks anywhere
# One at a time: each takes 100 MB for a moment.
_PRESS = asyncio.Semaphore(1)


def breakable(name: str) -> str:
    """A line may end within a word that is longer than a line."""
    return LONG_WORD.sub("\\g<0>\u200b", name)


async def pdf(sheet: str, told: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The sheet `templates/{sheet}` filled in. It reads `told` as data, `json(bytes(sys.inputs.told))`: words of
    people are never code. `pictures` are files beside it, by name."""
    async with _PRESS:
        return await asyncio.to_thread(_printed, sheet, told, pictures or {})


def _printed(sheet: str, told: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    files = {"main.typ": (SHEETS / sheet).read_bytes(), **pictures}
    press: Any = typst.compile  # its types do not know that it takes several files
    printed: bytes = press(
        files,
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told)},
        pdf_standards=["ua-1"],
    )
    return printed
