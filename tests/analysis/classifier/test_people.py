"""Names, groups and what belongs to them are hidden from the classifiers; what was said of them is not."""

import numpy as np
import pytest

from analysis.classifier import batch, people, words
from bench.suites import service


def _seen(text: str) -> str:
    gathered = batch.gather([text])
    hidden = people.named(gathered, words.find(gathered))
    return " ".join(
        "".join(" " if gone else one for one, gone in zip(gathered.text[:-1], hidden, strict=False)).split()
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("The newly arrived blind visitor from Leeds was rude to my wife.", "was rude to ."),
        ("The tenant with cancer waited three weeks.", "waited three weeks."),
        ("The visitor in a wheelchair was helped at once.", "was helped at once."),
        ("It cost me time and money, the first time it works.", "it cost me time and money, the first time it works."),
        ("Poor service from the new portal.", "poor service from the new portal."),
        ("The staff helped with patience.", "the staff helped with patience."),
        (
            "Hope was rude. Thanks to Grace it works, and Will's mail came.",
            "was rude. thanks to it works, and mail came.",
        ),
        (
            "I hope so. Will you call? Patience, please. We Hope so.",
            "i hope so. will you call? patience, please. we hope so.",
        ),
        ("NO HOPE AT ALL. They lost faith.", "no hope at all. they lost faith."),
        ("香港来的客户等了三天", "等了三天"),
        ("那位患糖尿病的病人很满意", "很满意"),
        ("八十岁的老人没人理", "没人理"),
        ("谢尔盖和欧阳娜娜很耐心", "和 很耐心"),
        ("其他问题都解决了", "其他问题都解决了"),
    ],
)
def test_only_what_was_said_is_seen(text: str, seen: str) -> None:
    assert _seen(text) == seen


def test_trying_where_a_name_may_begin_misses_none() -> None:
    gathered = batch.gather(
        [one.text for one in service("zh")] + ["小李和王伟先生、欧阳娜娜、建国、八十岁的老人、90后"]
    )
    tried = people._may_begin(gathered).tolist()
    covered = np.zeros(len(gathered.codes), dtype=bool)
    for match in (people._chinese_names().match(gathered.text, place) for place in tried):
        if match:
            covered[match.start() : match.end()] = True
    spans = [match.span() for match in people._chinese_names().finditer(gathered.text)]
    assert len(spans) > 10
    assert all(covered[start:end].all() for start, end in spans)
