"""From a survey to the form that a person sees."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.i18n import gettext as _
from journeys.schemas.places import Bilingual
from surveys.rules.answers import NO_TICKET
from surveys.rules.branching import holds, in_order, options_in_order
from surveys.rules.piping import filled, pipes
from surveys.rules.scales import labels_of, scale_of, steps_of
from surveys.schemas import (
    SEVERAL,
    Condition,
    Form,
    FormField,
    Kind,
    Look,
    Offer,
    Option,
    Published,
    Question,
    Scale,
    ScaleStep,
    SurveyDefinition,
)


def form_of(
    survey: Published,
    language: str,
    seed: str,
    given: Mapping[str, Any],
    errors: Mapping[str, str],
    attributes: Mapping[str, str] = NO_TICKET,
    pipes: Mapping[str, str] = NO_TICKET,
) -> Form:
    definition = survey.definition
    teller = _Teller(definition, language, seed, given, errors, pipes)
    asked = [one for one in definition.questions if _may_apply(one, attributes)]
    fields = [teller.field(question) for question in in_order(asked, seed)]
    return Form(
        title=teller.told(definition.title),
        intro=teller.told(definition.intro),
        thanks=teller.told(definition.thanks),
        mode=definition.mode.value,
        fields=fields,
        branches=any(field.show_if or field.reasons_for for field in fields),
        faces=any(field.look is Look.FACES and field.steps for field in fields),
    )


def looks_alike(definition: SurveyDefinition) -> bool:
    """Whether every person sees the same form: nothing is shuffled, and nothing of the ticket stands in it."""
    questions = definition.questions
    own_order = any(question.block or question.shuffle for question in questions)
    return not own_order and not pipes(definition) and not any(c.ticket for q in questions for c in q.show_if)


def _may_apply(question: Question, attributes: Mapping[str, str]) -> bool:
    """Attributes of the ticket are known before anything is answered."""
    return all(holds(one, {}, attributes) for one in question.show_if if one.ticket)


class _Teller:
    """Says the survey's texts in one language, with the ticket's words put in."""

    def __init__(
        self,
        definition: SurveyDefinition,
        language: str,
        seed: str,
        given: Mapping[str, Any],
        errors: Mapping[str, str],
        words: Mapping[str, str],
    ) -> None:
        self.definition, self.language, self.seed = definition, language, seed
        self.given, self.errors, self.pipes = given, errors, words

    def told(self, text: Bilingual | None) -> str:
        return filled(getattr(text, self.language), self.pipes, self.language) if text else ""

    def field(self, question: Question) -> FormField:
        scale, conditions = scale_of(question), [one for one in question.show_if if one.question]
        labels = labels_of(scale, self.language) if scale else []
        return FormField(
            key=question.key,
            kind=question.kind,
            wording=self.told(question.wording),
            hint=" ".join(filter(None, [self.told(question.hint), *map(self._needed_if, question.required_if)])),
            value=self._value(question),
            error=self.errors.get(question.key),
            required=question.required,
            not_applicable=question.not_applicable,
            look=_look(question, scale),
            steps=[ScaleStep(step, label) for step, label in zip(steps_of(scale), labels, strict=True)]
            if scale
            else [],
            ends=(labels[0], labels[-1]) if labels else ("", ""),
            offers=[self._offer(option) for option in options_in_order(question, self.seed)],
            rows=[self._offer(row) for row in question.rows],
            other=str(self.given.get(f"{question.key}.other") or "") if question.other else None,
            reasons_for=question.reasons_for,
            max_length=question.max_length,
            max_minutes=question.max_minutes,
            only_if=self._only_if(conditions),
            show_if=json.dumps([_plain(one) for one in conditions]) if conditions else "",
        )

    def _value(self, question: Question) -> Any:
        value = self.given.get(question.key)
        if question.kind in SEVERAL:
            return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
        if question.kind is Kind.MATRIX:
            steps = value if isinstance(value, dict) else {}
            return {
                row.value: steps.get(row.value, self.given.get(f"{question.key}.{row.value}")) for row in question.rows
            }
        return value

    def _offer(self, option: Option) -> Offer:
        scores = f"{option.scores[0]}-{option.scores[1]}" if option.scores else ""
        return Offer(option.value, self.told(option.label), scores)

    def _only_if(self, conditions: Sequence[Condition]) -> str:
        """For those without a script, who see every question."""
        return " ".join(self._condition(one) for one in conditions)

    def _condition(self, condition: Condition) -> str:
        asked = next((one for one in self.definition.questions if one.key == condition.question), None)
        if asked is None:  # in a draft it may have been taken away
            return ""
        question, answers = self.told(asked.wording), self._answers(asked, condition)
        if not answers:
            return _("Only if you answered “%(question)s”") % {"question": question}
        told = _("Only if you answered “%(question)s” with: %(answers)s")
        return told % {"question": question, "answers": answers}

    def _needed_if(self, condition: Condition) -> str:
        """Said beforehand, so that nobody learns of it from a refusal."""
        asked = next((one for one in self.definition.questions if one.key == condition.question), None)
        if asked is None:  # of the ticket, or taken away in a draft
            return ""
        question, answers = self.told(asked.wording), self._answers(asked, condition)
        if not answers:
            return _("Needed if “%(question)s” is answered.") % {"question": question}
        told = _("Needed if “%(question)s” is answered with %(answers)s.")
        return told % {"question": question, "answers": answers}

    def _answers(self, asked: Question, condition: Condition) -> str:
        if condition.values:
            labels = {option.value: self.told(option.label) for option in asked.options}
            labels |= {"yes": _("Yes"), "no": _("No")} if asked.kind is Kind.YESNO else {}
            return " / ".join(labels.get(value, value) for value in condition.values)
        low, high = condition.at_least, condition.at_most
        if low is None and high is None:
            return ""
        scale = scale_of(asked)
        low = scale.min if low is None and scale else low
        high = scale.max if high is None and scale else high
        if low is None or high is None:
            return f"≤ {high}" if low is None else f"≥ {low}"
        return f"{low}" if low == high else f"{low}–{high}"


def _plain(condition: Condition) -> dict[str, Any]:
    return {
        "q": condition.question,
        "low": condition.at_least,
        "high": condition.at_most,
        "values": condition.values,
    }


def _look(question: Question, scale: Scale | None) -> Look:
    """Five faces for five steps from worst to best; other scales show numbers, which say how many there are."""
    if question.look is Look.FACES and (not scale or (scale.min, scale.max, scale.direction) != (1, 5, "up")):
        return Look.NUMBERS
    return question.look if question.kind in (Kind.RATING, Kind.CSAT) else Look.NUMBERS
