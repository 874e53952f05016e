"""A reason says a thing once: it is read by a rep, and cut to 255 characters in a CRM's field."""

from datetime import UTC, datetime, time

from routing.engine import Engine
from routing.failure import PERSON, Failure, each_once
from routing.policy import NextShift
from tests.builders import calendar, lead, owner, policy, pool, rule, standing

NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
OFFICE = calendar((time(9), time(18)))
ANA, BEN = owner("ana", calendar=OFFICE), owner("ben", calendar=OFFICE)


def reason_of(*assign: str, saw=None, people=(ANA, BEN), **fields) -> str:
    setup = policy(
        people,
        [pool("team", ["ana", "ben"]), pool("cover", ["ben", "ana"])],
        [rule("all", *assign, **fields)],
    )
    return Engine(setup).decide(lead(), saw or standing(), NIGHT).reason


def test_who_is_in_two_pools_is_told_of_once():
    reason = reason_of("team", "cover")
    assert reason.count("Ana is off work until Tue 24 Nov 09:00 (UTC)") == 1
    assert reason.count("Ben is off work") == 1
    assert reason.endswith("; nobody in pool cover could take it either.")
    assert len(reason) <= 255


def test_somebody_named_after_their_pool_is_not_told_of_again():
    reason = reason_of("team", "owner:ana")
    assert reason.count("Ana is off work") == 1
    assert reason.endswith("; the rule names Ana, who cannot either.")


def test_an_account_is_told_of_once_where_its_owner_has_the_lead_for_the_next_shift():
    saw = standing(account_owner="ana")
    reason = reason_of("account_owner", saw=saw, out_of_hours=NextShift())
    assert reason.count("owns the account") == 1
    assert "for their next shift, which begins Tue 24 Nov 09:00 (UTC), because Ana is off" in reason


def test_a_backup_who_stands_in_is_not_explained_twice():
    people = (owner("ana", calendar=OFFICE, backup="eve"), BEN, owner("eve"))
    reason = reason_of("team", "owner:ana", people=people)
    assert "the rule names Ana, but Ana is off work" in reason
    assert reason.count("Ana is off work") == 1
    assert "Ben is off work" in reason


def test_others_of_another_pool_are_other_people():
    first = Failure("nobody in one could take it", ("Ana is off",), "2 others could not either")
    then = Failure("nobody in two could take it", ("Ana is off",), "2 others could not either")
    assert each_once([(first.clause(), first), ("", None), (then.clause(), then)]) == (
        "nobody in one could take it: Ana is off; 2 others could not either; "
        "nobody in two could take it: 2 others could not either"
    )


def test_nothing_is_left_of_a_clause_of_which_all_is_said():
    named = Failure("the rule names Ana", ("Ana is off",), joint=PERSON)
    assert each_once([(named.clause(), named)], "the rule names Ana, later", ["Ana is off"]) == ""
