"""Lists of words that steps of the reading ask for; each word is looked up once for all of them."""

import tomllib
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.hashing import Hashes, Index, hashed

_TURNS = "but however whereas while yet except unfortunately sadly nevertheless nonetheless though although despite"
_NOT = "not no never nothing nobody cannot without hardly barely neither nor"


@lru_cache(maxsize=4)
def small_words(which: str) -> frozenset[str]:
    """The words of one list of the lexicon, those English shares with other languages counted as English."""
    lists = _lexicon("small_words")
    words = frozenset(lists[which].split())
    return words - frozenset(lists["english"].split()) if which == "foreign" else words


def people() -> dict[str, str]:
    """Words for people and what they are called, with blanks between."""
    return _lexicon("people")


@lru_cache(maxsize=2)
def _lexicon(name: str) -> dict[str, str]:
    text = files(__package__).joinpath(f"lexicon/{name}.toml").read_text("utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


@lru_cache(maxsize=1)
def lists() -> dict[str, frozenset[str]]:
    """All lists by name; "A while", "not yet", "yet another", "yet to come", "not done yet" do not turn."""
    small = {name: small_words(name) for name in ("english", "chinese_slang", "foreign")}
    others = {
        "turns": _TURNS,
        "seldom_turns": "while yet",
        "no_turn_behind": "a little long short worth not as",
        "no_turn_before": "another again to",
        "negates_event": f"{_NOT} stop stopped",
        "negates_word": f"{_NOT} none",
        "articles": "a an the",
    }
    return small | {name: frozenset(words.split()) for name, words in others.items()} | _of_people()


def _of_people() -> dict[str, frozenset[str]]:
    told = {name.removeprefix("english_"): words.split() for name, words in people().items()}
    plain = {name: frozenset(told[name]) for name in ("titles", "before", "from", "places", "acts")}
    whom, things = (*told["kin"], *told["people"], *told["names"]), told["names_of_things"]
    return plain | {
        "whom": frozenset([*whom, *(f"{word}'s" for word in whom)]),
        "named_like_things": frozenset([*things, *(f"{word}'s" for word in things)]),
    }


@lru_cache(maxsize=32)
def bit(name: str) -> int:
    return 1 << list(lists()).index(name)


def lists_of(hashes: Hashes) -> NDArray[np.int64]:
    """The lists that hold each of these words, as bits."""
    index, bits = _index()
    return bits.take(index.places(hashes))


@lru_cache(maxsize=1)
def _index() -> tuple[Index, NDArray[np.int64]]:
    """The words of all lists, and their bits; those of a word that is in none stand last."""
    bits: dict[str, int] = {}
    for name, words in lists().items():
        for word in sorted(words):
            bits[word] = bits.get(word, 0) | bit(name)
    known = np.array([hashed(word) for word in bits], dtype=np.uint64)
    return Index(known), np.array([*bits.values(), 0], dtype=np.int64)
