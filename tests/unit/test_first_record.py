"""Of several records that may be one person's: which one says whose the person is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from leads.keys import LeadKey, OwnerId
from leads.likeness import near_keys
from leads.matches import MatchSettings, SameBy
from leads.matching import identity_keys, name_key
from leads.people import KnownRecord, first_record
from tests.builders import lead

_USUAL = MatchSettings()
_EVERYTHING = replace(_USUAL, same_person=tuple(SameBy))
EVA = lead("new", email="eva@example.com", first_name="Eva", last_name="Díaz", company="Acme")


def known(number: str, owner: str, key: str, day: int = 1, **more: Any) -> KnownRecord:
    since = datetime(2026, 11, day, tzinfo=UTC)
    record = LeadKey("hubspot", number)
    return KnownRecord(record=record, owner=OwnerId(owner), since=since, key=key, **more)


def test_the_earliest_record_says_whose_it_is():
    late, early = known("1", "ana", "email:x", 2), known("2", "ben", "email:x", 1)
    first = first_record(EVA, [late, early], _USUAL)
    assert first is not None
    assert (first.owner, first.by) == ("ben", SameBy.EMAIL)
    assert first.asks_skills
    assert first.passed_over == ("hubspot:1 of ana: it became theirs later",)


def test_better_evidence_counts_before_an_earlier_record():
    phone, mail = known("1", "ana", "phone:x", 1), known("2", "ben", "email:x", 2)
    first = first_record(EVA, [phone, mail], _USUAL)
    assert first is not None
    assert first.owner == "ben"
    assert first.passed_over == ("hubspot:1 of ana: email counts before phone",)
    turned = replace(_USUAL, same_person=(SameBy.PHONE, SameBy.EMAIL))
    other = first_record(EVA, [phone, mail], turned)
    assert other is not None
    assert other.owner == "ana"


def test_a_crm_finds_a_record_by_address_and_number_alone():
    """Also where another evidence counts before those, and says whose it is."""
    name, mail = known("1", "ana", "name:x"), known("1", "ana", "email:x")
    beside = known("2", "ben", "email:x", 2)
    elsewhere = replace(beside, record=LeadKey("salesforce", "2"))
    by_name = replace(_USUAL, same_person=(SameBy.NAME_AND_COMPANY, SameBy.EMAIL))

    def is_found(*records: KnownRecord) -> tuple[SameBy | None, bool]:
        first = first_record(EVA, records, by_name)
        assert first is not None
        return first.by, first.crm_finds

    assert is_found(name) == (SameBy.NAME_AND_COMPANY, False)
    assert is_found(mail) == (SameBy.EMAIL, True)
    assert is_found(name, mail) == (SameBy.NAME_AND_COMPANY, True)
    assert is_found(name, beside) == (SameBy.NAME_AND_COMPANY, True)
    assert is_found(name, elsewhere) == (SameBy.NAME_AND_COMPANY, False)
    assert is_found(replace(mail, is_found=False)) == (SameBy.EMAIL, False)
    phone = first_record(EVA, [known("1", "ana", "phone:x")], _USUAL)
    assert phone is not None
    assert phone.crm_finds


def test_of_each_source_the_first_record_with_the_address_or_number_is_named():
    by_name, by_phone = known("1", "ana", "name:x"), known("2", "ben", "phone:x")
    by_mail = known("3", "ben", "email:x")
    elsewhere = replace(by_phone, record=LeadKey("salesforce", "4"))
    first = first_record(EVA, [by_name, by_phone, elsewhere, by_mail], _USUAL)
    assert first is not None
    assert first.found == (LeadKey("hubspot", "3"), LeadKey("salesforce", "4"))


def test_evidence_that_is_switched_off_and_the_lead_itself_tell_nothing():
    only_mail = replace(_USUAL, same_person=(SameBy.EMAIL,))
    itself = known("new", "ana", "email:x")
    assert first_record(EVA, [known("1", "ana", "phone:x"), itself], only_mail) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("Eva", "Díaz", "Acme GmbH"), ("EVA", "Diaz", "acme"), True),
        (("Eva", "Díaz", "Acme"), ("Díaz", "Eva", "Acme"), True),
        (("Eva", "Díaz", "Acme"), ("Eva", "Díaz", "Globex"), False),
        (("Eva", "Díaz", None), ("Eva", "Díaz", None), False),
        (("Eva", None, "Acme"), ("Eva", None, "Acme"), False),
    ],
)
def test_a_whole_name_at_a_company_is_one_person(one, other, is_same):
    mine, theirs = name_key(*one), name_key(*other)
    assert (mine is not None and mine == theirs) is is_same


def test_the_name_key_is_among_the_identity_keys():
    assert identity_keys(EVA) == {"email:eva@example.com", "name:diaz eva|acme"}


def test_a_similar_person_counts_where_asked_for_and_similar_enough():
    here = {"city": "Sevilla", "postal_code": "41001", "region": "ES-SE"}
    one = lead("a", first_name="Eva", last_name="Castellano", **here)
    two = lead("b", first_name="Eva", last_name="Castelano", **here)
    shared = near_keys(one) & near_keys(two)
    assert shared
    same = known("a", "ana", next(iter(shared)), read=one)
    first = first_record(two, [same], _EVERYTHING)
    assert first is not None
    assert first.by is SameBy.SIMILAR
    assert first.likeness is not None
    assert first.likeness > 0.95
    assert first_record(two, [same], _USUAL) is None
    other = replace(one, first_name="Marta", last_name="Olmedo")
    assert first_record(two, [replace(same, read=other)], _EVERYTHING) is None


def test_a_name_alone_is_nobody_in_particular():
    john = lead("a", first_name="John", last_name="Smith")
    assert first_record(john, [known("b", "ana", "near:x", read=john)], _EVERYTHING) is None


def test_who_handed_the_person_back_is_no_owner_of_their_other_records():
    given_back = known("1", "ben", "email:x", 3, handed_back=frozenset({OwnerId("ana")}))
    left = known("10", "ana", "email:x", 1)
    first = first_record(EVA, [left, given_back], _USUAL)
    assert first is not None
    assert (first.owner, first.record) == ("ben", LeadKey("hubspot", "1"))
    assert first.passed_over == ("hubspot:10 of ana: hubspot:1 was taken back from them",)


def test_who_has_again_what_they_handed_back_keeps_the_person():
    again = known("1", "ana", "email:x", 3, handed_back=frozenset({OwnerId("ana")}))
    first = first_record(EVA, [known("10", "ana", "email:x", 1), again], _USUAL)
    assert first is not None
    assert (first.owner, first.record) == ("ana", LeadKey("hubspot", "10"))


def test_nobody_has_a_person_of_whom_both_handed_back_the_others_record():
    ours = known("1", "ben", "email:x", 3, handed_back=frozenset({OwnerId("ana")}))
    theirs = known("2", "ana", "email:x", 4, handed_back=frozenset({OwnerId("ben")}))
    assert first_record(EVA, [ours, theirs], _USUAL) is None
