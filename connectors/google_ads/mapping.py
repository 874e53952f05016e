"""
A Google lead in canonical words, from a row of the API or from a form's webhook. No I/O.

Both become one body: `lead_id`, `submitted_at` (ISO 8601 in UTC, or None), `form_id`, `form`,
`campaign_id`, `campaign`, `ad_group_id`, `ad_id`, `click_id`, `is_test` and `answers`. The version
is made of it, so that a lead delivered by both roads is one record in one version.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.google_ads.answers import answers_of, field_of
from connectors.google_ads.identity import source_id
from connectors.malformed import OUT_OF_SHAPE, readable, set_aside
from connectors.vendor_text import as_text, digest, slug
from leads.record import RawRecord

CHANNEL, LEAD_SOURCE = "google_ads", "Google Ads"
LEAD, LEAD_PART = "lead_form_submission_data", "leadFormSubmissionData"
LEAD_FIELDS = ", ".join(
    (
        *(f"{LEAD}.{name}" for name in ("id", "submission_date_time", "asset", "campaign")),
        *(f"{LEAD}.{name}" for name in ("ad_group", "ad_group_ad", "gclid")),
        *(f"{LEAD}.{prefix}lead_form_submission_fields" for prefix in ("", "custom_")),
        *("asset.name", "campaign.name", "customer.time_zone"),
    )
)
_TEST = "TeSter-"
_TELLING = ("id", "resourceName", "submissionDateTime", "asset", "campaign", "adGroup", "adGroupAd")


def row_record(row: Any, *, ids_agree: bool) -> RawRecord:
    """
    A row of the API. Its names of campaign and form are those of the attributed resources.

    One out of shape is set aside without its answers: a government id among them has no name.
    """
    lead = _part(row, LEAD_PART)
    known = as_text(lead.get("id")) or _tail(lead.get("resourceName")) or ""
    about = {name: lead[name] for name in _TELLING if name in lead}
    if not lead:
        return set_aside(known, f"the row has no {LEAD_PART}", about)
    try:
        return readable(_whole(row, ids_agree=ids_agree), to_text)
    except OUT_OF_SHAPE:
        return set_aside(known, "the row is not of the shape we know", about)


def _whole(row: Mapping[str, Any], *, ids_agree: bool) -> RawRecord:
    lead = _part(row, LEAD_PART)
    standard = lead.get("leadFormSubmissionFields") or ()
    custom = lead.get("customLeadFormSubmissionFields") or ()
    click = as_text(lead.get("gclid"))
    body = {
        "lead_id": as_text(lead.get("id")) or _tail(lead.get("resourceName")) or digest(row),
        "submitted_at": _iso(submitted_at(row)),
        "form_id": _tail(lead.get("asset")),
        "form": as_text(_part(row, "asset").get("name")),
        "campaign_id": _tail(lead.get("campaign")),
        "campaign": as_text(_part(row, "campaign").get("name")),
        "ad_group_id": _tail(lead.get("adGroup")),
        "ad_id": (_tail(lead.get("adGroupAd")) or "").rpartition("~")[2] or None,
        "click_id": click,
        "is_test": bool(click and click.startswith(_TEST)),
        "answers": answers_of(
            [(str(f.get("fieldType") or ""), str(f.get("fieldValue") or "")) for f in standard]
            + [(str(f.get("questionText") or ""), str(f.get("fieldValue") or "")) for f in custom]
        ),
    }
    return _record(body, ids_agree=ids_agree)


def webhook_record(
    payload: Mapping[str, Any],
    *,
    received_at: datetime,
    ids_agree: bool,
    names: Mapping[str, str] | None = None,
) -> RawRecord:
    """
    A payload that `verify_webhook` has let through.

    It has ids where the API has names; `names` has those known, by id. A payload that does not say
    when the form was sent counts from `received_at`, and its version then differs from the API's.
    """
    known = names or {}
    submitted = _parse(payload.get("lead_submit_time"), None)
    form_id, campaign_id = _id(payload.get("form_id")), _id(payload.get("campaign_id"))
    click = as_text(payload.get("gcl_id"))
    body = {
        "lead_id": str(payload["lead_id"]),
        "submitted_at": _iso(submitted),
        "form_id": form_id,
        "form": known.get(form_id or ""),
        "campaign_id": campaign_id,
        "campaign": known.get(campaign_id or ""),
        "ad_group_id": _id(payload.get("adgroup_id")),
        "ad_id": _id(payload.get("creative_id")),
        "click_id": click,
        "is_test": bool(payload.get("is_test")) or bool(click and click.startswith(_TEST)),
        "answers": answers_of(
            (str(column["column_id"]), str(column.get("string_value") or ""))
            for column in payload["user_column_data"]
        ),
    }
    received = {} if submitted else {"received_at": _iso(received_at)}
    return _record({**body, **received}, ids_agree=ids_agree)


def with_names(raw: RawRecord, names: Mapping[str, str], *, ids_agree: bool) -> RawRecord:
    """A webhook's record with the names that are known by now: as a poll of the same lead."""
    body = dict(raw.body)
    for number, name in (("form_id", "form"), ("campaign_id", "campaign")):
        body[name] = body[name] or names.get(body[number] or "")
    return _record(body, ids_agree=ids_agree)


def to_text(body: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str | None]:
    """`fields` maps canonical names to questions or question types, over what the types say."""
    text: dict[str, str | None] = {
        "created_at": body["submitted_at"] or body.get("received_at"),
        "channel": CHANNEL,
        "lead_source": LEAD_SOURCE,
        "campaign": body["campaign"] or body["campaign_id"],
        "form": body["form"] or body["form_id"],
        "click_id": body["click_id"],
        "is_test": as_text(body["is_test"]),
    }
    configured = {slug(question): name for name, question in fields.items()}
    for question, answer in body["answers"].items():
        field = field_of(question, configured)
        # Two questions may mean one field; the first that was answered counts.
        text[field] = text.get(field) or answer
    return text


def submitted_at(row: Any) -> datetime | None:
    """When the form was sent; a time without an offset is the account's own."""
    return _parse(_part(row, LEAD_PART).get("submissionDateTime"), zone_of(row))


def zone_of(row: Any) -> ZoneInfo | None:
    return read_zone(as_text(_part(row, "customer").get("timeZone")))


def key_of(row: Any) -> str:
    """Tells rows apart, by all they say: one that is completed later is another, and read again."""
    return digest({"row": row})


def _part(row: Any, name: str) -> Mapping[str, Any]:
    part = row.get(name) if isinstance(row, dict) else None
    return part if isinstance(part, dict) else {}


def read_zone(name: str | None) -> ZoneInfo | None:
    """None for what is no zone; a name is looked for as a file, so that one may be too long."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _record(body: Mapping[str, Any], *, ids_agree: bool) -> RawRecord:
    return RawRecord(
        source_id=source_id(body, ids_agree=ids_agree),
        version=f"{body['submitted_at']}/{digest({**body, 'received_at': None})}",
        body=body,
    )


def _parse(told: Any, zone: ZoneInfo | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    if at.tzinfo is None and zone is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).replace(microsecond=0).isoformat() if at else None


def _tail(resource_name: Any) -> str | None:
    """`customers/1/campaigns/2` is 2."""
    return str(resource_name or "").rpartition("/")[2] or None


def _id(value: Any) -> str | None:
    """Ids are JSON numbers in a webhook and text in the API; 0 is none (Performance Max)."""
    text = as_text(value)
    return None if text == "0" else text
