import pytest

from analysis.classifier.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("great service", "en"),
        ("ok", "en"),
        ("my café order was late", "en"),
        ("客服很好", "zh"),
        ("vpn 很慢", "zh"),
        ("outlook 和 teams 都打不开", "zh"),
        ("vpn connection 老是断, very annoying", "mixed"),
        ("der drucker ist nicht gut", "other"),
        ("le service est très lent", "other"),
        ("el servicio es muy lento y no responden", "other"),
        ("プリンターが動かない", "other"),
        ("서비스가 느려요", "other"),
        ("сервис медленный", "other"),
        ("12345", "other"),
    ],
)
def test_script_and_small_words_tell_the_language(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(("hint", "language"), [("zh-Hans", "zh"), ("en-GB", "en"), ("de", "other"), (None, "other")])
def test_without_words_the_hint_decides(hint: str | None, language: str) -> None:
    assert detect("😀", hint) == language
