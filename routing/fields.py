"""The fields that conditions name: of which kind each is, and a lead's as text."""

from leads.lead import Lead

CUSTOM = "custom."
FIGURES = frozenset({"employees", "deal_value", "score"})
SWITCHES = frozenset({"consent", "is_test"})
PERSONAL = frozenset({"email", "phone", "first_name", "last_name", "click_id"})
NAMED = frozenset({"territory", "segment"})
DAYS = frozenset({"created_at"})
CLOCKS = frozenset({"local_time"})
WEEKDAYS = frozenset({"local_weekday", "weekday"})
ACCOUNT_OWNER = "account_owner"
BESIDE = CLOCKS | WEEKDAYS | {ACCOUNT_OWNER}
"""What the lead's record does not tell: the hour, the day, and what else is known by then."""
TEXTS = PERSONAL | {
    *("source", "id", "company", "website", "job_title", "country", "region", "city"),
    *("postal_code", "industry", "product", "deal_type", "currency", "language", "lead_source"),
    *("channel", "campaign", "form", "current_owner", "status"),
}
READ_BY_NAME = TEXTS - {"source", "id"}
BLANK = "blank"


def read_text(lead: Lead, name: str) -> str | None:
    """Give a field as text; None is blank."""
    if name in READ_BY_NAME:
        text: str | None = getattr(lead, name)
        return text
    if name.startswith(CUSTOM):
        return lead.custom.get(name.removeprefix(CUSTOM))
    if name == "source":
        return lead.key.source
    if name == "id":
        return lead.key.source_id
    if name == ACCOUNT_OWNER:  # no account is known
        return None
    value: object = getattr(lead, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
