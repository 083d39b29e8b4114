"""The same report as slides: what hurts in words, then the figures as tables that can be edited."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from analysis.models import Dimension
from analysis.service.exports import saying
from analysis.service.exports.lines import Pack
from core.i18n import gettext as _

ROWS, MONTHS, LINES = 10, 12, 7
LONGEST_NAME = 60
WIDE = 12_192_000, 6_858_000  # 16:9, in English Metric Units; the library's own template is 4:3
MARGIN, TOP, BOTTOM, ROW = 457_200, 1_450_000, 350_000, 440_000
INK, PAPER, DARK, PALE, GRID = map(RGBColor.from_string, ("0F5C5C", "FFFFFF", "1D2530", "8FB5B5", "D5DADE"))
TITLE, TITLE_ONLY, TEXT = 0, 5, 1
MOST_EVEN = 2  # a table of names and values; one with more columns has figures


def as_pptx(pack: Pack) -> bytes:
    deck = _wide()
    _opening(deck, pack)
    for chapter in pack.chapters:
        _text(deck, chapter.title, chapter.sentences)
    _text(deck, _("What hurts"), saying.sentences(pack)[:ROWS])
    names, levels = saying.dimension_names(), saying.level_names()
    totals = [[names[key], *_cells(found.figure, pack)] for key, found in pack.report.dimensions.items()]
    _table(deck, _("Over all"), [_("What was asked"), _("Mean"), _("95 % interval"), _("Answers")], totals)
    shown = [one for one in pack.report.touchpoints if not one.figure.suppressed]
    rows = [[_short(pack.names[one.key]), levels[one.level], *_cells(one.figure, pack)] for one in shown]
    head = [_("Touchpoint"), _("Stands"), _("Mean"), _("95 % interval"), _("Answers")]
    for start in range(0, len(rows), ROWS):
        _table(deck, _("Touchpoints"), head, rows[start : start + ROWS])
    _over_time(deck, pack)
    _table(deck, _("How to make this report again"), ["", ""], [list(one) for one in pack.about.items()])
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _wide() -> Any:
    """The library's template, its layouts stretched with the slide: what stands in them follows."""
    deck = Presentation()
    stretch = WIDE[0] / deck.slide_width
    deck.slide_width, deck.slide_height = map(Emu, WIDE)
    shapes = [shape for layout in (deck.slide_master, *deck.slide_layouts) for shape in layout.placeholders]
    # All are read before the first is changed: what a layout leaves open it takes from the master.
    for shape, *where in [(one, one.left, one.top, one.width, one.height) for one in shapes]:
        left, top, width, height = where
        shape.left, shape.top, shape.width, shape.height = (
            Emu(round(left * stretch)), top, Emu(round(width * stretch)), height,
        )  # fmt: skip
    return deck


def _over_time(deck: Any, pack: Pack) -> None:
    """A picture and the table behind it, side by side."""
    months = pack.report.dimensions[Dimension.SATISFACTION].months[-MONTHS:]
    if not months:
        return
    rows = [[saying.months(one), *_cells(figure, pack)] for one, figure in months]
    head = [_("Months"), _("Mean"), _("95 % interval"), _("Answers")]
    half = (WIDE[0] - 3 * MARGIN) // 2
    slide = _table(deck, _("Satisfaction over time"), head, rows, half)
    data: Any = CategoryChartData(number_format="0.0")  # type: ignore[no-untyped-call]
    data.categories = [row[0] for row in rows]
    for name, values in (
        (_("Mean"), [None if figure.band else figure.value for _month, figure in months]),
        (_("95 % interval, low"), [figure.low for _month, figure in months]),
        (_("95 % interval, high"), [figure.high for _month, figure in months]),
    ):
        data.add_series(name, values)
    where = (Emu(half + 2 * MARGIN), Emu(TOP), Emu(half), Emu(WIDE[1] - TOP - BOTTOM))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE, *where, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _("Satisfaction over time"))
    _draw(frame.chart)


def _draw(chart: Any) -> None:
    chart.has_title, chart.has_legend, chart.font.size = False, False, Pt(11)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
    chart.value_axis.major_gridlines.format.line.color.rgb = GRID
    for number, series in enumerate(chart.plots[0].series):
        line = series.format.line
        line.color.rgb, line.width, series.smooth = (PALE if number else INK), Pt(1.25 if number else 2.5), False
        line.dash_style = MSO_LINE.DASH if number else None


def _cells(figure: Any, pack: Pack) -> list[str]:
    return [saying.value(figure, pack.smallest_group), saying.interval(figure), saying.n(figure)]


def _short(name: str) -> str:
    """Ten names fit a slide; the other forms tell it whole."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _opening(deck: Any, pack: Pack) -> None:
    first = deck.slides.add_slide(deck.slide_layouts[TITLE])
    first.shapes.title.text = saying.title(pack)
    first.placeholders[1].text = f"{pack.whom or _('All customers in view')}\n{saying.period(pack)}"


def _text(deck: Any, title: str, sentences: Sequence[str]) -> None:
    for start in range(0, len(sentences), LINES):
        words = deck.slides.add_slide(deck.slide_layouts[TEXT])
        _head(words, title)
        words.placeholders[1].text = "\n".join(sentences[start : start + LINES])
        for paragraph in words.placeholders[1].text_frame.paragraphs:
            paragraph.font.size, paragraph.font.color.rgb = Pt(20), DARK


def _head(slide: Any, title: str) -> None:
    """To the left and in the house's ink, as on all pages."""
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = (
        Emu(one) for one in (MARGIN, 350_000, WIDE[0] - 2 * MARGIN, 900_000)
    )
    shape.text = title
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment, paragraph.font.size, paragraph.font.color.rgb = PP_ALIGN.LEFT, Pt(30), INK


def _table(
    deck: Any, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDE[0] - 2 * MARGIN
) -> Any:
    """As high as the slide allows, the names twice as wide as a figure, an interval before the last of these."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    _head(slide, title)
    high = min(ROW, (WIDE[1] - TOP - BOTTOM) // (len(rows) + 1))
    shape = slide.shapes.add_table(
        len(rows) + 1, len(head), Emu(MARGIN), Emu(TOP), Emu(width), Emu(high * (len(rows) + 1))
    )
    weights = [2.0, *[1.0] * (len(head) - 3), 1.4, 1.0] if len(head) > MOST_EVEN else [1.0] * len(head)
    for weight, column in zip(weights, shape.table.columns, strict=True):
        column.width = Emu(round(width * weight / sum(weights)))
    for number, row in enumerate([head, *rows]):
        for column, text in enumerate(row):
            cell = shape.table.cell(number, column)
            cell.text = text
            _look(cell, head=number == 0, figure=column > 0 and len(head) > MOST_EVEN, small=high < ROW)
    return slide


def _look(cell: Any, head: bool, figure: bool, small: bool) -> None:
    """Quiet: the house's ink over the figures, which stand to the right."""
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = INK if head else PAPER
    for paragraph in cell.text_frame.paragraphs:
        paragraph.font.size = Pt(12 if small else 15)
        paragraph.font.color.rgb = PAPER if head else DARK
        paragraph.alignment = PP_ALIGN.RIGHT if figure else PP_ALIGN.LEFT
