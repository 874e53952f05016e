"""Telling the subscribers of a business what happened to a lead, as LinkedIn would."""

from sandbox.linkedin.business import CLIENT_SECRET, LinkedInBusiness
from sandbox.linkedin.records import Lead
from sandbox.linkedin.webhooks import notice, send


def notify(
    business: LinkedInBusiness, lead: Lead, *, action: str = "CREATED", times: int = 1
) -> list[int]:
    """
    Send a signed notification to each subscriber that is not blocked; answer the statuses.

    `action` is CREATED or DELETED; with `times` above 1 it comes as a duplicate too.
    """
    body = notice(lead, action, business.ground.clock.now())
    statuses: list[int] = []
    for subscription in tuple(business.subscriptions.values()):
        is_theirs = (subscription.owner, subscription.lead_type) == (
            lead.form.owner,
            lead.lead_type,
        )
        if is_theirs and not subscription.is_blocked:
            statuses += send(subscription.webhook, body, CLIENT_SECRET, times=times)
    business.ground.log("notified", "leadFormResponses", (lead.id,), action=action, to=statuses)
    return statuses
