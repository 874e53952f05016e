"""`firsttouch report` over the command line: the page, its tables, and who gets it in short."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.load import from_document
from flows.report_flow import Rhythm, tell_report
from flows.reporting import make_report
from flows.wiring import Wiring, utc_now
from leads.errors import TransientError
from leads.messages import Message
from tests.e2e.desk_case import BASE, DESK, office, person

_WEEK = timedelta(days=7)
EVIL = "=cmd|' /C calc'!A0"
DOCUMENT = {
    "owners": [person("ana", max_open=500), DESK],
    "pools": {"team": {"members": ["ana"], "strategy": "least_loaded"}},
    "rules": [{"name": "everything", "assign": "team"}],
    "notify": {
        "channels": {"slack": "FIRSTTOUCH_SLACK_URL", "mail": "FIRSTTOUCH_MAIL_URL"},
        "reports": ["slack", "mail"],
    },
}


@dataclass(slots=True)
class Ears:
    """Hears what is told by every channel but those that are deaf."""

    deaf: frozenset[str] = frozenset()
    heard: list[tuple[str, Message]] = field(default_factory=list)

    def tell(self, channel: str, message: Message) -> None:
        if channel in self.deaf:
            raise TransientError("notify", channel, "no answer")
        self.heard.append((channel, message))


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    """Thirty leads of two days ago, all given, and nobody was in touch with any."""
    then = utc_now() - timedelta(days=2)
    with office(tmp_path, then, DOCUMENT) as desk:
        desk.bring(*range(30), campaign=EVIL)
        desk.decide()
        yield replace(desk.wiring, now=utc_now)


def test_the_page_and_its_tables_are_written(firsttouch, wiring: Wiring, tmp_path: Path):
    url, out = f"sqlite:///{tmp_path}/office.db", tmp_path / "new" / "report"
    ended = firsttouch("report", "--store", url, "--out", out)
    assert ended.code == 0, ended.err
    assert "30 leads have come, and nobody has been in touch with any of them yet" in ended.out
    assert "! Nobody was in touch with any of 30 leads: 30 wait for more than 30 min." in ended.out
    assert "! 100 % of leads pass their deadline uncontacted" in ended.out
    page = (out / "report.html").read_text("utf-8")
    assert "<h1>Lead report</h1>" in page
    assert "csv_file:29" in page
    with (out / "response_by_campaign.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["campaign"], row["leads"]) == (f"'{EVIL}", "30")
    assert json.loads((out / "report.json").read_text("utf-8"))["alarms"]


def test_json_says_it_all(firsttouch, wiring: Wiring, tmp_path: Path):
    url = f"sqlite:///{tmp_path}/office.db"
    ended = firsttouch("report", "--store", url, "--since", "7d", "--json")
    found = json.loads(ended.out)
    assert found["sections"]["aging"]["figures"]["late"] == 30
    assert found["sections"]["response"]["figures"]["touched"] == 0


def test_shares_are_judged_by_the_strategy_in_force(wiring: Wiring):
    made = make_report(wiring.store, wiring.configuration, wiring.now() - _WEEK, wiring.now())
    (fairness,) = (each for each in made.sections if each.key == "fairness")
    assert fairness.said[1].startswith("Not judged: team. Whoever has the most room comes first")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "yesterday"), "--since"),
        (("--since", "2099-01-01"), "is yet to come"),
        (("--out", "/dev/null/x"), "--out /dev/null/x: cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(firsttouch, wiring: Wiring, tmp_path: Path, words, said):
    ended = firsttouch("report", "--store", f"sqlite:///{tmp_path}/office.db", *words)
    assert ended.code == 2
    assert said in ended.err


def test_where_there_is_no_store_none_is_made(firsttouch, tmp_path: Path):
    ended = firsttouch("report", "--store", f"sqlite:///{tmp_path}/none.db")
    assert ended.code == 3
    assert not (tmp_path / "none.db").exists()


def test_the_digest_goes_to_whoever_reads_reports(wiring: Wiring):
    now = utc_now()
    made = make_report(wiring.store, wiring.configuration, now - timedelta(days=28), now)
    ears = Ears(deaf=frozenset({"mail"}))
    assert tell_report(replace(wiring, notifier=ears), made, Rhythm.DAILY) == ["slack"]
    (channel, message) = ears.heard[0]
    assert channel == "slack"
    assert message.title == "Firsttouch, daily report: 2 alarms"
    assert message.body.startswith("! Nobody was in touch with any of 30 leads")
    assert "! 100 % of leads pass their deadline uncontacted" in message.body
    assert "Response time: 30 leads" in message.body


def test_a_day_on_which_nothing_is_wrong_is_no_news(wiring: Wiring):
    now = utc_now()
    quiet = make_report(wiring.store, wiring.configuration, now - timedelta(hours=1), now)
    ears = Ears()
    there = replace(wiring, notifier=ears)
    assert quiet.alarms == ()
    assert tell_report(there, quiet, Rhythm.DAILY) == []
    assert tell_report(there, quiet, Rhythm.WEEKLY) == ["slack", "mail"]
    silent = replace(wiring.configuration, notify=None)
    assert tell_report(replace(there, configuration=silent), quiet, Rhythm.WEEKLY) == []


def test_a_channel_of_reports_that_is_none_is_refused():
    notify = {"channels": {"slack": "FIRSTTOUCH_SLACK_URL"}, "reports": ["slak"]}
    with pytest.raises(Exception, match=r"notify\.reports.*unknown channel.*slack"):
        from_document({**BASE, **DOCUMENT, "notify": notify})
