"""A form filled in: answers by what is asked, as answers by the numbers LinkedIn knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.linkedin.records import Form


def filled_in(form: Form, answers: Mapping[str, str]) -> dict[int, str | Sequence[int]]:
    """`answers` by a question's predefinedField, or its text; of a choice, the option's text."""
    numbered: dict[int, str | Sequence[int]] = {}
    for question in form.questions:
        asked = question.get("predefinedField") or _text(question["question"])
        if asked in answers:
            numbered[question["questionId"]] = _given(question, answers[asked])
    return numbered


def _given(question: Mapping[str, Any], answer: str) -> str | Sequence[int]:
    choices = question["questionDetails"].get("multipleChoiceQuestionDetails")
    if choices is None:
        return answer
    return [option["id"] for option in choices["options"] if _text(option["text"]) == answer]


def _text(told: Mapping[str, Any]) -> str:
    return str(next(iter(told["localized"].values())))
