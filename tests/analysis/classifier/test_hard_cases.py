"""Comments that trip readers: every one names what it is hard for. The suites measure; these must all hold."""

import pytest

from analysis.classifier import LABELS, Label, Reading, read
from bench.suites import is_right

AGAINST = ("negative", "very_negative")
FOR = ("positive", "very_positive")


def one(text: str) -> Reading:
    return read([text], [])[0]


NEGATION = [
    ("The helper was not helpful.", "negative"),
    ("Not bad at all.", "positive"),
    ("It was never a problem to reach somebody.", "positive"),
    ("I am not satisfied with the answer.", "negative"),
    ("Nobody was unfriendly.", "positive"),
    ("也不是不好。", "positive"),
    ("不好用。", "negative"),
    ("没有不满意的地方。", "positive"),
    ("不怎么样。", "negative"),
    ("不得不说，非常好。", "positive"),
]
CONTRAST = [
    ("The nurse was lovely, but the bill was wrong.", "mixed"),
    ("The hotline is useless; the shop, however, is great.", "mixed"),
    ("Although the room was dirty, the staff were wonderful.", "mixed"),
    ("护士很好，但是账单错了。", "mixed"),
    ("虽然房间很脏，服务员却非常热情。", "mixed"),
    ("价格贵，不过质量很好。", "mixed"),
]
NOTHING_JUDGED = [
    ("Where is the service desk?", "neutral"),
    ("When does the office open on Monday?", "neutral"),
    ("服务台在哪里？", "neutral"),
    ("星期一几点上班？", "neutral"),
    ("Please send me the form. Thanks in advance!", "neutral"),
    ("Could you look at my request? Thank you in advance.", "neutral"),
    ("请把表格发给我，提前谢谢！", "neutral"),
    ("麻烦看一下我的申请，先谢谢了。", "neutral"),
]
IRONY = [
    ("Great, the system is down again 🙄", "negative"),
    ("Oh wonderful, another week without internet...", "negative"),
    ("Thanks for nothing!", "negative"),
    ("“Quick” help: three weeks of silence.", "negative"),
    ("呵呵，又坏了，真棒🙄", "negative"),
    ("真是“高效”，三个星期没人回。", "negative"),
]
SIGNS_ALONE = [
    ("👍", "positive"),
    ("😡", "negative"),
    ("🎉🎉🎉", "positive"),
    ("👎👎", "negative"),
    ("❤️", "positive"),
    ("😭😭", "negative"),
]
BOTH_LANGUAGES = [
    ("VPN 一直断，very annoying", "negative"),
    ("小李 is really 热心，great help", "positive"),
    ("Hotline 没人接 for two days", "negative"),
    ("Staff 很好 but the app 太难用", "mixed"),
]
CARELESS = [
    ("verry dissapointed with teh suport", "negative"),
    ("excelent servise, thnak you", "positive"),
    ("waaaaay toooo slooooow", "negative"),
    ("sooooo goooood!!!!", "positive"),
    ("太慢慢慢慢慢了", "negative"),
    ("好好好好好用", "positive"),
    ("thx, gr8 help", "positive"),
    ("客服yyds", "positive"),
    ("这系统真lj", "negative"),
    ("xswl，又崩了，服了", "negative"),
    ("态度真TM差", "negative"),
]
GROUPS = {
    "negation": NEGATION,
    "contrast": CONTRAST,
    "nothing judged": NOTHING_JUDGED,
    "irony": IRONY,
    "signs alone": SIGNS_ALONE,
    "both languages": BOTH_LANGUAGES,
    "careless": CARELESS,
}


@pytest.mark.parametrize(
    ("text", "label"),
    [pytest.param(*case, id=f"{name}: {case[0]}") for name, cases in GROUPS.items() for case in cases],
)
def test_it_reads_what_was_meant(text: str, label: str) -> None:
    assert is_right(label, one(text).label)


RISING = [
    ("A bit slow.", "Slow.", "Extremely slow, the worst ever!!"),
    ("Fairly good.", "Good.", "Absolutely excellent, the best ever!!"),
    ("有点慢。", "很慢。", "慢得要命，差到极点！！"),
    ("还可以，不错。", "很好。", "好极了，非常非常满意！！"),
]


