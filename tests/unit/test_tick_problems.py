"""What a run tells of a vendor's limit is what its alert tells."""

from connectors.hubspot.failures import sort_response
from flows.exits import distinct
from flows.tick import Tick, problems_of
from leads.errors import DeliveryError


def test_a_limit_is_told_as_the_source_s_own_tick_met_it():
    """Its alert goes by that one, whichever limit of the same vendor others met first."""
    ten = sort_response(429, '{"policyName": "TEN_SECONDLY_ROLLING"}', {}, "write owners")
    one = sort_response(429, '{"policyName": "SECONDLY"}', {}, "search contacts")
    late = DeliveryError("hubspot: 1 write waits")
    ticks = [
        Tick(source="google_ads", problems=(late, ten)),
        Tick(source="hubspot", problems=(one, ten)),
    ]
    assert distinct(problems_of(ticks)) == [one, late]
