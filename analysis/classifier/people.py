"""Where a batch names somebody or a group: the classifiers do not see these places."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import numpy as np

from analysis.classifier.batch import Batch
from analysis.classifier.characters import HAN, Places
from analysis.classifier.judging import Marks
from analysis.classifier.words import Index, Words, indexed


def named(batch: Batch, found: Words) -> Marks:
    """By place: part of a name, a word of kinship, gender, origin, faith or age, or an article before one."""
    marks = np.zeros(len(batch.codes), dtype=bool)
    if len(found):
        _cover(marks, found, _english(found))
    if (batch.kinds & HAN).any():
        for match in _chinese().finditer(batch.text):
            marks[match.start() : match.end()] = True
    return marks


def _english(found: Words) -> Marks:
    whom, titles, before = (index.among(found.hashes) for index in _english_words())
    whom |= titles
    whom[1:] |= titles[:-1]
    for _ in range(2):
        whom[:-1] |= before[:-1] & whom[1:]
    return whom


def _cover(marks: Marks, found: Words, whom: Marks) -> None:
    starts, ends = found.starts[whom], found.ends[whom]
    steps: Places = np.zeros(len(marks) + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    marks |= np.cumsum(steps[:-1]) > 0


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    text = files(__package__).joinpath("lexicon/people.toml").read_text("utf-8")
    return {name: str(value) for name, value in tomllib.loads(text).items()}


@lru_cache(maxsize=1)
def _english_words() -> tuple[Index, Index, Index]:
    lists = _words()
    known = {word for name in ("kin", "people", "names") for word in lists[f"english_{name}"].split()}
    whom = sorted(known | {f"{word}'s" for word in known})
    return indexed(whom), indexed(lists["english_titles"].split()), indexed(lists["english_before"].split())


@lru_cache(maxsize=1)
def _chinese() -> re.Pattern[str]:
    """Surname and title, little or old and surname, surname and given name; and words for people."""
    lists = {name: "".join(value.split()) for name, value in _words().items()}
    surname, given = f"[{lists['chinese_surnames']}]", f"[{lists['chinese_given']}]"
    titles = _longest_first(_words()["chinese_titles"])
    words = _longest_first(_words()["chinese_kin"] + _words()["chinese_people"])
    names = rf"{surname}(?:{given}{{1,2}})?(?:{titles})|[小老阿]{surname}|{surname}{given}{{1,2}}"
    return re.compile(rf"(?:我的?|我们的?|一位|一个|那位|那个|这位|这个|那名|这名|一名)?(?:{names}|(?<!其)(?:{words}))")


def _longest_first(words: str) -> str:
    return "|".join(sorted(set(words.split()), key=lambda word: (-len(word), word)))
