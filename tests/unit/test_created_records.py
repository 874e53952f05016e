"""What a created record carries: names to fields, words to words, and what does not fit is told."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.creation import (
    About,
    Creation,
    Fitted,
    Kind,
    asked_of,
    fitted,
    notes_asked,
    targets,
    without,
)
from connectors.hubspot import mapping as hubspot
from connectors.salesforce import mapping as salesforce
from leads.ownership import LeftOut, WhyLeftOut

TEXT = About(writable=True)
NUMBER = About(writable=True, kind=Kind.WHOLE)


def anything(name: str) -> About | None:
    return TEXT


def of(known: Mapping[str, About]) -> Callable[[str], About | None]:
    return known.get


def made(
    values: Mapping[str, str],
    creation: Creation = Creation(),  # noqa: B008  (frozen)
    about: Callable[[str], About | None] = anything,
    standard: Mapping[str, str] = salesforce.WRITTEN,
    fields: Mapping[str, str] | None = None,
) -> Fitted:
    return fitted(asked_of(values, targets(standard, fields or {}, creation), creation), about)


def test_a_name_is_written_where_creations_say_then_where_it_is_read_then_as_usual():
    values = {"campaign": "ent-spring", "product": "GTX Pro", "city": "Madrid", "deal_type": "new"}
    creation = Creation(fields={"campaign": ("Campaign__c", "Campaign_Text__c")})
    fields = {"campaign": "Read_Only__c", "product": "Product__c"}
    assert made(values, creation, fields=fields).texts == {
        "Campaign__c": "ent-spring",
        "Campaign_Text__c": "ent-spring",
        "Product__c": "GTX Pro",
        "City": "Madrid",
    }


def test_our_words_become_theirs_whatever_the_case():
    creation = Creation(values={"lead_source": {"Google_Ads": "Paid search"}})
    about = of(
        {
            "LeadSource": About(
                writable=True,
                choices=(
                    "Paid search",
                    "Web",
                ),
            )
        }
    )
    assert made({"lead_source": "google_ads"}, creation, about).texts["LeadSource"] == "Paid search"
    (left,) = made({"lead_source": "linkedin_ads"}, creation, about).left_out
    assert left == LeftOut(name="lead_source", field="LeadSource", why=WhyLeftOut.NOT_A_CHOICE)


@pytest.mark.parametrize("range_", ["51-200", "5001+", "0-49"])
def test_a_range_of_employees_is_no_number(range_: str):
    creation = Creation(fields={"employees": ("NumberOfEmployees", "Company_Size__c")})
    about = of({"NumberOfEmployees": NUMBER, "Company_Size__c": TEXT})
    found = made({"employees": range_}, creation, about)
    assert found.texts == {"Company_Size__c": range_}
    (left,) = found.left_out
    assert (left.name, left.field) == ("employees", "NumberOfEmployees")
    assert left.why is WhyLeftOut.NOT_A_NUMBER
    assert left.instead == "Company_Size__c"
    exact = made({"employees": "120"}, creation, about)
    assert exact.texts == {"Company_Size__c": "120", "NumberOfEmployees": "120"}
    assert exact.left_out == ()


@pytest.mark.parametrize(
    ("about", "why"),
    [
        (None, WhyLeftOut.NO_FIELD),
        (About(writable=False), WhyLeftOut.READ_ONLY),
        (
            About(
                writable=True,
                choices=(
                    "a",
                    "b",
                ),
            ),
            WhyLeftOut.NOT_A_CHOICE,
        ),
        (About(writable=True, kind=Kind.NUMBER), WhyLeftOut.NOT_A_NUMBER),
        (About(writable=True, kind=Kind.YES_OR_NO), WhyLeftOut.NOT_YES_OR_NO),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(about: About | None, why: WhyLeftOut):
    found = made({"city": "Madrid"}, about=lambda _: about)
    assert found.texts == {}
    assert [left.why for left in found.left_out] == [why]


def test_several_boxes_are_choices_too():
    boxes = About(
        writable=True,
        choices=(
            "a",
            "b",
        ),
    )
    assert made({"city": "a;b"}, about=lambda _: boxes).texts == {"City": "a;b"}
    assert made({"city": "a;c"}, about=lambda _: boxes).texts == {}


def test_places_go_by_code_or_by_name():
    values = {"country": "ES", "region": "US-CA"}
    by_code = made(values).texts
    assert (by_code["Country"], by_code["State"]) == ("ES", "CA")
    by_name = made(values, Creation(names_of_places=True)).texts
    assert (by_name["Country"], by_name["State"]) == ("Spain", "California")


@pytest.mark.parametrize(
    ("code", "choices", "chosen"),
    [
        ("KR", {"KR", "ES"}, "KR"),
        ("KR", {"Korea, Republic of", "Spain"}, "Korea, Republic of"),
        ("KR", {"South Korea", "Spain"}, "South Korea"),
    ],
)
@pytest.mark.parametrize("names", [False, True])
def test_a_list_of_countries_is_met_whichever_way_it_has_them(
    code: str,
    choices: set[str],
    chosen: str,
    names: bool,  # noqa: FBT001  (both ways)
):
    about = About(writable=True, choices=tuple(sorted(choices)))
    found = made({"country": code}, Creation(names_of_places=names), lambda _: about)
    assert found.texts == {"Country": chosen}


def test_a_country_of_another_spelling_is_said_by_its_word():
    creation = Creation(values={"country": {"GB": "UK"}}, names_of_places=True)
    assert made({"country": "GB"}, creation).texts == {"Country": "UK"}


def test_each_networks_click_id_has_its_own_hubspot_property():
    values = {"click_id": "x", "google_click_id": "x"}
    found = made(values, standard=hubspot.WRITTEN)
    assert found.texts == {"hs_google_click_id": "x"}
    nobodys = made({"click_id": "x"}, standard=hubspot.WRITTEN)
    assert nobodys.texts == {}
    facebooks = made({"click_id": "x", "facebook_click_id": "x"}, standard=hubspot.WRITTEN)
    assert facebooks.texts == {"hs_facebook_click_id": "x"}
    values = {"click_id": "x", "facebook_click_id": "x"}
    creation = Creation(fields={"click_id": ("firsttouch_click_id",)})
    found = made(values, creation, standard=hubspot.WRITTEN)
    assert found.texts == {"hs_facebook_click_id": "x", "firsttouch_click_id": "x"}


def test_notes_are_left_out_like_anything_else():
    about = of({"rule": About(writable=True, choices=("EMEA",)), "reason": TEXT})
    found = fitted(notes_asked({"rule": "Iberia", "reason": "Her turn."}), about)
    assert found.texts == {"reason": "Her turn."}
    assert [(left.name, left.field) for left in found.left_out] == [("write", "rule")]
    assert fitted(notes_asked({"rule": ""}), about).texts == {"rule": ""}


def test_what_the_vendor_refuses_is_left_out_with_its_code():
    found = made({"city": "Madrid", "country": "ES"})
    rest = without(found, {"Country": "FIELD_INTEGRITY_EXCEPTION", "Other": "X"})
    assert rest.texts == {"City": "Madrid"}
    (left,) = rest.left_out
    assert (left.name, left.why, left.code) == (
        "country",
        WhyLeftOut.REFUSED,
        "FIELD_INTEGRITY_EXCEPTION",
    )


@given(
    st.dictionaries(
        st.sampled_from(sorted({*salesforce.WRITTEN, "custom.a"})), st.text(max_size=8), max_size=8
    ),
    st.dictionaries(
        st.sampled_from(sorted({*salesforce.WRITTEN.values(), "A__c"})),
        st.builds(
            About,
            writable=st.booleans(),
            kind=st.sampled_from(Kind),
            choices=st.lists(st.text(max_size=2), max_size=3).map(tuple),
        ),
    ),
)
def test_nothing_that_was_said_vanishes(values: dict[str, str], known: dict[str, About]):
    creation = Creation(fields={"custom.a": ("A__c",)})
    found = made(values, creation, known.get)
    told = [left.field for left in found.left_out]
    asked = {
        field
        for name, fields in targets(salesforce.WRITTEN, {}, creation).items()
        for field in fields
        if values.get(name)
    }
    assert sorted([*found.texts, *told]) == sorted(asked)
    assert all(known[field].writable for field in found.texts)
