"""A LinkedIn lead in canonical words. No I/O."""

from collections.abc import Mapping
from typing import Any

from connectors.linkedin_ads.questions import field_of, is_private, said
from connectors.malformed import OUT_OF_SHAPE, readable, set_aside
from connectors.vendor_text import as_text, digest, slug
from leads.fields import CUSTOM
from leads.normalise.private_answers import is_private_answer
from leads.record import RawRecord

_PAID, _UNPAID = ("linkedin_ads", "LinkedIn Ads"), ("linkedin", "LinkedIn")
"""Channel and lead source: a form on a company page, an event or a product costs nothing."""
_KEPT = ("id", "submittedAt", "testLead", "leadType", "owner", "leadMetadataInfo", "leadMetadata")
_ASKED = ("questionId", "predefinedField", "question", "questionDetails")
_UTM_CAMPAIGN = "utm_campaign"


def raw_record(lead: Any, form: Mapping[str, Any]) -> RawRecord:
    """
    The lead with what is needed of its form, to be read without asking again.

    Answers come in another order at every reading, so they are sorted: an unchanged lead must keep
    its version. Private ones are dropped here, before anything is kept; of a lead whose answers
    cannot be told apart, all of them.
    """
    if problem := problem_of(lead):
        return _set_aside(lead, problem)
    try:
        return readable(_whole(lead, form), to_text)
    except OUT_OF_SHAPE:
        return _set_aside(lead, "its form or its answers are not of the shape we know")


def of_other_owner(lead: Mapping[str, Any]) -> RawRecord:
    """A lead that is not read, as it is of nobody whose leads are wanted."""
    kept = {name: lead[name] for name in ("id", "owner", "submittedAt") if name in lead}
    return RawRecord(source_id=str(lead["id"]), version="not read", body=kept)


def problem_of(lead: Any) -> str | None:
    """What keeps a lead from being one; None when nothing does."""
    if not (isinstance(lead, dict) and lead.get("id")):
        return "the lead has no id"
    if not isinstance(lead.get("formResponse"), dict):
        return "the lead has no formResponse"
    return None


def key_of(lead: Any) -> str:
    """Tells leads of one list apart, those without an id too."""
    told = lead.get("id") if isinstance(lead, dict) else None
    return str(told) if told else f"without id {digest({'lead': lead})}"


def _set_aside(lead: Any, problem: str) -> RawRecord:
    told = lead if isinstance(lead, dict) else {}
    kept = {name: told[name] for name in _KEPT if name in told}
    return set_aside(str(told.get("id") or ""), problem, kept)


def _whole(lead: Mapping[str, Any], form: Mapping[str, Any]) -> RawRecord:
    asked = _questions(form)
    response = lead.get("formResponse") or {}
    answers = [
        answer
        for answer in response.get("answers") or ()
        if not is_private(asked.get(answer.get("questionId"), {}))
        and not _tells_private(answer, asked.get(answer.get("questionId"), {}), form)
    ]
    consents = response.get("consentResponses") or ()
    kept = {name: lead[name] for name in _KEPT if name in lead}
    kept["formResponse"] = {
        "answers": sorted(answers, key=lambda answer: str(answer.get("questionId"))),
        "consentResponses": sorted(consents, key=lambda consent: str(consent.get("consentId"))),
    }
    version = f"{lead.get('submittedAt')}/{digest(kept)}"
    body = {**kept, "form": _slim(form) if form else {"id": form_id(lead)}}
    return RawRecord(source_id=str(lead["id"]), version=version, body=body)


def _tells_private(
    answer: Mapping[str, Any], question: Mapping[str, Any], form: Mapping[str, Any]
) -> bool:
    """Whatever was asked, as long as it was the form's own question."""
    locale = _locale(form)
    is_own = field_of(question, locale, {}).startswith(CUSTOM)
    return is_own and is_private_answer(said(answer, question, locale) or "")


