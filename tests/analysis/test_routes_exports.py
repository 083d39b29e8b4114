"""The report as files: the same numbers in all of them, nothing in them that runs, and nothing of anybody else's."""

import csv
import re
import shutil
import subprocess
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from pptx import Presentation
from pypdf import PdfReader

from analysis.rules.spreadsheets import inert
from core.db import Database
from core.errors import Invalid
from core.printing import breakable
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company, speak

ENDINGS = ["csv", "xlsx", "pptx", "pdf"]


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def acme_speaks(db: Database) -> None:
    says = [Says("support-contact", score, people=12, days_ago=ago) for score in (75, 100) for ago in (5, 40)]
    says += [Says("delivery", score, people=8, days_ago=ago) for score in (0, 25, 50) for ago in (5, 40)]
    await make_company(db, [*says, Says("approval", 0, people=9), Says("guidance", 50, people=3)])


async def fetched(visitor: Visitor, ending: str, query: str = "") -> bytes:
    answer = await visitor.http.get(f"/reports/experience.{ending}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("acme_speaks")
async def test_numbers_in_all_forms_agree(alice: Visitor) -> None:
    """JSON, page, CSV, spreadsheet, print and slides: each touchpoint's mean or band, interval and n."""
    told = (await alice.http.get("/api/v1/reports/experience")).json()
    page = re.sub(r"\s+", " ", (await alice.http.get("/journeys/service")).text)
    lines = {
        row["touchpoint"]: row
        for row in rows_of(await fetched(alice, "csv"))
        if row["section"] == "touchpoint" and row["dimension"] == "satisfaction"
    }
    sheet = spreadsheet(await fetched(alice, "xlsx"))
    printed, slides = text_of_pdf(await fetched(alice, "pdf")), text_of_slides(await fetched(alice, "pptx"))
    compared = 0
    for one in told["touchpoints"]:
        figure, row, cells = one["satisfaction"], lines[one["touchpoint"]], sheet[one["touchpoint"]]
        if figure.get("suppressed"):
            assert (row["n"], row["mean"], row["shown"], cells["n"]) == ("<5", "<5", "no", "<5")
            continue
        compared += 1
        low, high = figure["ci95"]
        assert [float(row[name]) for name in ("n", "ci95_low", "ci95_high")] == [figure["n"], low, high]
        assert [cells[name] for name in ("n", "ci95_low", "ci95_high")] == [figure["n"], low, high]
        for text in (printed, slides):
            assert f"{low:.1f}–{high:.1f}" in text
        if "band" in figure:
            assert [float(row["band_low"]), float(row["band_high"])] == figure["band"]
            assert (row["mean"], cells["mean"]) == ("", None)
            assert f"{figure['band'][0]:g}–{figure['band'][1]:g}" in printed
        else:
            assert float(row["mean"]) == cells["mean"] == figure["value"]
            assert f"{figure['value']:.1f}" in printed
            assert f"{figure['value']:.1f}" in slides
            assert f"{round(figure['value'])}" in page
    assert compared == 3


def spreadsheet(content: bytes) -> dict[str, dict[str, Any]]:
    book = openpyxl.load_workbook(BytesIO(content))
    head, *rows = book["figures"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    return {
        str(row["touchpoint"]): row
        for row in found
        if row["section"] == "touchpoint" and row["dimension"] == "satisfaction"
    }


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def text_of_slides(content: bytes) -> str:
    found = []
    deck = Presentation(BytesIO(content))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width, "it would be cut at the edge"
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.mark.usefixtures("acme_speaks")
async def test_every_file_says_how_to_make_it_again(alice: Visitor) -> None:
    printed, slides = text_of_pdf(await fetched(alice, "pdf")), text_of_slides(await fetched(alice, "pptx"))
    about = openpyxl.load_workbook(BytesIO(await fetched(alice, "xlsx")))["about"]
    told = {str(name): str(value) for name, value in about.iter_rows(values_only=True)}
    assert {"report", "window", "customer", "formula", "n", "classifier", "publication", "sha256"} <= set(told)
    for text in (printed, slides):
        assert told["sha256"] in re.sub(r"\s", "", text)
        assert told["report"] in text


@pytest.mark.usefixtures("acme_speaks")
async def test_the_print_is_tagged_and_speaks_chinese(alice: Visitor) -> None:
    english, chinese = await fetched(alice, "pdf"), await fetched(alice, "pdf", "?lang=zh")
    for content, language in ((english, "en"), (chinese, "zh")):
        root: Any = PdfReader(BytesIO(content)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]).startswith(language)
        assert b"pdfuaid" in content
    assert "交付" in text_of_pdf(chinese)
    assert "What hurts" not in text_of_pdf(chinese)


def test_f2_a_word_longer_than_a_line_breaks_on_paper() -> None:
    assert {len(part) for part in breakable("W" * 500).split("\u200b")} == {24, 20}
    assert breakable("试金石测量服务" * 50) == "试金石测量服务" * 50
    assert breakable("Laptop replacement, 95 % interval") == "Laptop replacement, 95 % interval"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.usefixtures("acme_speaks")
async def test_e3_who_left_the_portfolio_is_refused_at_once(charlie: Visitor, visitor: Visitor, ending: str) -> None:
    assert (await charlie.http.get(f"/reports/experience.{ending}?customer=acme")).status_code == 404
    assert (await visitor.http.get(f"/reports/experience.{ending}")).status_code in (303, 401)
    if ending == "csv":
        assert {row["shown"] for row in rows_of(await fetched(charlie, "csv"))} == {"no"}


CORPUS = [
    "=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1+1", "\r=1", "\n=1", " =1+1", "\u3000=1", "＝1+1", "＋1", "－1",
    "＠SUM(1)", "=cmd|' /C calc'!A0", "\u200b=1", "\ufeff=1", "=HYPERLINK(\"http://example.org\")", "|calc", "%0A=1",
    "\ttext",
]  # fmt: skip


@pytest.mark.parametrize("text", CORPUS)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Delivery", "交付", "5–10", "<5", "a=b", "2026-01-01"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_a_spreadsheet_of_formulas_holds_none() -> None:
    from analysis.service.exports import as_csv, as_xlsx
    from tests.support.packs import pack_with

    content = pack_with(CORPUS)
    book = openpyxl.load_workbook(BytesIO(as_xlsx(content)))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    for row in rows_of(as_csv(content)):
        assert row["touchpoint"].startswith("'")


def test_libreoffice_opens_the_files_and_finds_no_formula(tmp_path: Path) -> None:
    """By a program that people open them with: as it would keep them itself, each cell with what it holds."""
    from analysis.service.exports import as_csv, as_xlsx
    from tests.support.packs import pack_with

    office = shutil.which("soffice")
    if not office:
        pytest.skip("NO LIBREOFFICE: whether it finds a formula in our files was not looked at")
    content = pack_with(CORPUS)
    (tmp_path / "book.xlsx").write_bytes(as_xlsx(content))
    (tmp_path / "table.csv").write_bytes(as_csv(content))
    alone = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    files = [str(tmp_path / name) for name in ("book.xlsx", "table.csv")]
    subprocess.run([office, alone, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), *files], check=True)
    for name in ("book.fods", "table.fods"):
        kept = (tmp_path / name).read_text(encoding="utf-8")
        assert "table:formula" not in kept
        assert 'xlink:href="http' not in kept
        assert kept.count("1+1") >= 4, "they are there, as text"


@pytest.mark.usefixtures("acme_speaks")
async def test_a_spreadsheet_is_made_again_from_the_same_data_and_compared(db: Database, alice: Visitor) -> None:
    from analysis.service.exports import verify

    content = await fetched(alice, "xlsx", "?customer=acme")
    async with db.read() as session:
        same = await verify(session, content)
        assert (same.untouched, same.same) == (True, True)
        forged = await verify(session, with_another_number(content))
        assert not forged.untouched
        for no_report in (b"no spreadsheet", content[:200], with_another_number(content, sheet="about", cell="A2")):
            with pytest.raises(Invalid):
                await verify(session, no_report)
    await speak(db, [Says("delivery", 100, people=9)])
    async with db.read() as session:
        later = await verify(session, content)
    assert (later.untouched, later.same) == (True, False)
    assert later.newest > int(later.about["publication"])


def with_another_number(content: bytes, sheet: str = "figures", cell: str = "L2") -> bytes:
    book, out = openpyxl.load_workbook(BytesIO(content)), BytesIO()
    book[sheet][cell] = 99.0
    book.save(out)
    return out.getvalue()
