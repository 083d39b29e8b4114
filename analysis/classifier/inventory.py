"""What the lexicon says about a sentence: service events, emoji, words of feeling; each with its place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from analysis.classifier.shapes import Hit

# A negation turns an event round, and weakens it: "not rude" is less than "kind".
_TURNED = -0.7
_ENGLISH_NEGATION = re.compile(
    r"(?:\b(?:not|no|never|without|nothing|nobody|hardly|barely|neither|nor|cannot|stop(?:ped)?)\b|n't\b)"
    r"(?:\s+(?!but\b)\w+){0,2}\s+(?:a |an |the |any )?$"
)
_CHINESE_NEGATION = re.compile(
    r"(?:不|没|没有|无|未|别|并非|无需|不用|不必|从未|不再|谈不上)(?:是|很|太|算|够|怎么|那么|有|再|一点|半点|丝毫|任何|什么)?$"
)
_DOUBLE_NEGATION = re.compile(r"(?:不是|没有|并非|不能说|不会)不$")


@dataclass(frozen=True, slots=True)
class Found:
    """A hit and where it stands in the sentence; `overrides`: its words say nothing else; `plain`: no event."""

    hit: Hit
    start: int
    end: int
    overrides: bool
    emotions: Mapping[str, float]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    weight: float
    fixed: bool
    overrides: bool
    plain: bool
    emotions: Mapping[str, float]
    pattern: re.Pattern[str]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"lexicon/{name}.toml").read_text("utf-8"))


@lru_cache(maxsize=2)
def events(language: str) -> tuple[_Event, ...]:
    """The service events of one language, each as one compiled pattern."""
    table = _table("service")
    macros: dict[str, str] = table["macros"][language]
    return tuple(
        _Event(
            name=event["name"],
            weight=event["weight"],
            fixed=event.get("fixed", False),
            overrides=event.get("overrides", False),
            plain=event.get("plain", False),
            emotions=event.get("emotions", {}),
            pattern=re.compile("|".join(_expand(pattern, macros) for pattern in event[language])),
        )
        for event in table["event"]
        if language in event
    )


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    for name, macro in macros.items():
        pattern = pattern.replace("{" + name + "}", macro)
    return f"(?:{pattern})"


@lru_cache(maxsize=1)
def _emoji() -> dict[str, Mapping[str, Any]]:
    return {sign: group for group in _table("emoji")["group"] for sign in group["signs"]}


@lru_cache(maxsize=1)
def _emoji_pattern() -> re.Pattern[str]:
    return re.compile("[" + "".join(sign for sign in _emoji() if sign.isprintable()) + "]")


@lru_cache(maxsize=2)
def _feelings(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    edge = r"\b" if language == "en" else ""
    return tuple(
        (emotion, re.compile(f"{edge}(?:{words[language]}){edge}")) for emotion, words in _table("emotions").items()
    )


def find_events(sentence: str, language: str) -> list[Found]:
    """The service events told in a sentence, each event once; what an overriding event covers is dropped."""
    found = [
        _found(sentence, event, match, language)
        for event in events(language)
        if (match := event.pattern.search(sentence))
    ]
    overriding = [one for one in found if one.overrides]
    return [one for one in found if one.overrides or not _covered(one, overriding)]


def _covered(one: Found, by: list[Found]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in by)


def _found(sentence: str, event: _Event, match: re.Match[str], language: str) -> Found:
    turned = not event.fixed and is_negated(sentence[: match.start()], language)
    weight = event.weight * _TURNED if turned else event.weight
    hit = Hit("event", ("not_" if turned else "") + event.name, match.group().strip(), weight)
    emotions = {} if turned else event.emotions
    return Found(hit, match.start(), match.end(), event.overrides, emotions, event.plain)


def is_negated(before: str, language: str) -> bool:
    """Whether what stands before a word turns it round; two negations cancel."""
    if language == "en":
        return bool(_ENGLISH_NEGATION.search(before[-40:]))
    return bool(_CHINESE_NEGATION.search(before[-8:])) and not _DOUBLE_NEGATION.search(before[-8:])


def find_emoji(sentence: str) -> Iterator[Found]:
    """Each kind of emoji in the sentence once."""
    table, seen = _emoji(), set[str]()
    for match in _emoji_pattern().finditer(sentence):
        sign = match.group()
        if sign not in seen:
            seen.add(sign)
            group = table[sign]
            hit = Hit("emoji", sign, sign, group["weight"])
            yield Found(hit, match.start(), match.end(), False, group["emotions"])


def find_feelings(sentence: str, language: str) -> Iterator[Found]:
    """Words that name a feeling and are not negated."""
    for emotion, pattern in _feelings(language):
        match = pattern.search(sentence)
        if match and not is_negated(sentence[: match.start()], language):
            hit = Hit("emotion", emotion, match.group(), 0.0)
            yield Found(hit, match.start(), match.end(), False, {emotion: 0.8})
