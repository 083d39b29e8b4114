"""Between the settings of asking and the fields of the pages on which they are changed."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import fields

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.schemas import AskingPolicy, TriggerDefinition

LISTS = (
    *("kinds", "services", "customers", "priorities", "groups", "channels", "close_reasons"),
    *("not_close_reasons", "not_people", "major_priorities"),
)
NUMBERS = (
    *("delay_minutes", "gap_days", "max_age_days", "valid_days", "reminders", "reminder_days", "cooldown_days"),
    *("patience_days", "sample_percent"),
)
TICKS = ("active", "reminders_count")
CHOICES = ("sender", "after", "hours", "reopened")
SEPARATORS = re.compile(r"[,，、;；\n]")
Form = Mapping[str, str]
Shape = TypeVar("Shape", TriggerDefinition, AskingPolicy)


def trigger_of_form(form: Form) -> TriggerDefinition:
    """`Invalid` names every field that is wrong."""
    told: dict[str, Any] = {name: words_of(form.get(name, "")) for name in LISTS}
    told |= {name: _number(form[name]) for name in NUMBERS if form.get(name, "").strip()}
    told |= {name: form.get(name) in ("1", "on", "true") for name in TICKS}
    told |= {name: form[name] for name in CHOICES if form.get(name)}
    told["attributes"] = _attributes(form.get("attributes", ""))
    if form.get("budget_answers", "").strip():
        told["budget"] = {
            "answers": _number(form["budget_answers"]),
            "per": form.get("budget_per") or "day",
            "by": form.get("budget_by") or "",
        }
    return _made(TriggerDefinition, told)


def form_of_trigger(trigger: TriggerDefinition) -> dict[str, str]:
    budget = trigger.budget
    return {
        **{name: ", ".join(getattr(trigger, name)) for name in LISTS},
        **{name: str(getattr(trigger, name)) for name in NUMBERS},
        **{name: "1" if getattr(trigger, name) else "" for name in TICKS},
        **{name: getattr(trigger, name).value for name in CHOICES},
        "attributes": "\n".join(f"{name} = {', '.join(values)}" for name, values in trigger.attributes.items()),
        "budget_answers": str(budget.answers) if budget else "",
        "budget_per": budget.per.value if budget else "day",
        "budget_by": budget.by if budget else "",
    }


def policy_of_form(form: Form) -> AskingPolicy:
    told: dict[str, Any] = {name: _number(form.get(name, "")) for name in ("asks", "days")}
    for name in ("waking", "working"):
        told[name] = [_number(form.get(f"{name}_{end}", "")) for end in ("from", "until")]
    told["working_days"] = [day for day in range(7) if form.get(f"day_{day}")]
    policy = _made(AskingPolicy, told)
    if errors := [FieldError(f"{name}_from", _hours_wrong()) for name in ("waking", "working") if _wrong(policy, name)]:
        raise Invalid(_("Some settings are not right"), errors)
    if not policy.working_days:
        raise Invalid(_("Some settings are not right"), [FieldError("day_0", _("Choose at least one working day."))])
    return policy


def form_of_policy(policy: AskingPolicy) -> dict[str, str]:
    return {
        "asks": str(policy.asks),
        "days": str(policy.days),
        **{f"{name}_from": str(getattr(policy, name)[0]) for name in ("waking", "working")},
        **{f"{name}_until": str(getattr(policy, name)[1]) for name in ("waking", "working")},
        **{f"day_{day}": "1" for day in policy.working_days},
    }


def _wrong(policy: AskingPolicy, name: str) -> bool:
    opens, closes = getattr(policy, name)
    return not 0 <= opens < closes <= 24


def _hours_wrong() -> str:
    return _("The hours run from 0 to 24, and end after they begin.")


def words_of(text: str) -> list[str]:
    found = (word.strip() for word in SEPARATORS.split(text))
    return list(dict.fromkeys(word for word in found if word))


def _number(text: str) -> int | str:
    """What is no number stays as it is, and is refused with its field."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _attributes(text: str) -> dict[str, list[str]]:
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {name.strip(): words_of(values) for name, _equals, values in pairs}


def _made(shape: type[Shape], told: dict[str, Any]) -> Shape:
    errors = [FieldError(_field_of(name), words) for name, words in _faults(shape, told)]
    if errors:
        raise Invalid(_("Some settings are not right"), errors)
    return msgspec.convert(told, shape)


def _field_of(name: str) -> str:
    return {"budget": "budget_answers", "waking": "waking_from", "working": "working_from"}.get(name, name)


def _faults(shape: type[Any], told: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = {info.name: info.type for info in fields(shape)}
    return [(name, words) for name, value in told.items() if (words := _fault(value, known[name]))]


def _fault(value: Any, kind: Any) -> str:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as wrong:
        limit = re.search(r"([<>]=) (-?\d+)", str(wrong))
        if not limit:
            return _("This is not a whole number, or not one of the choices.")
        within = _("At most %(n)s.") if limit[1] == "<=" else _("At least %(n)s.")
        return within % {"n": limit[2]}
    return ""
