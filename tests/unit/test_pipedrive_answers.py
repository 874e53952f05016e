"""Answers of Pipedrive in the shapes that are documented, and in those that others were sent."""

import pytest

from connectors.pipedrive.client import rows_of
from connectors.pipedrive.paging import has_more
from leads.errors import TransientError


@pytest.mark.parametrize(
    ("additional", "follows"),
    [
        # The description of v1 has the flag beside the list; answers have it one level deeper.
        ({"start": 0, "limit": 100, "more_items_in_collection": True}, True),
        ({"pagination": {"start": 0, "limit": 100, "more_items_in_collection": True}}, True),
        ({"pagination": {"start": 0, "limit": 100, "more_items_in_collection": False}}, False),
        ({"start": 0, "limit": 100, "more_items_in_collection": False}, False),
        ({}, False),
        (None, False),
    ],
)
def test_whether_a_page_follows(additional, follows):
    assert has_more({"success": True, "data": [], "additional_data": additional}) is follows
    assert has_more({"success": True, "data": []}) is False


def test_an_empty_list_may_be_null():
    assert rows_of({"data": None}, "read labels") == []
    assert rows_of({"data": []}, "read labels") == []


@pytest.mark.parametrize("data", [{"id": 1}, "none", 7, [1], [None]])
def test_what_is_no_list_of_records_is_asked_for_again(data):
    with pytest.raises(TransientError, match="not a list of records"):
        rows_of({"data": data}, "read labels")
