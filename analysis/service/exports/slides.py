"""The same report as slides: what hurts in words, then the figures as tables that can be edited."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Pt

from analysis.models import Dimension
from analysis.service.exports import saying
from analysis.service.exports.lines import Pack
from core.i18n import gettext as _

ROWS, LINES = 10, 7
WIDE = 12_192_000, 6_858_000  # 16:9, in English Metric Units; the library's own template is 4:3
MARGIN = 457_200
INK, PAPER, DARK = map(RGBColor.from_string, ("0F5C5C", "FFFFFF", "1D2530"))
TITLE, TITLE_ONLY, TEXT = 0, 5, 1


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
    rows = [[pack.names[one.key], levels[one.level], *_cells(one.figure, pack)] for one in shown]
    head = [_("Touchpoint"), _("Stands"), _("Mean"), _("95 % interval"), _("Answers")]
    for start in range(0, len(rows), ROWS):
        _table(deck, _("Touchpoints"), head, rows[start : start + ROWS])
    months = pack.report.dimensions[Dimension.SATISFACTION].months[-ROWS:]
    over_time = [[saying.months(one), *_cells(figure, pack)] for one, figure in months]
    if over_time:
        months_head = [_("Months"), _("Mean"), _("95 % interval"), _("Answers")]
        _table(deck, _("Satisfaction over time"), months_head, over_time)
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


def _cells(figure: Any, pack: Pack) -> list[str]:
    return [saying.value(figure, pack.smallest_group), saying.interval(figure), saying.n(figure)]


def _opening(deck: Any, pack: Pack) -> None:
    first = deck.slides.add_slide(deck.slide_layouts[TITLE])
    first.shapes.title.text = saying.title(pack)
    first.placeholders[1].text = f"{pack.whom or _('All customers in view')}\n{saying.period(pack)}"


def _text(deck: Any, title: str, sentences: Sequence[str]) -> None:
    for start in range(0, len(sentences), LINES):
        words = deck.slides.add_slide(deck.slide_layouts[TEXT])
        words.shapes.title.text = title
        words.placeholders[1].text = "\n".join(sentences[start : start + LINES])
        for paragraph in words.placeholders[1].text_frame.paragraphs:
            paragraph.font.size = Pt(18)


def _table(deck: Any, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    slide.shapes.title.text = title
    left, top, width = Emu(MARGIN), Emu(1_500_000), Emu(WIDE[0] - 2 * MARGIN)
    shape = slide.shapes.add_table(len(rows) + 1, len(head), left, top, width, Emu(330_000 * (len(rows) + 1)))
    for number, row in enumerate([head, *rows]):
        for column, text in enumerate(row):
            cell = shape.table.cell(number, column)
            cell.text = text
            _look(cell, head=number == 0, figure=column > 0 and len(head) > 2)


def _look(cell: Any, head: bool, figure: bool) -> None:
    """Quiet: the house's ink over the figures, which stand to the right."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = INK if head else PAPER
    for paragraph in cell.text_frame.paragraphs:
        paragraph.font.size = Pt(13)
        paragraph.font.color.rgb = PAPER if head else DARK
        paragraph.alignment = PP_ALIGN.RIGHT if figure else PP_ALIGN.LEFT
