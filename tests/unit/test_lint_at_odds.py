"""Settings that keep one another from coming true, each with its file and line, and what to do."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.evidence import Evidence
from config.examine import examine
from config.load import load
from leads.keys import PoolName
from routing.lint.findings import Code
from routing.lint.look import lint
from routing.policy import Cap, CapPer
from tests.builders import owner, policy, pool, rule
from tests.unit.config_files import BASE, put

TODAY = Evidence(today=date(2026, 11, 22))


def told(folder: Path, text: str, code: Code) -> list[str]:
    found = examine(load(put(folder, base=text)), TODAY).remarks
    return [str(each) for each in found if each.code is code]


@pytest.mark.parametrize(
    ("code", "old", "new", "begins", "advice"),
    [
        (
            Code.CAP_NEVER_REACHED,
            "max_open: 30,",
            "max_open: 30, caps: {hour: 9, day: 4},",
            "base.yaml:3: owners[0].caps: ana may have 9 in an hour, and is at a cap before: 4 in",
            "must be the smaller one",
        ),
        (
            Code.BACKUP_RING,
            "name: Ben Okafor,",
            "name: Ben Okafor, backup: ana,",
            "base.yaml:3: owners[0].backup: the backups go round in a ring: ana -> ben -> ana;",
            "name a backup outside",
        ),
        (
            Code.MATCHES_ANYTHING,
            "country: {is: present}",
            'country: "*"',
            'base.yaml:23: rules[1].when.country: country: "*" matches whatever stands there',
            "write {is: present}",
        ),
        (
            Code.ONE_MINUTE,
            "country: {is: present}",
            'local_time: {min: "22:00", max: "22:00"}',
            "base.yaml:23: rules[1].when.local_time: local_time 22:00 is one minute of the day;",
            "state another max",
        ),
        (
            Code.NOBODY_TO_ESCALATE_TO,
            "remind_after: 10m,",
            "remind_after: 10m, on_breach: manager,",
            (
                "base.yaml:27: sla.hot.on_breach: hot has on_breach: manager, and no manager is "
                "stated for anybody who may get its leads: it goes by the rules again"
            ),
            "state manager: of the owners",
        ),
        (
            Code.NOT_IN_EFFECT,
            "remind_after: 10m, max_reassign: 2, then: {assign: desk}",
            "remind_after: 10m, on_breach: tell, max_reassign: 2, then: {assign: desk}",
            (
                "base.yaml:27: sla.hot.max_reassign: hot has on_breach: tell, so that its leads "
                "stay with their owners, and max_reassign: 2 never acts;"
            ),
            "leave max_reassign out, or state on_breach: reassign",
        ),
        (
            Code.NOT_IN_EFFECT,
            "custom: {budget",
            "model: {review: 9}\ncustom: {budget",
            (
                "base.yaml:35: model.review: agreement: 0.6 is judged by 10 answers or more, and "
                "only the first 9 of a version wait for one: it stops none;"
            ),
            "state review: 10 or more, or 0 to ask nobody",
        ),
        (
            Code.SLA_BEFORE_SYNC,
            "standard: {first_touch: 24h}",
            "standard: {first_touch: 5s}",
            (
                "base.yaml:28: sla.standard.first_touch: standard asks for a first touch within 5 "
                "s, and sources are asked every minute"
            ),
            "allow a few minutes",
        ),
        (
            Code.SLA_BEFORE_SHIFT,
            "15m, clock: business, remind_after: 10m",
            "15m, clock: wall, remind_after: 10m",
            (
                "base.yaml:22: rules[0].seen_within: Iberian enterprise gives a lead to somebody "
                "who comes to work within 1 h, and its SLA hot allows 15 min on the wall clock"
            ),
            "a seen_within of 15 min at most",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Code) else "",
)
def test_it_is_told_where_it_stands_and_what_to_do(
    tmp_path: Path, code: Code, old: str, new: str, *, begins: str, advice: str
):
    base = BASE.replace("hold: {until: [employees], at_most: 2m}\n", "")
    assert base.count(old) == 1
    assert told(tmp_path, base, code) == []
    (found,) = told(tmp_path, base.replace(old, new), code)
    assert found.startswith(begins)
    assert advice in found


def codes(*people, **fields) -> list[Code]:
    setup = policy(people, [pool("team", [each.id for each in people])], [rule("all", "team")])
    return [found.code for found in lint(setup)]


def a_cap(per: CapPer, most: int, **only) -> Cap:
    return Cap(per=per, most=most, **only)


@pytest.mark.parametrize(
    ("caps", "is_odd"),
    [
        ([a_cap(CapPer.HOUR, 4), a_cap(CapPer.DAY, 4)], False),
        ([a_cap(CapPer.DAY, 5), a_cap(CapPer.WEEK, 4)], True),
        ([a_cap(CapPer.WEEK, 5, pool=PoolName("team")), a_cap(CapPer.WEEK, 4)], True),
        # The pool's cap counts the pool's leads alone: of all there may be more.
        ([a_cap(CapPer.HOUR, 5), a_cap(CapPer.DAY, 4, pool=PoolName("team"))], False),
        ([a_cap(CapPer.DAY, 5, segment="paid"), a_cap(CapPer.DAY, 4, segment="web")], False),
    ],
)
def test_a_cap_is_never_reached_where_another_counts_as_much_and_allows_less(caps, is_odd):
    found = codes(owner("ana", caps=tuple(caps)))
    assert (Code.CAP_NEVER_REACHED in found) is is_odd


@pytest.mark.parametrize(
    ("caps", "remedy"),
    [
        ("{hour: 9, day: 4}", "the cap of the shorter time (hour) must be the smaller one"),
        (
            "{day: 4, pool: {smb: {day: 6}}}",
            "the cap on fewer leads (pool smb) must be the smaller one",
        ),
        (
            "{week: 4, segment: {paid: {day: 6}}}",
            "the cap on fewer leads (segment paid) and of the shorter time (day) must be the",
        ),
    ],
)
def test_the_remedy_says_which_cap_must_be_smaller(tmp_path: Path, caps: str, remedy: str):
    text = BASE.replace("max_open: 30,", f"max_open: 30, caps: {caps},")
    (found,) = told(tmp_path, text, Code.CAP_NEVER_REACHED)
    assert remedy in found


def test_caps_of_the_defaults_are_told_once_and_there(tmp_path: Path):
    text = f"{BASE}defaults: {{caps: {{hour: 9, day: 4}}}}\n"
    (found,) = told(tmp_path, text, Code.CAP_NEVER_REACHED)
    line = text.splitlines().index("defaults: {caps: {hour: 9, day: 4}}") + 1
    assert found.startswith(f"base.yaml:{line}: defaults.caps: whoever states no other may have 9")
    # Her own day is too small for the default's hour: that is hers alone.
    hers = text.replace("max_open: 30,", "max_open: 30, caps: {day: 3},")
    places = [each.partition(": ")[0] for each in told(tmp_path, hers, Code.CAP_NEVER_REACHED)]
    assert places == ["base.yaml:3", f"base.yaml:{line}"]


def test_a_chain_of_backups_that_ends_is_no_ring():
    chain = [owner("ana", backup="ben"), owner("ben", backup="eve"), owner("eve")]
    assert Code.BACKUP_RING not in codes(*chain)
    # Ana's chain runs into the ring of the other two, and is no part of it.
    ring = [owner("ana", backup="ben"), owner("ben", backup="eve"), owner("eve", backup="ben")]
    setup = policy(ring, [pool("team", ["ana"])], [rule("all", "team")])
    (found,) = (each for each in lint(setup) if each.code is Code.BACKUP_RING)
    assert "ben -> eve -> ben;" in found.message


def test_a_manager_of_one_who_may_get_the_lead_is_enough(tmp_path: Path):
    text = BASE.replace("remind_after: 10m,", "remind_after: 10m, on_breach: manager,")
    text = text.replace("name: Ben Okafor,", "name: Ben Okafor, manager: ana,")
    assert told(tmp_path, text, Code.NOBODY_TO_ESCALATE_TO) == []


def test_where_an_sla_ends_is_told_by_itself_and_what_is_not_stated_is_not(tmp_path: Path):
    old = "remind_after: 10m, max_reassign: 2, then: {assign: desk}"
    text = BASE.replace(old, "remind_after: 10m, on_breach: tell, then: {assign: ben}")
    (found,) = told(tmp_path, text, Code.NOT_IN_EFFECT)
    assert "sla.hot.then: " in found
    assert "and then: {assign: ben} never acts" in found
    text = BASE.replace(old, "remind_after: 10m, on_breach: tell")
    assert told(tmp_path, text, Code.NOT_IN_EFFECT) == []


@pytest.mark.parametrize("model", ["review: 10", "review: 0", "review: 9, agreement: 0", ""])
def test_a_review_that_is_long_enough_or_judges_nothing_is_well(tmp_path: Path, model: str):
    text = f"{BASE}model: {{{model}}}\n"
    assert told(tmp_path, text, Code.NOT_IN_EFFECT) == []


def test_five_minutes_are_enough_for_a_sync():
    setup = policy([owner("ana")], [pool("team", ["ana"])], [rule("all", "team")])
    assert all(sla.first_touch > timedelta(minutes=1) for sla in setup.slas.values())
    assert Code.SLA_BEFORE_SYNC not in [found.code for found in lint(setup)]
