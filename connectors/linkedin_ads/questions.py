"""Which canonical field an answer on a LinkedIn form is: by predefinedField, never by name."""

from collections.abc import Mapping
from typing import Any

from connectors.vendor_text import slug
from leads.normalise.private_questions import is_private_question
from leads.normalise.questions import standard_field

BY_PREDEFINED: Mapping[str, str] = {
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "WORK_EMAIL": "work_email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE_NUMBER": "work_phone",
    "COMPANY_NAME": "company",
    "COMPANY_SIZE": "employees",
    "JOB_TITLE": "job_title",
    "INDUSTRY": "industry",
    "CITY": "city",
    "STATE": "region",
    "PROVINCE": "region",
    "COUNTRY": "country",
    "ZIP_CODE": "postal_code",
    "POSTAL_CODE": "postal_code",
}
_PRIVATE = frozenset({"GENDER", "DATE_OF_BIRTH", "NATIONAL_ID"})


def is_private(question: Mapping[str, Any]) -> bool:
    """What no rule may depend on, in whatever language it was asked: it is not even kept raw."""
    told = question.get("question")
    texts = told.get("localized") if isinstance(told, dict) else None
    # A type that LinkedIn adds tomorrow has a name of words: GOVT_ID, PASSPORT_NUMBER.
    asked = [
        question.get("predefinedField"),
        question.get("name"),
        *(texts.values() if isinstance(texts, dict) else ()),
    ]
    return question.get("predefinedField") in _PRIVATE or any(
        is_private_question(str(text)) for text in asked if text
    )


def field_of(question: Mapping[str, Any], locale: str, configured: Mapping[str, str]) -> str:
    """
    The text field of one answer. `configured` maps slugs of questions to canonical fields.

    `name` is in the language of whoever made the form. A question that LinkedIn fills in from the
    profile has a predefinedField; another one is known by its text, in the form's language.
    """
    text = localized(question.get("question"), locale)
    predefined = str(question.get("predefinedField") or "")
    stated = configured.get(slug(text)) or configured.get(slug(predefined))
    if stated:
        return stated
    if predefined:
        return BY_PREDEFINED.get(predefined) or f"custom.{slug(predefined)}"
    name = slug(text) or f"question_{question.get('questionId')}"
    return standard_field(text) or f"custom.{name}"


def localized(text: Any, locale: str) -> str:
    """The text in `locale`, or in whatever language there is."""
    told = text.get("localized") if isinstance(text, dict) else None
    if not isinstance(told, dict) or not told:
        return ""
    return str(told.get(locale) or next(iter(told.values())) or "")


def said(answer: Mapping[str, Any], question: Mapping[str, Any], locale: str) -> str | None:
    """What was answered, as text; options by their text, and an option's id may be 0."""
    details = answer.get("answerDetails") or {}
    typed = details.get("textQuestionAnswer")
    if typed is not None:
        return str(typed.get("answer") or "") or None
    chosen = (details.get("multipleChoiceAnswer") or {}).get("options") or ()
    choices = (question.get("questionDetails") or {}).get("multipleChoiceQuestionDetails") or {}
    texts = {o.get("id"): localized(o.get("text"), locale) for o in choices.get("options") or ()}
    return "; ".join(texts.get(option) or str(option) for option in chosen) or None
