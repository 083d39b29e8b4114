"""What the look promises, held on a page that shows every piece: small, self-contained, readable, by keyboard."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from core import i18n, pages
from tests.core.look import sample

PAGES = {
    "staff": sample.staff,
    "survey": sample.survey,
    "survey with an error": lambda language: sample.survey(language, wrong=True),
    "thanks": sample.thanks,
}
SHEETS = ["app.css", "public.css"]
TEXT_ON = [
    ("ink", "paper", 7.0), ("ink", "card", 7.0), ("muted", "paper", 4.5), ("muted", "card", 4.5), ("link", "card", 4.5),
    ("link", "paper", 4.5), ("button-ink", "button", 4.5), ("stone-muted", "stone", 4.5), ("hurts", "hurts-soft", 4.5),
    ("hurts", "card", 4.5), ("ink", "hurts-soft", 7.0), ("ink", "fine-soft", 7.0), ("ink", "watch-soft", 7.0),
    ("line-strong", "card", 3.0), ("focus", "paper", 3.0), ("focus", "card", 3.0),
]  # fmt: skip
STAFF_TEXT_ON = [
    ("watch", "watch-soft", 4.5), ("fine", "fine-soft", 4.5), ("few", "few-soft", 4.5), ("fine", "card", 4.5),
    ("gold", "card", 4.5), ("gold", "lane", 4.5), ("hurts", "lane", 4.5), ("a", "card", 4.5), ("b", "card", 4.5),
    ("c", "card", 4.5), ("muted", "lane", 4.5), ("muted", "sunk", 4.5), ("gold-line", "card", 3.0),
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def values(self, *names: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.seen for name in names if name in attrs]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=PAGES)
def html(request: pytest.FixtureRequest, language: str) -> str:
    return PAGES[request.param](language)


def test_it_needs_no_inline_style_no_script_and_nobody_else(html: str) -> None:
    tags = Tags(html)
    assert not [tag for tag, attrs in tags.seen if tag in ("script", "style") or "style" in attrs]
    assert not [name for _, attrs in tags.seen for name in attrs if name.startswith("on")]
    assert all(re.match(r"[/#?]", address) for address in tags.values("href", "src", "action"))


def test_every_id_is_there_once_and_every_reference_finds_it(html: str) -> None:
    tags = Tags(html)
    ids = Counter(tags.values("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    wanted = [one for many in tags.values("aria-labelledby", "aria-describedby", "for") for one in many.split()]
    wanted += [address[1:] for address in tags.values("href") if len(address) > 1 and address.startswith("#")]
    assert [one for one in wanted if one not in ids] == []


def test_every_picture_has_a_name_or_is_silent(html: str) -> None:
    pictures = [attrs for tag, attrs in Tags(html).seen if tag == "svg"]
    named = [p for p in pictures if p.get("role") in ("img", "group") and ("aria-labelledby" in p or "aria-label" in p)]
    assert len(named) + len([p for p in pictures if p.get("aria-hidden") == "true"]) == len(pictures)


def test_it_says_its_language(html: str, language: str) -> None:
    assert Tags(html).seen[0] == ("html", {"lang": i18n.LANGUAGE_TAGS[language]})


def test_a_survey_weighs_less_than_30_kb_with_all_it_loads(language: str) -> None:
    page = sample.survey(language, wrong=True)
    loaded = {address.partition("?")[0].removeprefix("/static/") for address in re.findall(r'"(/static/[^"]+)"', page)}
    assert loaded == {"public.css", "icon.svg"}
    assert len(page.encode()) + sum((pages.STATIC / name).stat().st_size for name in loaded) < 30_000


def test_an_error_is_tied_to_its_field_and_what_was_given_is_kept() -> None:
    page = sample.survey("en", wrong=True)
    fields = [attrs for tag, attrs in Tags(page).seen if tag == "fieldset" and "aria-invalid" in attrs]
    assert [field["aria-describedby"] for field in fields] == ["f-emotional-error"]
    assert 'href="#f-emotional"' in page
    checked = [(a["name"], a["value"]) for tag, a in Tags(page).seen if tag == "input" and "checked" in a]
    assert checked == [("functional", "4"), ("lost_time", "60")]
    assert "a &#34;quoted&#34; &lt;b&gt;word&lt;/b&gt;</textarea>" in page


def test_a_scale_speaks_each_step_in_words() -> None:
    page = sample.survey("en")
    for word in ["Very poor", "Poor", "Fair", "Good", "Very good"]:
        assert page.count(f'<span class="sr">{word}</span>') == 3


def test_nothing_of_the_frame_is_left_untranslated() -> None:
    i18n.use("zh")
    said = set()
    for name in ["base.html", "public.html", "_language.html", "_macros.html", "_charts.html"]:
        source = (pages.TEMPLATES / name).read_text(encoding="utf-8")
        said |= {message for _, message in re.findall(r"""_\((["'])(.+?)\1[,)]""", source)}
    assert len(said) > 20
    assert [message for message in said if i18n.gettext(message) == message] == []


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_ground(sheet: str, scheme: str) -> None:
    colours = colours_of(sheet, scheme)
    wanted = TEXT_ON + (STAFF_TEXT_ON if sheet == "app.css" else [])
    weak = [(ink, ground) for ink, ground, least in wanted if contrast(colours[ink], colours[ground]) < least]
    assert weak == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_colours_are_named_once_and_both_schemes_agree_on_the_names(sheet: str) -> None:
    source = (pages.STATIC / sheet).read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)", source)) - {"look"}
    assert used <= set(re.findall(r"--([\w-]+):", source))
    rules = source[source.index("/* ground" if sheet == "app.css" else "*, *::before") :]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#1a1508", "#6b737a", "#bbb", "#fff"}


def colours_of(sheet: str, scheme: str) -> dict[str, str]:
    """The light colours, and over them the dark ones where the dark scheme names its own."""
    source = (pages.STATIC / sheet).read_text(encoding="utf-8")
    light, dark = source.split("@media screen and (prefers-color-scheme: dark)", 1)
    named = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return (
        named | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.split("\n}", 1)[0])) if scheme == "dark" else named
    )


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
