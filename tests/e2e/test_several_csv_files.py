"""Several CSV files, each a source of its own: name, columns, cursor, rules."""

from datetime import timedelta

from flows.decide import decide_waiting
from flows.pull import pull_leads
from tests.builders import MONDAY
from tests.e2e.desk_case import DESK, RUN, office, person

NOW, LATER = MONDAY, MONDAY + timedelta(minutes=1)


def test_each_file_has_its_own_name_columns_and_place_to_resume(tmp_path):
    fair, partners = tmp_path / "fair.csv", tmp_path / "partners.csv"
    fair.write_text("id,email,Firma\n1,a@example.com,Acme\n")
    partners.write_text("id,email,company\n1,b@example.com,Borg\n")
    document = {
        "owners": [person("ana"), person("ben"), DESK],
        "pools": {"fair": {"members": ["ana"]}, "rest": {"members": ["ben"]}},
        "rules": [
            {"name": "Fair", "when": {"source": "fair"}, "assign": "fair"},
            {"name": "Rest", "assign": "rest"},
        ],
        "sources": {
            "hubspot": {"intake": {"owners": [None]}},
            "fair": {
                "kind": "csv_file",
                "destination": "hubspot",
                "connection": {"path": str(fair)},
                "fields": {"company": "Firma"},
            },
            "partners": {
                "kind": "csv_file",
                "destination": "hubspot",
                "connection": {"path": str(partners)},
            },
        },
    }
    with office(tmp_path, MONDAY, document) as desk:
        wiring = desk.wiring
        wiring.store.start_run(RUN, "sync", desk.now)
        for name in ("fair", "partners"):
            assert pull_leads(wiring, name, RUN) == 1
            decide_waiting(wiring, name, RUN)
        partners.write_text(partners.read_text() + "2,c@example.com,Corp\n")
        assert [pull_leads(wiring, name, RUN) for name in ("fair", "partners")] == [0, 1]
        decided = {str(each.lead.key): each for each in wiring.store.decided_leads(NOW, LATER)}
    made = {key: (each.lead.company, each.decision.owner) for key, each in decided.items()}
    assert made == {"fair:1": ("Acme", "ana"), "partners:1": ("Borg", "ben")}
