"""What an aging run leaves in Prefect: who was late, and each lead with its record and its way."""

from flows.aging import Aged
from flows.aging_page import aging_page
from leads.errors import TransientError
from tests.e2e.desk_case import office
from tests.e2e.test_aging_pause import all_late
from tests.e2e.test_aging_steps import MONDAY, act, assigned, plan


def test_who_was_late_stands_first_and_each_lead_links_to_its_record(tmp_path):
    with office(tmp_path, MONDAY, plan(on_breach="manager", pause_after=2)) as desk:
        all_late(desk, 3)
        aged = Aged(steps=act(desk), problems=[TransientError("hubspot", "read calls", "HTTP 503")])
        page = aging_page(aged, desk.wiring.configuration)
    late, title, *moved, not_done, problem = [each for each in page.splitlines() if each]
    assert (late, title) == ("**Late**: Ana 1, Ben 1, Cat 1", "## Given to somebody else")
    assert len(moved) == 3
    link = "[csv_file:1](https://app.hubspot.com/contacts/record/0-1/771)"
    (first,) = [each for each in moved if each.startswith(f"- {link}: ")]
    assert " → **Mia**. Goes to Mia, the manager of " in first
    assert not_done == "## Not done"
    assert "HTTP 503" in problem


def test_of_a_reminder_nobody_is_called_late(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        owner = assigned(desk).capitalize()
        desk.later(minutes=10)
        page = aging_page(Aged(steps=act(desk)), desk.wiring.configuration)
    assert page.startswith("## Where they were\n\n- [csv_file:1](")
    assert page.endswith(f": {owner} is reminded.\n")
