"""What new leads are in a portal: contacts, or Leads, an object of their own."""

from dataclasses import dataclass

from leads.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeObject:
    """Names of the properties that tell how far somebody is. `stage` stands for the lifecycle."""

    name: str
    status: str
    stage: str
    technical: tuple[str, ...]


CONTACTS = IntakeObject(
    name="contacts",
    status="hs_lead_status",
    stage="lifecyclestage",
    technical=("lastmodifieddate", "hs_object_id", "lifecyclestage"),
)
LEADS = IntakeObject(
    name="leads",
    status="hs_pipeline_stage",
    stage="hs_pipeline_stage",
    technical=(
        *("hs_lastmodifieddate", "hs_object_id", "createdate", "hubspot_owner_id"),
        *("hs_pipeline_stage", "hs_lead_name"),
    ),
)
_OBJECTS = {each.name: each for each in (CONTACTS, LEADS)}


def intake_object(name: str, source: str) -> IntakeObject:
    """Raises ConfigError when there is no such object to read leads from."""
    if name not in _OBJECTS:
        problem = f"sources.{source}.intake.object is {name!r}"
        raise ConfigError([f"{problem}: write {' or '.join(_OBJECTS)}"])
    return _OBJECTS[name]
