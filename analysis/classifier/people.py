"""Where a batch names somebody or a group: the classifiers do not see these places."""

import re
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import FIGURE, HAN, Places
from analysis.classifier.judging import Marks
from analysis.classifier.literals import Literals
from analysis.classifier.wordlists import people
from analysis.classifier.words import Words

# Words before a person that are hidden with it: "the newly arrived blind visitor".
_REACH_BEFORE = 5
# What a sentence ends with, what may stand before its first word, and who is no neighbour of a name.
_ENDING, _OPENING = ".!?;:\n", " \"'([*-"
_WHO_HOPES = {"i", "we", "you", "they"}
# Behind a place or before a person: "香港来的", "北京人", "一位".
_CHINESE_ORIGIN = ("人", "籍", "来的", "的")
_CHINESE_POINTING = (
    "我",
    "我的",
    "我们",
    "我们的",
    "一位",
    "一个",
    "那位",
    "那个",
    "这位",
    "这个",
    "那名",
    "这名",
    "一名",
)
_CHINESE_HAVING = ("", "有", "患", "患有", "得了", "坐")


def named(batch: Batch, found: Words) -> Marks:
    """By place: a name, a word for people or what they are, live with or believe, and what belongs to it."""
    marks = np.zeros(len(batch.codes), dtype=bool)
    if len(found):
        whom = _english(batch, found)
        _cover(marks, found.starts[whom], found.ends[whom])
    if (batch.kinds & HAN).any():
        _cover(marks, *_chinese(batch, found))
    return marks


def _cover(marks: Marks, starts: Places, ends: Places) -> None:
    steps = np.bincount(starts, minlength=len(marks) + 1) - np.bincount(ends, minlength=len(marks) + 1)
    marks |= np.cumsum(steps[:-1]) > 0


# --- English --------------------------------------------------------------------------------------------------------


def _english(batch: Batch, found: Words) -> Marks:
    lists = ("whom", "titles", "before", "from", "places", "articles")
    whom, titles, before, behind, places, articles = (found.are(one) for one in lists)
    comments = np.searchsorted(batch.ends, found.starts)
    goes_on = comments[1:] == comments[:-1]  # nothing reaches from one comment into the next
    whom |= _called_like_a_thing(batch, found, goes_on)
    whom |= titles
    whom[1:] |= titles[:-1] & goes_on
    _with_origin(whom, behind, places, articles, goes_on)
    before |= batch.kinds[found.starts] & FIGURE > 0
    for _ in range(_REACH_BEFORE):
        whom[:-1] |= before[:-1] & whom[1:] & goes_on
    return whom


def _called_like_a_thing(batch: Batch, found: Words, goes_on: Marks) -> Marks:
    """Hope, Grace, Will: with a capital inside a sentence, or at its beginning before what only somebody does."""
    things, acts = found.are("named_like_things"), found.are("acts")
    capital = batch.capital[found.starts] & ~batch.capital[found.starts + 1]
    acting = np.append(acts[1:] & goes_on, False)[: len(found)]
    names = np.zeros(len(found), dtype=bool)
    for place in np.flatnonzero(things & capital).tolist():
        names[place] = acting[place] if _first_word(batch, found, place) else _amid(batch, found, place, capital)
    return names


def _first_word(batch: Batch, found: Words, place: int) -> bool:
    """Nothing of the comment stands before, or the end of a sentence."""
    start = int(found.starts[place])
    said = batch.text[batch.starts[np.searchsorted(batch.ends, start)] : start]
    return not said.strip(_OPENING) or said.rstrip(_OPENING)[-1] in _ENDING


def _amid(batch: Batch, found: Words, place: int, capital: Marks) -> bool:
    """Behind a word that is neither I or we nor itself written with a capital for the show of it."""
    before = batch.text[found.starts[place - 1] : found.ends[place - 1]]
    return before not in _WHO_HOPES and not (capital[place - 1] and not _first_word(batch, found, place - 1))


def _with_origin(whom: Marks, behind: Marks, places: Marks, articles: Marks, goes_on: Marks) -> None:
    """ "from Leeds", "with the glasses", "in a wheelchair": hidden where a person and what is said of it are hidden."""
    told = whom | places
    with_article = articles[:-1] & told[1:] & goes_on
    near, far = behind[:-1] & told[1:] & goes_on, behind[:-2] & with_article[1:] & goes_on[:-1]
    near[1:] &= whom[:-2] & goes_on[:-1]
    far[1:] &= whom[:-3] & goes_on[:-2]
    near[:1] = far[:1] = False
    whom[:-1] |= near
    whom[1:] |= near
    for step in range(3):
        whom[step : step + len(far)] |= far


