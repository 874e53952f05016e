"""A line of `simulate` is the JSON of the decision, whatever names and values it has."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.decision_json import decision_json, decision_line
from leads.decision import Candidate, CandidateStatus, Decision, Method, RuleTrial
from leads.keys import LeadKey, OwnerId, PolicyHash, PoolName, RuleName

words = st.text(max_size=12) | st.sampled_from(['"', "\\", "\n", "\u2028", "é\U0001f600", "</x>"])
candidates = st.builds(
    Candidate,
    owner=words.map(OwnerId),
    status=st.sampled_from(CandidateStatus),
    reason=words,
)
trials = st.builds(
    RuleTrial, words.map(RuleName), st.booleans(), st.lists(words, max_size=3).map(tuple)
)
decisions = st.builds(
    Decision,
    lead=st.builds(LeadKey, words, words),
    owner=words.map(OwnerId),
    pool=st.none() | words.map(PoolName),
    rule=st.none() | words.map(RuleName),
    method=st.sampled_from(Method),
    reason=words,
    policy=words.map(PolicyHash),
    decided_at=st.just(datetime(2026, 11, 23, tzinfo=UTC)),
    sla=words,
    sla_due=st.datetimes(timezones=st.just(UTC)),
    rules=st.lists(trials, max_size=3).map(tuple),
    candidates=st.lists(candidates, max_size=3).map(tuple),
)


@given(decisions, st.none() | words)
def test_it_is_what_json_writes(decision: Decision, lead: str | None):
    written = json.dumps(decision_json(decision, lead), ensure_ascii=False)
    assert decision_line(decision, lead) == written
