"""The shipped weights, and that the program that made them can make them again."""

import csv
import gzip
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.classifier import VERSION, artefact, grams, sentences, training

WORDS = {
    "en": {1: "great kind fast helpful", -1: "bad rude slow useless", 0: "printer floor room number"},
    "zh": {1: "很好快热情满意", -1: "太差慢冷漠失望", 0: "打印机楼层房间号码"},
}


def write_set(data: Path, source: str, language: str, seed: int) -> None:
    """A few invented comments of each outcome."""
    chance = np.random.default_rng(seed)
    with gzip.open(data / f"{source}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label", "aspects", "lang", "source", "domain", "split"])
        for _ in range(20):
            for label, words in WORDS[language].items():
                pieces = words.split() if language == "en" else list(words)
                joint = " " if language == "en" else ""
                rows.writerow([joint.join(chance.choice(pieces, 6)), label, "", language, source, "invented", ""])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(training, "_KEPT", {"en": 300, "zh": 300})
    monkeypatch.setattr(grams, "BITS", 14)  # of a million columns a few thousand have anything in them here
    monkeypatch.setattr(grams, "BUCKETS", 2**14)
    every = sentences.examples  # a few of them teach as well as thousands, sooner
    monkeypatch.setattr(sentences, "examples", lambda language, seed=0: every(language, seed)[::80])
    for seed, source in enumerate(
        ["en_fabsa", "en_senti4sd", "en_mooc", "zh_bdci_bank", "zh_bdci_car", "zh_dianping_aste"]
    ):
        write_set(tmp_path, source, source[:2], seed)
    return tmp_path


def test_the_same_sets_and_seed_give_the_same_weights(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = data / "first.npz", data / "second.npz"
    used = training.train(data, first, seed=3)
    monkeypatch.setattr(training, "LANGUAGES", ("zh",))  # once more is dear, and both languages take the same way
    training.train(data, second, seed=3)
    assert used["en_fabsa"] > 0
    version, weights = artefact.load(first)
    again = artefact.load(second)[1]
    assert version == VERSION
    assert set(weights) == {"en", "zh"}
    np.testing.assert_array_equal(weights["zh"].stages, again["zh"].stages)
    np.testing.assert_array_equal(weights["zh"].blend, again["zh"].blend)


def test_without_sets_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no labelled set for en"):
        training.train(tmp_path, tmp_path / "out.npz")


def test_the_shipped_weights_are_of_this_version_and_small() -> None:
    path = Path(artefact.__file__).with_name(artefact.FILE)
    version, weights = artefact.load(path)
    assert version == VERSION
    assert set(weights) == {"en", "zh"}
    assert path.stat().st_size < 12_000_000


def test_the_shipped_file_holds_numbers_and_a_version_only() -> None:
    with np.load(Path(artefact.__file__).with_name(artefact.FILE), allow_pickle=False) as arrays:
        kinds = {name: arrays[name].dtype.kind for name in arrays.files}
    assert kinds.pop("version") == "U"
    assert set(kinds.values()) <= {"f", "i", "u"}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, analysis.classifier; print([m for m in ('numpy', 'sklearn', 'textblob') if m in sys.modules])"
    root = str(Path(__file__).parents[3])
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert run.stdout.strip() == "[]"