@pytest.mark.parametrize("steps", RISING, ids=[steps[0] for steps in RISING])
def test_stronger_words_make_a_stronger_score(steps: tuple[str, str, str]) -> None:
    weak, middle, strong = (abs(reading.score) for reading in read(steps, []))
    assert weak <= middle <= strong
    assert weak < strong


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("客服態度很親切，問題馬上就解決了", "客服态度很亲切，问题马上就解决了", id="traditional"),
        pytest.param("網路又斷線，報修電話沒人接", "网路又断线，报修电话没人接", id="traditional"),
        pytest.param("Ｔｈｅ　ｈｅｌｐ　ｗａｓ　ｇｒｅａｔ！", "The help was great!", id="full width"),
        pytest.param("审批太慢！", "审批太慢!", id="full-width sign"),
        pytest.param("The\u200b sup\u200bport was\ufeff awful", "The support was awful", id="zero width"),
        pytest.param("\u202bVery slow\u202c again", "Very slow again", id="right to left"),
        pytest.param("客\u200d服很\u200b差", "客服很差", id="zero width"),
        pytest.param("<p>Very <b>kind</b> help</p>", "Very kind help", id="markup"),
        pytest.param("Slow &nbsp;answer", "Slow answer", id="markup"),
        pytest.param("Thank you 👍🏿", "Thank you 👍🏻", id="skin tone"),
        pytest.param("It isn’t good", "It isn't good", id="quotes"),
        pytest.param("VERY RUDE STAFF", "very rude staff", id="capitals"),
    ],
)
def test_what_looks_the_same_is_read_the_same(text: str, same: str) -> None:
    reading, other = one(text), one(same)
    assert (reading.label, reading.score, reading.emotions) == (other.label, other.score, other.emotions)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("My card {} was charged twice, slow support", ("4111 1111 1111 1111", "5500-0000-0000-0004")),
        ("Nobody answers {}", ("+49 30 1234567", "(030) 765 4321 99")),
        ("打{}一直没人接", ("13800138000", "139-1111-2222")),
        ("身份证{}登记错了", ("110101199003071234", "310104198811123456")),
        ("Mail to {} got no reply", ("anna@example.org", "bob.ng@mail.example")),
        ("Ticket {} is solved, great help", ("88213004", "90417733")),
        ("The page {} never loads", ("https://a.example/x?y=1", "www.other.example/great")),
    ],
)
def test_numbers_and_addresses_of_people_never_count(text: str, numbers: tuple[str, str]) -> None:
    first, second = (one(text.format(number)) for number in numbers)
    assert (first.score, first.confidence, first.emotions) == (second.score, second.confidence, second.emotions)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\n\n", "...", "?!", "4711", "４７１１", "10/05/2024 17:30", "\u200b\u200f", "\x00", "<br>", "----"],
)
def test_nothing_to_read_is_none_and_not_neutral(text: str) -> None:
    reading = one(text)
    assert (reading.label, reading.score, reading.mentions) == ("none", 0.0, ())


REACHED: dict[Label, tuple[str, str]] = {
    "very_negative": ("Absolutely terrible, the worst service ever!!", "简直太差了，极其失望，最差的服务！！"),
    "negative": ("The repair is bad.", "维修做得不好。"),
    "neutral": ("The office is on the second floor.", "办公室在二楼。"),
    "positive": ("The repair is good.", "维修做得不错。"),
    "very_positive": ("Absolutely excellent, the best service ever!!", "简直太棒了，非常满意，最好的服务！！"),
    "mixed": ("The staff were kind, but the form is terrible.", "员工很热情，但是表格太糟糕了。"),
    "none": ("12345", "。。。"),
}


def test_every_label_of_the_contract_is_named_here() -> None:
    assert set(REACHED) == set(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_every_label_can_be_reached_in_both_languages(label: Label) -> None:
    assert [reading.label for reading in read(REACHED[label], [])] == [label, label]


@pytest.mark.parametrize("text", ["I am furious!", "Still waiting for an answer.", "还在等答复。", "气死我了！"])
def test_what_is_against_us_never_scores_in_favour(text: str) -> None:
    reading = one(text)
    assert reading.label in AGAINST
    assert reading.score < 0


@pytest.mark.parametrize("text", ["I am so grateful!", "Solved at once.", "一下子就解决了。", "太感谢了！"])
def test_what_is_in_our_favour_never_scores_against(text: str) -> None:
    reading = one(text)
    assert reading.label in FOR
    assert reading.score > 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        pytest.param(
            "I rang on Monday because my invoice was wrong. The agent was friendly and knew what to do. She looked at "
            "the last three bills, found the mistake and corrected it while I was on the line. The new invoice came by "
            "mail the same afternoon, and it was right. I have been a customer for eight years and I am always treated "
            "well here. Thank you, I recommend this company to everybody I know.",
            "positive",
            id="English praise",
        ),
        pytest.param(
            "I have been waiting for this refund since March. I called five times, and each time somebody else told me "
            "that it would come next week. It never came. The last agent was rude and hung up on me. I wrote two mails "
            "that nobody answered. I am really disappointed, this is the worst service that I have ever had, and I "
            "will cancel my contract as soon as I can.",
            "negative",
            id="English blame",
        ),
        pytest.param(
            "周一因为账单打的电话，客服很热情，一听就知道是怎么回事，查了三个月的记录，当场就改好了。新的账单下午就发到邮箱，"
            "一分不差。用了八年，每次都很满意，服务越来越好，已经推荐给身边的朋友，谢谢你们。",
            "positive",
            id="Chinese praise",
        ),
    ],
)
def test_a_long_comment_of_one_mind_is_not_mixed(text: str, label: str) -> None:
    assert is_right(label, one(text).label)


def test_a_mixed_comment_is_scored_between_its_halves() -> None:
    halves = ("The nurse was wonderful.", "The bill was wrong.")
    favour, against = (reading.score for reading in read(halves, []))
    assert against < one("The nurse was wonderful, but the bill was wrong.").score < favour
