"""What the comments about one thing are about: a few themes, each named by words that several people used."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import wording
from analysis.classifier.sentiment import Floats

# More comments than these are not looked at: a sample of them, the same for the same comments.
MOST_COMMENTS = 5_000
# A theme for so many comments, and never more than can be taken in at a glance.
_COMMENTS_A_THEME, _MOST_THEMES = 25, 6
_WORDS, _EXAMPLES = 4, 3
# A comment belongs to a theme when this share of it is about it.
_BELONGS = 0.35
# Themes that have this share of their words in common are the same theme at another time.
_SAME = 0.25
# Between two comments as typical as each other the one that says something new is chosen.
_TYPICAL = 0.6

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ThemeInput:
    """`author`: whatever tells people apart; it never leaves."""

    text: str
    author: str
    language: str
    month: int


@dataclass(frozen=True, slots=True)
class Theme:
    """`key` stays while the theme goes on; `examples` are places in the comments that were given.

    `share` of the `looked_at` comments, 0..1; behind every word stand at least `min_authors` people.
    """

    key: str
    words: tuple[str, ...]
    share: float
    n: int
    authors: int
    examples: tuple[int, ...]
    looked_at: int


def themes(
    comments: Sequence[ThemeInput],
    *,
    language: str,
    min_authors: int,
    previous: Sequence[Theme] = (),
    seed: int = 0,
) -> list[Theme]:
    """The themes in comments of one language, the largest first; the same comments give the same themes."""
    places = _looked_at(comments, language, seed)
    found = wording.found([comments[i].text for i in places], language)
    if not found.words or len(places) < _COMMENTS_A_THEME:
        return []
    authors = np.unique([comments[i].author for i in places], return_inverse=True)[1]
    found = found.only(_by_enough(found.counts, authors, min_authors))
    if not found.words:
        return []
    belonging = _belonging(found, previous, seed)
    named = [_theme(found, authors, places, belonging, which, min_authors) for which in range(belonging.shape[1])]
    kept = sorted((one for one in named if one is not None), key=lambda one: (-one.n, one.words))
    return _with_keys(kept, previous)


def represent(comments: Sequence[str], k: int) -> list[int]:
    """The places of up to k comments that stand for all: typical ones, each different from those before it."""
    found = wording.found(comments, "")
    if not found.words:
        return list(range(min(k, len(comments))))
    rows = _weighed(found.counts)
    chosen = _diverse(rows, np.arange(len(comments)), k)
    return [int(i) for i in chosen]


def _looked_at(comments: Sequence[ThemeInput], language: str, seed: int) -> Rows:
    fitting = np.array([i for i, one in enumerate(comments) if one.language in (language, "mixed")], dtype=np.int64)
    if len(fitting) <= MOST_COMMENTS:
        return fitting
    return np.sort(np.random.default_rng(seed).choice(fitting, MOST_COMMENTS, replace=False))


def _by_enough(counts: Any, authors: Rows, least: int) -> Rows:
    """Words that so many people used, and that do not stand in most comments."""
    people = _people(counts, authors)
    often = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.flatnonzero((people >= least) & (often <= max(0.5 * counts.shape[0], least)))


def _people(counts: Any, authors: Rows) -> Rows:
    """How many different authors each word has."""
    from scipy.sparse import csr_matrix  # heavy: only where themes are looked for

    own = csr_matrix((np.ones(len(authors)), (authors, np.arange(len(authors)))))
    return np.asarray(((own @ (counts > 0)) > 0).sum(axis=0)).ravel()


def _weighed(counts: Any) -> Any:
    """Rare words weigh more, and every comment alike (tf-idf)."""
    from sklearn.feature_extraction.text import TfidfTransformer  # see `_people`

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def _belonging(found: "wording.Wording", previous: Sequence[Theme], seed: int) -> Floats:
    """The share of every theme in every comment (non-negative factors of the weighed words)."""
    rows = _weighed(found.counts)
    wanted = min(_MOST_THEMES, max(2, rows.shape[0] // _COMMENTS_A_THEME), rows.shape[1])
    weights, components = _factors(rows, wanted, seed)
    begun = _begun(found.words, previous, components)
    if begun is not None:  # from where the themes stood before, so that they stay what they were
        weights, _ = _factors(rows, wanted, seed, begun)
    total = weights.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


def _factors(rows: Any, wanted: int, seed: int, begun: Floats | None = None) -> tuple[Floats, Floats]:
    """Themes in comments, and words in themes."""
    from sklearn.decomposition import NMF  # see `_people`
    from sklearn.exceptions import ConvergenceWarning

    how = "random" if begun is None else "custom"
    start = {} if begun is None else {"W": np.asarray(rows @ begun.T) + 1e-3, "H": begun}
    search = NMF(wanted, init=how, random_state=seed, max_iter=300, tol=1e-3)
    # A perfect fit leaves an error a little below zero, of which a root is taken; 300 rounds are near enough for names.
    with np.errstate(invalid="ignore"), catch_warnings(action="ignore", category=ConvergenceWarning):
        return search.fit_transform(rows, **start), search.components_


def _begun(words: Sequence[str], previous: Sequence[Theme], components: Floats) -> Floats | None:
    """Themes as they stood, and the new ones that are least like them."""
    column = {word: i for i, word in enumerate(words)}
    known = [[column[word] for word in theme.words if word in column] for theme in previous]
    known = [columns for columns in known if columns][: len(components)]
    if not known:
        return None
    old = np.full((len(known), len(words)), 1e-3)
    for row, columns in enumerate(known):
        old[row, columns] = components.max()
    alike = (components / np.maximum(np.linalg.norm(components, axis=1, keepdims=True), 1e-9)) @ old.T
    fresh = np.argsort(alike.max(axis=1), kind="stable")[: len(components) - len(known)]
    begun: Floats = np.vstack([old, components[fresh] + 1e-3])
    return begun


def _theme(
    found: "wording.Wording", authors: Rows, places: Rows, belonging: Floats, which: int, least: int
) -> Theme | None:
    """None where too few people stand behind it, or behind any of its words."""
    inside = belonging[:, which] >= _BELONGS
    rows = np.flatnonzero(inside)
    people = len(np.unique(authors[rows]))
    if not people or people < least:
        return None
    words = _names(found, authors, rows, inside, least)
    if not words:
        return None
    best = _diverse(_weighed(found.counts), rows, _EXAMPLES, authors)
    return Theme(
        key="",
        words=words,
        share=round(len(rows) / len(places), 4),
        n=len(rows),
        authors=people,
        examples=tuple(int(places[i]) for i in best),
        looked_at=len(places),
    )


def _names(
    found: "wording.Wording", authors: Rows, rows: Rows, inside: NDArray[np.bool_], least: int
) -> tuple[str, ...]:
    """Words far more common inside than outside (c-TF-IDF), used inside by enough people; none within another."""
    within = np.asarray((found.counts[rows] > 0).sum(axis=0)).ravel()
    outside = np.asarray((found.counts[np.flatnonzero(~inside)] > 0).sum(axis=0)).ravel()
    rates = (within + 0.1) / (len(rows) + 1), (outside + 0.1) / (len(inside) - len(rows) + 1)
    worth = within * np.log1p(rates[0] / rates[1])
    worth[(_people(found.counts[rows], authors[rows]) < least) | (rates[0] <= rates[1])] = 0
    chosen: list[str] = []
    for column in np.argsort(-worth, kind="stable"):
        word = found.words[int(column)]
        if worth[column] > 0 and len(chosen) < _WORDS and not any(wording.akin(word, other) for other in chosen):
            chosen.append(word)
    return tuple(chosen)


def _diverse(rows: Any, among: Rows, k: int, authors: Rows | None = None) -> list[int]:
    """Near the middle of all and far from those chosen before; one a person."""
    some = rows[among]
    middle = np.asarray(some.mean(axis=0)).ravel()
    typical = np.asarray(some @ middle).ravel() / max(float(np.linalg.norm(middle)), 1e-9)
    nearest, free = np.zeros(len(among)), np.ones(len(among), dtype=bool)
    chosen: list[int] = []
    while free.any() and len(chosen) < k:
        worth = np.where(free, _TYPICAL * typical - (1 - _TYPICAL) * nearest, -np.inf)
        best = int(worth.argmax())
        chosen.append(int(among[best]))
        free[best] = False
        if authors is not None:
            free &= authors[among] != authors[among[best]]
        nearest = np.maximum(nearest, np.asarray((some @ some[best].T).todense()).ravel())
    return chosen


def _with_keys(found: list[Theme], previous: Sequence[Theme]) -> list[Theme]:
    """A theme that goes on keeps its key; the likest pairs first."""
    pairs = sorted(
        ((_alike(new, old), i, old.key) for i, new in enumerate(found) for old in previous),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    keys: dict[int, str] = {}
    for likeness, i, key in pairs:
        if likeness >= _SAME and i not in keys and key not in keys.values():
            keys[i] = key
    taken = {one.key for one in previous}
    for i, one in enumerate(found):
        keys.setdefault(i, _new_key(one.words, taken | set(keys.values())))
    return [_keyed(one, keys[i]) for i, one in enumerate(found)]


def _alike(one: Theme, other: Theme) -> float:
    common, either = set(one.words) & set(other.words), set(one.words) | set(other.words)
    return len(common) / len(either)


def _new_key(words: Sequence[str], taken: set[str]) -> str:
    tries = (sha256(f"{salt} {' '.join(words)}".encode()).hexdigest()[:8] for salt in range(len(taken) + 1))
    return next(key for key in tries if key not in taken)


def _keyed(theme: Theme, key: str) -> Theme:
    return Theme(key, theme.words, theme.share, theme.n, theme.authors, theme.examples, theme.looked_at)
