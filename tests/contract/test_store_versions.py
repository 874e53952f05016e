"""Versions of the configuration: one for each change, whoever notices it first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from leads.keys import PolicyHash
from store.store import Store
from tests.contract.store_work import NOW

_A, _B = PolicyHash("a" * 16), PolicyHash("b" * 16)
_LATER = NOW + timedelta(minutes=1)


def test_what_does_not_change_is_one_version(store: Store):
    first = store.save_version(_A, {"rules": [1]}, {"rules.yaml": "rules: [1]"}, NOW)
    again = store.save_version(_A, {"rules": [1]}, {"rules.yaml": "rules: [1]"}, _LATER)
    assert again == first
    assert (first.number, first.since) == (1, NOW)


def test_a_comment_is_a_version_and_going_back_is_another(store: Store):
    store.save_version(_A, {"rules": [1]}, {"rules.yaml": "rules: [1]"}, NOW)
    store.save_version(_A, {"rules": [1]}, {"rules.yaml": "rules: [1]  # ñ"}, _LATER)
    store.save_version(_B, {"rules": [2]}, {"rules.yaml": "rules: [2]"}, _LATER)
    store.save_version(_A, {"rules": [1]}, {"rules.yaml": "rules: [1]"}, _LATER)
    kept = store.versions()
    assert [version.number for version in kept] == [1, 2, 3, 4]
    assert [version.hash for version in kept] == [_A, _A, _B, _A]
    assert kept[1].files == {"rules.yaml": "rules: [1]  # ñ"}


def test_eight_workers_that_notice_one_change_keep_one_version(store: Store):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.save_version(_A, {"a": 1}, {}, NOW), range(8)))
    assert len(store.versions()) == 1
