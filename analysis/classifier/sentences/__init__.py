"""The project's own labelled sentences of service life: some written by hand, some put together by a small grammar."""

from analysis.classifier.sentences.grammar import composed
from analysis.classifier.sentences.written import Example, Polarity, written

__all__ = ["Example", "Polarity", "composed", "examples", "written"]


def examples(language: str, seed: int = 0) -> list[Example]:
    """Everything there is to learn from in one language; a sentence written by hand wins over a composed one."""
    known = {example.text: example for example in composed(language, seed)}
    known |= {example.text: example for example in written(language)}
    return list(known.values())
