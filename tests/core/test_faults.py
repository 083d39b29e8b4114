"""The summary of errors names each field by its label, whatever kind of field it is."""

from core.faults import named
from core.pages import environment

FORM = """{% import "_macros.html" as ui with context %}{{ ui.error_summary(errors) }}
{{ ui.text_field("delay_minutes", "Wait so many minutes", "", errors.get("delay_minutes")) }}
{{ ui.scale("felt", "How did <it> feel?", ["a", "b"], none, errors.get("felt")) }}
{{ ui.checkbox("sure", "I am sure", error=errors.get("sure")) }}
<fieldset class="field" id="f-customer"><legend>Whose people?</legend><input name="customer"></fieldset>"""


def test_each_kind_of_field_is_named_and_nothing_is_told_twice() -> None:
    wrong = {
        "delay_minutes": "At most 129600.",
        "felt": "Please choose.",
        "sure": "I am sure: tick it.",
        "customer": "Not known",
        "gone": "Not there",
    }
    page = named(environment().from_string(FORM).render(errors=wrong, language="en", csrf_input=""))
    for told in (
        '<a href="#f-delay_minutes">Wait so many minutes: At most 129600.</a>',
        '<a href="#f-felt">How did &lt;it&gt; feel?: Please choose.</a>',
        '<a href="#f-sure">I am sure: tick it.</a>',
        '<a href="#f-customer">Whose people?: Not known</a>',
        '<a href="#f-gone">Not there</a>',
    ):
        assert told in page
    assert named("<p>as it was</p>") == "<p>as it was</p>"
