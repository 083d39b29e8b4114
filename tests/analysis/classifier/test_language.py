"""The language of a comment, short ones above all."""

import pytest

from analysis.classifier import words
from analysis.classifier.batch import gather
from analysis.classifier.language import detect
from analysis.classifier.shapes import Language


def told(text: str, hint: str | None = None) -> Language:
    batch = gather([text])
    return detect(batch, words.find(batch), [hint])[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("great service", "en"),
        ("ok", "en"),
        ("thx", "en"),
        ("VPN down", "en"),
        ("my café order was late", "en"),
        ("die printer died again", "en"),
        ("客服很好", "zh"),
        ("vpn 很慢", "zh"),
        ("很好 thanks", "zh"),
        ("yyds", "zh"),
        ("emmmmm", "zh"),
        ("服务真的yyds", "zh"),
        ("outlook 和 teams 都打不开", "zh"),
        ("vpn connection 老是断, very annoying", "mixed"),
        ("Thanks for the quick help, 太棒了", "mixed"),
        ("der drucker ist nicht gut", "other"),
        ("Danke", "other"),
        ("Die Hotline war freundlich", "other"),
        ("le service est très lent", "other"),
        ("C'est parfait", "other"),
        ("el servicio es muy lento y no responden", "other"),
        ("Todo perfecto", "other"),
        ("Tutto bene", "other"),
        ("Muito bom", "other"),
        ("プリンターが動かない", "other"),
        ("最高です", "other"),
        ("서비스가 느려요", "other"),
        ("сервис медленный", "other"),
        ("12345", "other"),
        ("", "other"),
    ],
)
def test_script_and_small_words_tell_the_language(text: str, language: str) -> None:
    assert told(text) == language


@pytest.mark.parametrize(("hint", "language"), [("zh-Hans", "zh"), ("en-GB", "en"), ("de", "other"), (None, "other")])
def test_without_words_the_hint_decides(hint: str | None, language: str) -> None:
    assert told("😀", hint) == language
