"""What a shadow decided: kept once for each decision in force, and for no other shadow."""

from dataclasses import replace

from leads.decision import Tally
from leads.keys import OwnerId, PolicyHash
from store.store import Store
from tests.contract.store_work import ANA, MINUTE, NOW, TEAM, decide, new, show

CLEO = OwnerId("cleo")
_A, _B = PolicyHash("a"), PolicyHash("b")


def _follow(store: Store, limit=10):
    of = store.shadow()
    assert of is not None
    with store.desk(NOW + MINUTE) as desk:
        batch = desk.to_follow(of, limit=limit)
        made = [(number, replace(each.decision, owner=CLEO)) for number, each in batch]
        desk.record_shadow(of, made, {TEAM: {ANA: Tally(entitled=0.5, assigned=1)}})
    return [each.lead.key.source_id for _, each in batch]


def test_decisions_since_it_began_are_followed_in_their_order_and_once(store: Store):
    show(store, new(1), new(2), new(3))
    store.start_shadow(_A, {"rules": []}, NOW - MINUTE)
    decide(store)
    assert _follow(store, limit=2) == ["1", "2"]
    assert _follow(store) == ["3"]
    assert _follow(store) == []
    of = store.shadow()
    assert of is not None
    pairs = store.shadow_pairs(of, NOW - MINUTE, NOW + 10 * MINUTE)
    assert [(p.lead.source_id, p.shadow.owner) for p in pairs] == [
        ("1", "cleo"),
        ("2", "cleo"),
        ("3", "cleo"),
    ]
    assert all(pair.live.owner != "cleo" for pair in pairs)


def test_a_new_shadow_ends_the_old_and_starts_with_nothing(store: Store):
    store.start_shadow(_A, {}, NOW - MINUTE)
    show(store, new(1))
    decide(store)
    _follow(store)
    store.start_shadow(_B, {"b": 1}, NOW + 5 * MINUTE)
    of = store.shadow()
    assert of is not None
    assert (of.hash, of.document, of.until) == (_B, {"b": 1}, None)
    with store.desk(NOW) as desk:
        assert desk.shadow_rotation(of) == {}
    assert _follow(store) == []
    with store.desk(NOW) as desk:
        assert desk.shadow_rotation(of) == {TEAM: {ANA: Tally(entitled=0.5, assigned=1)}}
    assert store.stop_shadow(NOW + 6 * MINUTE)
    assert store.shadow() is None
    ended = store.latest_shadow()
    assert ended is not None
    assert ended.hash == _B


def test_its_rotation_begins_where_the_one_in_force_stands(store: Store):
    stands = {TEAM: {ANA: Tally(entitled=1.5, assigned=2), CLEO: Tally(entitled=0.5, assigned=0)}}
    with store.desk(NOW) as desk:
        desk.save_rotation(stands)
    store.start_shadow(_A, {}, NOW)
    with store.desk(NOW + MINUTE) as desk:
        desk.save_rotation({TEAM: {ANA: Tally(entitled=2.0, assigned=3)}})
        of = store.shadow()
        assert of is not None
        assert desk.shadow_rotation(of) == stands
