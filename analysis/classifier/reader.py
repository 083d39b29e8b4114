"""From texts to readings, in batches: one pass of the vectorisers over all comments and clauses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from analysis.classifier import artefact, emotions, english, inventory, sentiment
from analysis.classifier.clauses import Clause, split
from analysis.classifier.head import LocalHead
from analysis.classifier.inventory import Found
from analysis.classifier.language import detect
from analysis.classifier.linking import PLACED, Link, linker_for
from analysis.classifier.normalise import Normal, normalise
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import (
    ClauseReading,
    Explanation,
    Language,
    MentionReading,
    Reading,
    TouchpointSeed,
)

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_STRONG = re.compile(
    r"\b(?:very|extremely|absolutely|totally|utterly|completely|incredibly|terribly|so so|really really|"
    r"worst|best ever|never again|beyond)\b|!!|"
    r"非常|极其|极度|极了|十分|特别|超级|太[^,]{1,4}了|简直|最|死了|透了|绝对|无比|彻底|强烈"
)
_WEAK = re.compile(
    r"\b(?:a (?:bit|little)|slightly|somewhat|rather|fairly|kind of|sort of)\b|"
    r"有点|有些|稍|略|一点儿?(?![都也不没])|还算|还可以|勉强"
)
_PLAIN_INTENSITY, _STRONG_INTENSITY, _WEAK_INTENSITY = 0.75, 1.0, 0.5
# A TextBlob word of this polarity is strong by itself: "terrible", "excellent".
_STRONG_WORD = 0.9

# A clause that names no touchpoint speaks of the one named before it in the sentence, a little less surely.
_INHERITED = 0.7


@dataclass(slots=True)
class _Part:
    """A clause, or the whole comment, on its way to three probabilities; it starts at `start` of the comment."""

    text: str
    language: str
    start: int = 0
    found: list[Found] = field(default_factory=list)
    likely: Floats = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    linear: Floats = field(default_factory=lambda: np.zeros(2))
    score: float = 0.0

    @property
    def weighed(self) -> str:
        """What the classifier is to see: not the words that an event has given another meaning."""
        text = self.text
        for one in self.found:
            if one.overrides:
                start, end = max(one.start - self.start, 0), max(one.end - self.start, 0)
                text = text[:start] + " " * len(text[start:end]) + text[end:]
        return text

    @property
    def intensity(self) -> float:
        if _STRONG.search(self.text) or self._has_strong_word():
            return _STRONG_INTENSITY
        return _WEAK_INTENSITY if _WEAK.search(self.text) else _PLAIN_INTENSITY

    def _has_strong_word(self) -> bool:
        return self.language == "en" and abs(english.polarity(self.text)) >= _STRONG_WORD


@dataclass(slots=True)
class _Comment:
    normal: Normal
    language: Language
    readable: bool
    clauses: list[Clause] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    whole: _Part = field(default_factory=lambda: _Part("", "en"))


@dataclass(frozen=True, slots=True)
class Whole:
    """A comment as one stretch, read without any head; `likely`: against, without opinion, for."""

    text: str
    language: str
    likely: Floats


def read(
    texts: Sequence[str],
    touchpoints: Sequence[TouchpointSeed],
    *,
    languages: Sequence[str | None] | None = None,
    head: LocalHead | None = None,
) -> list[Reading]:
    """One reading a text, in order; `languages` are hints, used only where a text does not show its own."""
    comments = _comments(texts, languages, head)
    named = _named(comments, touchpoints, head)
    return [_reading(comment, links) for comment, links in zip(comments, named, strict=True)]


def wholes(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[Whole]:
    """What is known of whole texts before anything was learnt here."""
    comments = _comments(texts, languages)
    return [Whole(one.whole.weighed, one.whole.language, one.whole.likely) for one in comments]


def explain(text: str, touchpoints: Sequence[TouchpointSeed] = (), *, language: str | None = None) -> Explanation:
    """Why a text is read as it is: every clause with the lexicon words and events that counted."""
    comments = _comments([text], [language])
    reading = _reading(comments[0], _named(comments, touchpoints)[0])
    return Explanation(reading, tuple(_explained(part) for part in comments[0].parts))


def _named(
    comments: Sequence[_Comment], touchpoints: Sequence[TouchpointSeed], head: LocalHead | None = None
) -> list[list[list[Link]]]:
    """The links of every clause of every comment, found in one pass."""
    parts = [(i, part.text) for i, comment in enumerate(comments) for part in comment.parts]
    links = iter(linker_for(touchpoints, head).links([text for _, text in parts], [i for i, _ in parts]))
    return [[next(links) for _ in comment.parts] for comment in comments]


def _explained(part: _Part) -> ClauseReading:
    hits = [found.hit for found in part.found]
    if part.language == "en":
        hits += english.lexicon_hits(part.text)
    opinion, positive = (1 / (1 + np.exp(-part.linear))).tolist()
    label = sentiment.label(part.likely, part.score)
    return ClauseReading(part.text, round(opinion, 3), round(positive, 3), label, round(part.score, 3), tuple(hits))


def _comments(
    texts: Sequence[str], languages: Sequence[str | None] | None, head: LocalHead | None = None
) -> list[_Comment]:
    hints = languages if languages is not None else [None] * len(texts)
    comments = [_prepared(text, hint) for text, hint in zip(texts, hints, strict=True)]
    _weigh([part for comment in comments if comment.readable for part in _to_weigh(comment)], head)
    return comments


def _to_weigh(comment: _Comment) -> list[_Part]:
    return comment.parts if comment.whole in comment.parts else [comment.whole, *comment.parts]


def _prepared(text: str, hint: str | None) -> _Comment:
    normal = normalise(text)
    return _understood(normal, detect(normal.text, hint))


def _understood(normal: Normal, language: Language) -> _Comment:
    has_letters = _LETTER.search(normal.text) is not None
    emoji = list(inventory.find_emoji(normal.text))
    comment = _Comment(normal, language, (has_letters and language != "other") or bool(emoji))
    if comment.readable:
        comment.clauses = split(normal.text)
        comment.parts = [_part(normal.text, clause, language) for clause in comment.clauses]
        _place_hits(comment, emoji)
        comment.whole = _whole(comment)
    return comment


def _part(comment: str, clause: Clause, language: Language) -> _Part:
    """Each clause is read in its own language, so that a comment may change it halfway."""
    text = comment[clause.start : clause.end]
    if language == "mixed":
        return _Part(text, "zh" if _HAN.search(text) else "en", clause.start)
    if not _LETTER.search(text) or language == "other":
        return _Part(text, "", clause.start)
    return _Part(text, language, clause.start)


def _whole(comment: _Comment) -> _Part:
    if len(comment.parts) == 1:
        return comment.parts[0]
    found = [one for part in comment.parts for one in part.found]
    unique = list({id(one): one for one in found}.values())
    letters = _LETTER.search(comment.normal.text)
    language = {"mixed": "zh", "other": ""}.get(comment.language, comment.language)
    return _Part(comment.normal.text, language if letters else "", found=unique)


def _place_hits(comment: _Comment, emoji: list[Found]) -> None:
    """Events are looked for in whole sentences and counted in the clauses they stand in."""
    for found in emoji:
        _count(comment, found)
    for start, end in _sentences(comment):
        sentence = comment.normal.text[start:end]
        for language in {part.language for part in comment.parts if part.language}:
            for one in (*inventory.find_events(sentence, language), *inventory.find_feelings(sentence, language)):
                _count(comment, replace(one, start=start + one.start, end=start + one.end))


def _sentences(comment: _Comment) -> list[tuple[int, int]]:
    """From the first clause of a sentence to the first of the next, its closing marks included."""
    starts = [next(clauses).start for _, clauses in groupby(comment.clauses, key=lambda one: one.sentence)]
    return list(zip(starts, [*starts[1:], len(comment.normal.text)], strict=True))


def _count(comment: _Comment, found: Found) -> None:
    touched = [i for i, clause in enumerate(comment.clauses) if clause.start < found.end and found.start < clause.end]
    if not touched:
        before = [i for i, clause in enumerate(comment.clauses) if clause.end <= found.start]
        touched = before[-1:] or [0]
    for i in touched if found.overrides else touched[-1:]:
        comment.parts[i].found.append(found)


def _weigh(parts: list[_Part], head: LocalHead | None) -> None:
    """Three probabilities for every part, one pass a language."""
    for language in ("en", "zh", ""):
        chosen = [part for part in parts if part.language == language]
        if chosen:
            read, linear = _outcomes(language, chosen)
            if head is not None:
                read = head.outcomes(language, [part.weighed for part in chosen], read)
            for part, likely, own in zip(chosen, read, linear, strict=True):
                part.likely, part.linear = likely, own
                part.score = sentiment.score(likely, part.intensity)


def _outcomes(language: str, parts: list[_Part]) -> tuple[Floats, Floats]:
    told = np.array([_told(part) for part in parts])
    if not language:  # emoji alone speak for themselves
        return sentiment.by_events(told), np.zeros((len(parts), 2))
    _, weights = artefact.shipped()
    return sentiment.outcomes(weights[language], language, [part.weighed for part in parts], told)


def _told(part: _Part) -> Floats:
    counted = [one for one in part.found if one.hit.source != "emotion"]
    words = sentiment.sides(one.hit.weight for one in counted if one.plain)
    events = sentiment.sides(one.hit.weight for one in counted if not one.plain)
    return np.concatenate([words, events])


def told(texts: Sequence[str], language: Language) -> Floats:
    """What the lexicon says of each text, a row each, as the calibration is to weigh it."""
    return np.array([_told(_understood(normalise(text), language).whole) for text in texts])


def _reading(comment: _Comment, named: list[list[Link]]) -> Reading:
    truncated = comment.normal.truncated
    if not comment.readable:
        return Reading(comment.language, "none", 0.0, 1.0, truncated=truncated)
    whole = comment.whole
    sides = [part.likely for part in comment.parts]
    mixed = sentiment.is_mixed(sides)
    return Reading(
        language=comment.language,
        label="mixed" if mixed else sentiment.label(whole.likely, whole.score),
        score=round(whole.score, 4),
        confidence=round(_sureness(sides) if mixed else float(whole.likely.max()), 4),
        emotions=emotions.combine([one.emotions for one in whole.found], _room(whole, mixed=mixed)),
        mentions=_mentions(comment, named) if comment.language != "other" else (),
        truncated=truncated,
    )


def _sureness(sides: list[Floats]) -> float:
    """Of a mixed comment: that its clearest clause for and its clearest against are both read rightly."""
    return float(max(side[sentiment.POSITIVE] for side in sides) * max(side[sentiment.NEGATIVE] for side in sides))


def _room(whole: _Part, *, mixed: bool) -> Floats:
    return np.zeros(3) if mixed else whole.likely


def _mentions(comment: _Comment, found: list[list[Link]]) -> tuple[MentionReading, ...]:
    """Clauses with an opinion or a touchpoint; neighbours that say the same of the same are one mention."""
    mentions: list[MentionReading] = []
    sentence, named = -1, list[Link]()
    for clause, part, own in zip(comment.clauses, comment.parts, found, strict=True):
        if clause.sentence != sentence:
            sentence, named = clause.sentence, []
        links = _with_context(own, named)
        named = [link for link in links if link.touchpoint] or named
        for link in links:
            mention = _mention(comment, clause, part, link)
            if (mention.touchpoint and not link.by_default) or mention.label != "neutral":
                _append(mentions, mention)
    return tuple(mentions)


def _mention(comment: _Comment, clause: Clause, part: _Part, link: Link) -> MentionReading:
    start, end = comment.normal.span(clause.start, clause.end)
    sure = link.confidence if link.touchpoint else float(part.likely.max())
    label = sentiment.label(part.likely, part.score)
    return MentionReading(link.touchpoint, link.candidates, start, end, label, round(part.score, 4), round(sure, 4))


def _with_context(links: list[Link], named: list[Link]) -> list[Link]:
    """A clause that names nothing speaks of what its sentence named before."""
    if links[0].touchpoint or links[0].candidates:
        return links
    inherited = [Link(link.touchpoint, (), round(link.confidence * _INHERITED, 3)) for link in named]
    return [link for link in inherited if link.confidence >= PLACED] or links


def _append(mentions: list[MentionReading], new: MentionReading) -> None:
    last = mentions[-1] if mentions else None
    if last and last.touchpoint == new.touchpoint and last.label == new.label and last.candidates == new.candidates:
        score, sure = max(last.score, new.score, key=abs), max(last.confidence, new.confidence)
        mentions[-1] = MentionReading(last.touchpoint, last.candidates, last.start, new.end, last.label, score, sure)
    else:
        mentions.append(new)