def form_id(lead: Mapping[str, Any]) -> str:
    """The 7 of urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7,1)."""
    return _urn_id(str(lead.get("versionedLeadGenFormUrn") or "").rstrip(")").partition(",")[0])


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    """`fields` maps canonical names to this form's questions, over what predefinedField says."""
    form = body.get("form") or {}
    configured = {slug(question): name for name, question in fields.items()}
    hidden = _hidden(form)
    text: dict[str, str | None] = {
        configured.get(slug(name)) or f"custom.{slug(name)}": value
        for name, value in hidden.items()
    }
    channel, lead_source = _PAID if body.get("leadType") == "SPONSORED" else _UNPAID
    text |= {
        "created_at": as_text(body.get("submittedAt")),
        "channel": channel,
        "lead_source": lead_source,
        "campaign": _campaign(body, hidden),
        "form": as_text(form.get("name")) or as_text(form.get("id")),
        "language": as_text((form.get("creationLocale") or {}).get("language")),
        "is_test": as_text(body.get("testLead")),
        "consent": _consent(body),
    }
    for field, answer in _answers(body, form, configured):
        # Two questions may mean one field; the first that was answered counts.
        text[field] = text.get(field) or answer
    return text


def _answers(
    body: Mapping[str, Any], form: Mapping[str, Any], configured: Mapping[str, str]
) -> list[tuple[str, str | None]]:
    """In the form's order, whatever order they came in; LinkedIn's own questions go first."""
    locale, asked = _locale(form), _questions(form)
    given = {a.get("questionId"): a for a in (body.get("formResponse") or {}).get("answers") or ()}
    unknown = {key: {"questionId": key} for key in given if key not in asked}
    ordered = sorted(
        {**asked, **unknown}.items(), key=lambda known: "predefinedField" not in known[1]
    )
    return [
        (field_of(question, locale, configured), said(given[key], question, locale))
        for key, question in ordered
        if key in given
    ]


def _campaign(body: Mapping[str, Any], hidden: Mapping[str, str]) -> str | None:
    """Its name; else what the form's own utm_campaign says; else its id."""
    info = (body.get("leadMetadataInfo") or {}).get("sponsoredLeadMetadataInfo") or {}
    bare = (body.get("leadMetadata") or {}).get("sponsoredLeadMetadata") or {}
    known = info.get("campaign") or {}
    urn = known.get("id") or bare.get("campaign")
    utm = hidden.get(_UTM_CAMPAIGN)
    return as_text(known.get("name")) or utm or (_urn_id(str(urn)) if urn else None)


def _consent(body: Mapping[str, Any]) -> str | None:
    """All boxes ticked, or not; None when the form has none."""
    responses = (body.get("formResponse") or {}).get("consentResponses")
    if not responses:
        return None
    return "true" if all(r.get("accepted") is True for r in responses) else "false"


def _hidden(form: Mapping[str, Any]) -> dict[str, str]:
    """What the form's maker wrote behind it for every lead: utm parameters, a product."""
    pairs = (
        (as_text(f.get("name")), as_text(f.get("value"))) for f in form.get("hiddenFields") or ()
    )
    return {name: value for name, value in pairs if name and value and slug(name)}


def _questions(form: Mapping[str, Any]) -> dict[Any, Mapping[str, Any]]:
    questions = (form.get("content") or {}).get("questions") or ()
    return {question.get("questionId"): question for question in questions}


def _slim(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form's legal texts and pictures would be kept once a lead."""
    questions = [
        {name: question[name] for name in _ASKED if name in question}
        for question in _questions(form).values()
    ]
    about = ("id", "name", "creationLocale", "hiddenFields")
    return {**{n: form[n] for n in about if n in form}, "content": {"questions": questions}}


def _locale(form: Mapping[str, Any]) -> str:
    locale = form.get("creationLocale") or {}
    return f"{locale.get('language')}_{locale.get('country')}"


def _urn_id(urn: str) -> str:
    return urn.rpartition(":")[2]