# --- Chinese --------------------------------------------------------------------------------------------------------


def _chinese(batch: Batch, found: Words) -> tuple[Places, Places]:
    literals, lengths, pronouns, pointing = _chinesepeople()
    starts, strings = literals.find(found.sums)
    ends = starts + lengths[strings]
    points = strings < pointing
    whom = ~points & ~((strings < pointing + pronouns) & (batch.codes[np.maximum(starts - 1, 0)] == ord("其")))
    matches = [_chinese_names().match(batch.text, place) for place in _may_begin(batch).tolist()]
    names = np.array([match.span() for match in matches if match], dtype=np.int64).reshape(-1, 2)
    points &= np.isin(ends, np.append(starts[whom], names[:, 0]))
    kept = points | whom
    return np.append(starts[kept], names[:, 0]), np.append(ends[kept], names[:, 1])


@lru_cache(maxsize=1)
def _chinesepeople() -> tuple[Literals, Places, int, int]:
    """What points at people, then pronouns (其 makes another word of them), then other words; and all their lengths."""
    lists = {name: value.split() for name, value in people().items()}
    told = {*lists["chinese_kin"], *lists["chinese_people"], *lists["chinese_other_names"]}
    told |= {f"{place}{behind}" for place, behind in product(lists["chinese_places"], ("", *_CHINESE_ORIGIN))}
    told |= {"".join(parts) for parts in product(_CHINESE_HAVING, lists["chinese_conditions"], ("", "的"))}
    pronouns = sorted(one for one in told if one[0] in "他她")
    strings = [*_CHINESE_POINTING, *pronouns, *sorted(told.difference(pronouns))]
    lengths = np.array([len(string) for string in strings], dtype=np.int64)
    return Literals(strings), lengths, len(pronouns), len(_CHINESE_POINTING)


@lru_cache(maxsize=1)
def _chinese_names() -> re.Pattern[str]:
    """Surname and title, little or old and surname, surname and given name; foreign names; ages and decades."""
    lists = {name: "".join(value.split()) for name, value in people().items()}
    surname, given = f"[{lists['chinese_surnames']}]", f"[{lists['chinese_given']}]"
    double = "|".join(people()["chinese_double_surnames"].split())
    titles = "|".join(sorted(set(people()["chinese_titles"].split()), key=lambda word: (-len(word), word)))
    alone = "|".join(people()["chinese_given_names"].split())
    sounds, rare = lists["chinese_sounds"], lists["chinese_rare_sounds"]
    names = (
        rf"{surname}(?:{given}{{1,2}})?(?:{titles})|[小老阿]{surname}|{surname}{given}{{1,2}}",
        rf"{surname}?(?:{alone})(?:{titles})?",
        rf"(?:{double})(?:{titles}|{given}{{1,2}}|.(?={given}))?",
        rf"(?=[{sounds}]*[{rare}])[{sounds}]{{3,}}(?:{titles})?",
        r"[零〇一二三四五六七八九十两百\d]{1,4}(?:多?岁|[零〇]?后)的?",
    )
    return re.compile("|".join(names))


def _may_begin(batch: Batch) -> Places:
    """Where a name may begin, by its first two characters: much less is tried than in a search."""
    table, pairs = _first_two()
    bits = table[np.minimum(batch.codes, len(table) - 1)]
    bits, following = bits[:-1], bits[1:]
    found = np.zeros(len(bits), dtype=bool)
    for first, second in pairs:
        found |= (bits & first > 0) & (following & second > 0)
    return np.flatnonzero(found)


@lru_cache(maxsize=1)
def _first_two() -> tuple[NDArray[np.uint16], list[tuple[int, int]]]:
    """Bits of each character, and the pairs of bits that names begin with."""
    lists = people()
    letters = {name: "".join(value.split()) for name, value in lists.items()}
    alone, double = lists["chinese_given_names"].split(), lists["chinese_double_surnames"].split()
    titles = "".join(word[0] for word in lists["chinese_titles"].split())
    figures = "零〇一二三四五六七八九十两百0123456789"
    sets = (
        letters["chinese_surnames"],
        letters["chinese_given"] + titles + "".join(name[0] for name in alone),
        "小老阿",
        "".join(name[0] for name in (*alone, *double)),
        "".join(name[1] for name in (*alone, *double)),
        letters["chinese_sounds"],
        figures,
        figures + "多岁后",
    )
    table = np.zeros(2**16, dtype=np.uint16)
    for bit, each in enumerate(sets):
        table[[ord(letter) for letter in each]] |= np.uint16(1 << bit)
    return table, [(1, 2), (4, 1), (8, 16), (32, 32), (64, 128)]
