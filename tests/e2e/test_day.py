"""The hardest hour of the day in the life (`make day`): a CRM is down, and a sync is killed."""

import pytest

from tests.day.play import play
from tests.day.verdict import judge


@pytest.mark.long
@pytest.mark.timeout(600)
def test_an_hour_with_an_outage_and_a_kill(tmp_path, record_property):
    played = play(tmp_path, leads=1500, waiting=60, hours=(13.5, 14.5), seed=3, tell=lambda _: None)
    try:
        found = judge(played)
    finally:
        played.scene.desk.close()
    record_property("figure", f"an hour of a day: {found[0]}")
    assert len(found) == 5
