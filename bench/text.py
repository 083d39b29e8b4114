"""Measures the reader of comments beside others and prints the tables of docs/model-card.md.

    python -m bench.text DATA_DIR [--vectors DIR] [--language en|zh] [--only domains|touchpoints|suites|speed|heads]

Without --only all of it in one run, every table after the other and what each took; the left-out domains are shared out
among the cores, the speed is measured before them on one.

A set never counts for its own score: its whole domain is left out of training. `pip install --group bench` brings the
others; one that is not there is said to be missing.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sklearn.metrics import f1_score

from analysis.classifier import corpora, read, training
from analysis.classifier.shapes import Language
from bench import bias, speed, suites, text_domains, text_heads
from bench.text_domains import percent
from bench.text_touchpoints import touchpoints

RESEARCH_ONLY = ("zht_dimabsa_laptop", "zht_dimabsa_finance", "en_semeval16_laptop", "en_semeval15_hotel")


def research_only(data: Path) -> None:
    """Sets that are never trained from, read by the shipped weights: macro-F1, three classes."""
    print("\n| never trained from | texts | 3 classes |\n|---|---|---|")
    for name in RESEARCH_ONLY:
        rows = list(corpora.rows(data, corpora.Source(name, "", "", neutral=True)))
        readings = read([row.text for row in rows], [], languages=[name[:2]] * len(rows))
        found = [0 if one.label in ("neutral", "none") else 1 if one.score > 0 else -1 for one in readings]
        print(f"| {name} | {len(rows):,} | {percent(f1_score([row.label for row in rows], found, average='macro'))} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--language", choices=["en", "zh"])
    parser.add_argument("--only", choices=["domains", "touchpoints", "suites", "speed", "heads"])
    chosen = parser.parse_args()
    asked = (chosen.only,) if chosen.only else ("speed", "suites", "touchpoints", "domains", "heads")
    if "speed" in asked:
        _timed("speed", lambda: speed.report(chosen.data, peers=True))
    if "suites" in asked:
        _timed("suites", lambda: _suites(chosen.data))
    if "touchpoints" in asked:
        _timed("touchpoints", lambda: touchpoints(chosen.data))
    for language in training.LANGUAGES:
        if chosen.language in (None, language) and ("domains" in asked or ("heads" in asked and language == "zh")):
            _timed(f"left-out domains, {language}", partial(_domains, chosen, language, asked))


def _suites(data: Path) -> None:
    suites.report()
    bias.report()
    research_only(data)


def _domains(chosen: argparse.Namespace, language: Language, asked: Sequence[str]) -> None:
    """Read once, for both tables."""
    found = text_domains.read_unseen(chosen.data, language, chosen.vectors)
    if "domains" in asked:
        text_domains.report(found)
    if "heads" in asked and language == "zh":
        text_heads.report(found)


def _timed(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"\n({what}: {time.perf_counter() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
