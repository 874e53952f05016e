"""A Meta lead in canonical words. No I/O."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.malformed import OUT_OF_SHAPE, readable, set_aside
from connectors.meta_ads.questions import field_of, is_private
from connectors.vendor_text import as_text, digest, slug
from leads.fields import CUSTOM
from leads.normalise.private_answers import is_private_answer
from leads.normalise.private_questions import is_private_question
from leads.record import RawRecord

CHANNEL = "meta_ads"
LEAD_FIELDS = (
    "id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,"
    "is_organic,platform,field_data,custom_disclaimer_responses"
)
FORM_FIELDS = "id,name,status,locale,leads_count,questions{key,label,type}"
_TELLING = ("id", "created_time", "form_id", "ad_id", "campaign_id", "campaign_name", "platform")
_PLATFORMS = {"fb": "Facebook", "ig": "Instagram"}
OTHER_PAGE = "page_not_listed"
_EXPORT_PREFIX = "l:"


def created_at(lead: Mapping[str, Any]) -> int | None:
    """Unix seconds, as fine as Meta tells; None for a time that is missing or unreadable."""
    try:
        return int(datetime.fromisoformat(str(lead.get("created_time"))).timestamp())
    except ValueError:
        return None


def raw_record(lead: Any, form: Mapping[str, Any]) -> RawRecord:
    """
    The lead with what is needed of its form, to be read without asking again.

    Answers to questions for a national id and the like are dropped here, before anything is kept;
    of a lead whose answers cannot be told apart, all of them.
    """
    about = {name: form.get(name) for name in ("id", "name", "locale", "questions")}
    if problem := _problem(lead):
        return _set_aside(lead, problem, about)
    try:
        return readable(_whole(lead, form, about), to_text)
    except OUT_OF_SHAPE:
        return _set_aside(lead, "its form or its answers are not of the shape we know", about)


def of_other_page(lead_id: str, page_id: str) -> RawRecord:
    """A lead that is not read, as its page is none of ours."""
    body = {"id": lead_id, OTHER_PAGE: page_id}
    return RawRecord(source_id=lead_id, version="not read", body=body)


def _set_aside(lead: Any, problem: str, form: Mapping[str, Any]) -> RawRecord:
    rest = {name: lead[name] for name in _TELLING if name in lead} if id_of(lead) else {}
    return set_aside(id_of(lead), problem, {**rest, "form": form})


def _whole(lead: Mapping[str, Any], form: Mapping[str, Any], about: Mapping[str, Any]) -> RawRecord:
    kinds = _kinds(form)
    labels = _labels(form)
    answers = [
        answer
        for answer in lead["field_data"]
        if not _is_private(slug(str(answer.get("name") or "")), kinds, labels)
        and not _tells_private(answer, kinds)
    ]
    kept = {**lead, "field_data": answers}
    version = f"{lead.get('created_time')}/{digest(kept)}"
    return RawRecord(source_id=id_of(lead), version=version, body={**kept, "form": about})


def _is_private(key: str, kinds: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """By what the vendor says it is, or else by what was asked: a form may ask in its own words."""
    return is_private(kinds.get(key, "")) or any(
        is_private_question(text) for text in (key, labels.get(key, ""))
    )


def _tells_private(answer: Mapping[str, Any], kinds: Mapping[str, str]) -> bool:
    """Whatever was asked, as long as it was the form's own question."""
    name = str(answer.get("name") or "")
    is_own = field_of(name, kinds.get(slug(name), ""), {}).startswith(CUSTOM)
    return is_own and is_private_answer(as_text(answer.get("values")) or "")


def _labels(form: Mapping[str, Any]) -> dict[str, str]:
    return {
        slug(str(question.get("key") or "")): str(question.get("label") or "")
        for question in form.get("questions") or ()
    }


def id_of(lead: Any) -> str:
    """Answer its id as it is in the Graph; "" where it has none."""
    told = lead.get("id") if isinstance(lead, dict) else None
    return str(told or "").removeprefix(_EXPORT_PREFIX)


def _problem(lead: Any) -> str | None:
    if not id_of(lead):
        return "the lead has no id"
    answers = lead.get("field_data")
    if not (isinstance(answers, list) and all(isinstance(a, dict) for a in answers)):
        return "field_data is not a list of answers"
    return None


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    """`fields` maps canonical names to this form's questions, over what the types say."""
    form = body.get("form") or {}
    platform = as_text(body.get("platform"))
    text: dict[str, str | None] = {
        "created_at": as_text(body.get("created_time")),
        "channel": CHANNEL,
        "campaign": as_text(body.get("campaign_name")) or as_text(body.get("campaign_id")),
        "form": as_text(form.get("name")) or as_text(body.get("form_id")),
        "language": as_text(form.get("locale")),
        "lead_source": _PLATFORMS.get(platform or "", platform),
        "consent": _consent(body.get("custom_disclaimer_responses")),
    }
    return {**text, **_answers(body, form, fields)}


def _answers(
    body: Mapping[str, Any], form: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, str | None]:
    kinds = _kinds(form)
    configured = {slug(question): name for name, question in fields.items()}
    text: dict[str, str | None] = {}
    for answer in body.get("field_data") or ():
        name = str(answer.get("name") or "")
        field = field_of(name, kinds.get(slug(name), ""), configured)
        # Two questions may mean one field; the first that was answered counts.
        text[field] = text.get(field) or as_text(answer.get("values"))
    return text


def _kinds(form: Mapping[str, Any]) -> dict[str, str]:
    """Types of a form's questions by the slug of their key."""
    questions = form.get("questions") or ()
    return {slug(str(q.get("key") or "")): str(q.get("type") or "") for q in questions}


def _consent(responses: Any) -> str | None:
    """All boxes ticked, or not; None when the form has none. `is_checked` is a string."""
    if not responses:
        return None
    return "true" if all(r.get("is_checked") == "1" for r in responses) else "false"
