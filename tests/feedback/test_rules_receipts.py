from collections import Counter

from feedback.rules import receipts


def test_c1_receipt_strength() -> None:
    drawn = {receipts.new_receipt() for _ in range(100_000)}
    assert len(drawn) == 100_000
    letters = Counter("".join(receipts.plain(one)[: receipts.RANDOM] for one in drawn))
    expected = 100_000 * receipts.RANDOM / len(receipts.ALPHABET)
    assert all(abs(n - expected) < 6 * expected**0.5 for n in letters.values())  # each letter as often as any other
    assert len(receipts.ALPHABET) ** receipts.RANDOM > 2**100
    assert not set(receipts.ALPHABET) & set("01OILU25SZ8BG")
    one = receipts.plain(drawn.pop())
    wrong = [
        one[:at] + other + one[at + 1 :] for at in range(len(one)) for other in receipts.ALPHABET if other != one[at]
    ]
    assert not any(receipts.well_formed(typo) for typo in wrong)
    swapped = [one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 2) if one[at] != one[at + 1]]
    assert not any(receipts.well_formed(typo) for typo in swapped)
    assert receipts.well_formed(receipts.grouped(one).lower().replace("-", " "))
