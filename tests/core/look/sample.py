"""A style sheet page with invented figures, in both languages: every macro and every chart stands on it once."""

import tomllib
from math import cos
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from core import charts, i18n, pages
from core.charts import Bar, Lane, Part, Reading, Series, Stop, Tick
from core.navigation import Entry, Group

HERE = Path(__file__).parent
LEVELS: list[list[int | None]] = [
    [74, 81, None],
    [72, 66, 84],
    [70, 58, 77],
    [69, 72, None],
    [41, 47, 68, 71, 60],
    [66, 49, 79, 83, 71, 55, 75, 82, 74],
    [76, 73, 52],
]
SIZES = [
    [412, 96, 3],
    [180, 2210, 64],
    [210, 480, 920],
    [58, 61, 2],
    [640, 1214, 230, 310, 720],
    [5200, 890, 1800, 3100, 640, 210, 480, 760, 390],
    [88, 140, 75],
]
LOSSES = [Reading(7.1, 4.0, 10.2, 1214), Reading(5.4, 2.1, 8.8, 640), Reading(3.2, 0.6, 5.9, 890), Reading(None)]
KINDS = ["hurts", "hurts", "watch", "few"]
CHANGES = [(2.1, 0.4, 3.8), (-4.6, -6.9, -2.3), (0.3, -1.2, 1.8)]
QUOTES = [
    ("等了九天，数据还丢了一半，没有人告诉我进度。", "zh"),
    ("I was told “tomorrow” four times. On day six I borrowed my manager’s machine.", "en"),
]


def words_of(language: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"words_{language}.toml").read_text(encoding="utf-8"))


def render(name: str, language: str, **context: Any) -> str:
    """Through the product's own environment, with the sample templates beside the real ones."""
    i18n.use(language)
    loader = ChoiceLoader([FileSystemLoader(HERE / "pages"), FileSystemLoader(pages.TEMPLATES)])
    template = pages.environment().overlay(loader=loader, cache_size=0).get_template(name)
    tag = i18n.LANGUAGE_TAGS[language]
    return template.render(language=language, lang_tag=tag, words=words_of(language), **context)


def kind_of(level: float | None) -> str:
    if level is None:
        return "few"
    return "hurts" if level < 50 else "watch" if level < 62 else "fine"


def lanes(words: dict[str, Any]) -> list[Lane]:
    return [
        lane(each["label"], each["stops"], levels, sizes)
        for each, levels, sizes in zip(words["lanes"], LEVELS, SIZES, strict=True)
    ]


def lane(label: str, names: list[str], levels: list[Any], sizes: list[int]) -> Lane:
    known = [level for level in levels if level is not None]
    stops = [Stop(name, at, size, kind_of(at)) for name, at, size in zip(names, levels, sizes, strict=True)]
    return Lane(label, stops, sum(known) / len(known))


def wave(start: float, depth: float) -> list[Reading]:
    """A year with a dip, and one month that is not shown."""
    values = [start - depth * (1 - cos(at / 1.9)) / 2 for at in range(12)]
    readings = [Reading(value, value - 3.2, value + 3.2, 160) for value in values]
    return [*readings[:6], Reading(None), *readings[7:]]


def dimensions(words: dict[str, Any]) -> list[Series]:
    a, b, c = words["dimensions"]
    return [Series("a", a, wave(78, 9)), Series("b", b, wave(71, 16)), Series("c", c, wave(74, 12))]


def months(words: dict[str, Any]) -> list[Tick]:
    return [Tick(name, "<5" if at == 6 else str(150 + at * 13)) for at, name in enumerate(words["months"])]


def kpis(words: dict[str, Any]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            look=one.look,
            label=one.label,
            question=question,
            reading=one.readings[-1],
            change=change,
            spark=charts.spark([reading.value for reading in one.readings]),
        )
        for one, question, change in zip(dimensions(words), words["questions"], CHANGES, strict=True)
    ]


def findings(words: dict[str, Any]) -> list[SimpleNamespace]:
    stages = [words["lanes"][at]["label"] for at in (4, 4, 5)]
    quotes = [(text, source, lang) for (text, lang), source in zip(QUOTES, words["quote_from"], strict=True)]
    return [
        SimpleNamespace(headline=text, kind=kind, where=stage, reading=reading, quotes=quotes if at == 0 else [])
        for at, (text, kind, stage, reading) in enumerate(zip(words["findings"], KINDS, stages, LOSSES, strict=False))
    ]


def filters(words: dict[str, Any]) -> list[dict[str, Any]]:
    say = words["filters"]
    return [
        {"name": "from", "label": say["from"], "type": "date", "value": "2025-01-01"},
        {"name": "to", "label": say["to"], "type": "date", "value": "2025-12-31"},
        {"name": "customer", "label": say["customer"], "value": "e", "options": [("", say["all"]), ("e", say["one"])]},
        {"name": "service", "label": say["service"], "value": "", "options": [("", say["all"])]},
    ]


def pictures(words: dict[str, Any]) -> dict[str, Any]:
    names = [words["lanes"][4]["stops"][1], words["lanes"][4]["stops"][0], words["lanes"][5]["stops"][1], "…"]
    bars = [Bar(name, loss, kind) for name, loss, kind in zip(names, LOSSES, KINDS, strict=True)]
    looks, hours = ["active", "waiting", "queue"], [24, 41, 35]
    flow = [Part(look, label, amount) for look, label, amount in zip(looks, words["parts"], hours, strict=True)]
    counts = [120, 160, 210, 480, 390]
    answers = [Part(str(at), step, n) for at, (step, n) in enumerate(zip(words["steps"], counts, strict=True), 1)]
    return {
        "bars": charts.bar_ci(bars),
        "journey": charts.journey_map(lanes(words)),
        "trend": charts.trend(dimensions(words), months(words)),
        "flow": charts.share_bar(flow),
        "dist": charts.share_bar(answers),
    }


def staff(language: str) -> str:
    words = words_of(language)
    return render(
        "staff.html",
        language,
        path="/",
        principal=SimpleNamespace(name=words["user"], role="manager"),
        nav="report",
        nav_groups=[
            Group(words["nav"][0], [Entry("report", "/", words["nav"][1], ()), Entry("flow", "/flow", "…", ())])
        ],
        csrf_input=Markup('<input type="hidden" name="_csrf" value="x">'),
        kpis=kpis(words),
        findings=findings(words),
        filters=filters(words),
        **pictures(words),
    )


def survey(language: str, *, wrong: bool = False) -> str:
    errors = {"emotional": words_of(language)["scale_error"]} if wrong else {}
    answers = {"functional": "4", "lost_time": "60", "comment": 'a "quoted" <b>word</b>'} if wrong else {}
    return render("public_survey.html", language, errors=errors, answers=answers)


def thanks(language: str) -> str:
    return render("thanks.html", language)
