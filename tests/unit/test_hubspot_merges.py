"""Which contacts a person merged into one."""

import pytest

from connectors.hubspot.merges import merged_ids


@pytest.mark.parametrize(
    ("properties", "ids"),
    [
        ({}, ()),
        ({"hs_merged_object_ids": None, "hs_calculated_merged_vids": ""}, ()),
        ({"hs_merged_object_ids": "101"}, ("101",)),
        ({"hs_merged_object_ids": "101; 102;"}, ("101", "102")),
        ({"hs_calculated_merged_vids": "51:1668000000000;52:1668000000001"}, ("51", "52")),
        (
            {"hs_merged_object_ids": "101;102", "hs_calculated_merged_vids": "101:1"},
            ("101", "102"),
        ),
        ({"hs_merged_object_ids": "ana@example.com;0;x:1"}, ()),
    ],
)
def test_ids(properties, ids):
    assert merged_ids(properties) == ids
