"""Puts a world's accounts, forms and leads into LinkedIn."""

from sandbox.linkedin.business import LinkedInBusiness
from sandbox.linkedin.filling import filled_in
from sandbox.linkedin.records import question
from sandbox.world.record import LinkedInWorld, Record, Standing


def furnish(linkedin: LinkedInBusiness, world: LinkedInWorld) -> None:
    """Everything that is there before the first lead."""
    for urn, name in world.owners.items():
        _, _, kind, owner_id = urn.split(":")
        linkedin.add_owner(kind, owner_id, name)
    for name, campaign_id in world.campaigns.items():
        linkedin.add_campaign(campaign_id, name)
    for form in world.forms:
        form_id, locale = form["form_id"], form["locale"]
        linkedin.add_form(
            form["owner"],
            form_id,
            form["name"],
            [question(form_id, n, locale=locale, **q) for n, q in enumerate(form["questions"], 1)],
            locale=locale,
            hidden=form["hidden"],
            consents=[
                {"id": n, "checkRequired": False, "consent": {"localized": {locale: "OK?"}}}
                for n in form["consents"]
            ],
        )


def add_lead(linkedin: LinkedInBusiness, record: Record) -> str:
    """Answer LinkedIn's id of it."""
    values = record.values
    return linkedin.add_lead(
        values["form_id"],
        filled_in(linkedin.forms[values["form_id"]], values["answers"]),
        created=record.created,
        campaign_id=values["campaign_id"],
        consents=values["consents"],
        is_test=record.standing is Standing.TEST,
    )
