"""What goes wrong is told once, in the same sync, and told again when it is over."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.tick import new_run, sync_all
from flows.watching.quality import KIND as QUALITY
from flows.watching.watch import line, tell, watch
from flows.wiring import DEFAULT_CONFIG
from sandbox.chat import Chat, chat_app
from sandbox.faults import Fault, FaultKind
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from tests.e2e.town_case import wired

NOTIFY = """
notify:
  channels: {sales: FIRSTTOUCH_TEST_CHAT, ops: FIRSTTOUCH_TEST_OPS}
  everyone: [sales]
  alerts: [ops]
"""
EMPLOYEES = "how_many_employees?"
MINUTES = timedelta(minutes=1)
SOURCES = ("meta_ads", "hubspot")
"""Where these leads come from, and where they go to."""


@pytest.fixture
def town():
    with Town.open(seed=5, leads=60) as opened:
        yield opened


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def wiring(town, chat, tmp_path):
    shutil.copytree(DEFAULT_CONFIG, tmp_path / "config")
    (tmp_path / "config/notify.yaml").write_text(NOTIFY)
    # Nobody answers these leads, for weeks; how late they are is not what is asked here.
    slas = tmp_path / "config/sla.yaml"
    slas.write_text(re.sub(r"first_touch: \w+", "first_touch: 300d", slas.read_text()))
    with serve_in_thread(chat_app(chat)) as address:
        base = address.replace("http://", "json://")
        channels = {"FIRSTTOUCH_TEST_CHAT": f"{base}/sales", "FIRSTTOUCH_TEST_OPS": f"{base}/ops"}
        with wired(town, tmp_path, tmp_path / "config", environment=channels) as opened:
            yield opened


class Day:
    """Syncs, a minute after the other or later, and what people were told in each."""

    def __init__(self, wiring, town):
        self.wiring, self.town, self.now = wiring, town, wiring.now()
        self.form = next(iter(town.vendors.meta.forms))
        self.people = 0

    def leads(
        self,
        number,
        *,
        question=EMPLOYEES,
        size="51-200",
        phone="+34 600 000 {:03}",
        product="GTX Pro",
    ):
        """Each has a phone of their own: people of one number are created one after the other."""
        for _ in range(number):
            self.people += 1
            answers = {
                "email": f"p{self.people}@c{self.people}.example",
                "full_name": f"Given Family{self.people}",
                "phone_number": phone.format(self.people),
                "country": "Spain",
                "which_product?": product,
                question: size,
            }
            told = [{"name": name, "values": [text]} for name, text in answers.items()]
            self.town.vendors.meta.add_lead(self.form, told)

    def sync(self, later=MINUTES):
        self.town.clock.skip(later)
        self.now = self.town.clock.now()
        wiring = replace(self.wiring, now=lambda: self.now)
        run = new_run()
        wiring.store.start_run(run, "sync", self.now)
        ticks = sync_all(wiring, SOURCES, run)
        told = watch(wiring, ticks)
        tell(wiring, told)
        return [line(each) for each in told]

    def field(self, name):
        (form,) = {each.form for each in self.wiring.store.latest_leads("meta_ads", 1)}
        return f"{name} in {form}"

    def quality(self):
        return [each for each in self.wiring.store.alerts() if each.cause.kind == QUALITY]


@pytest.fixture
def day(wiring, town):
    return Day(wiring, town)


def test_a_renamed_question_is_told_in_the_sync_that_shows_it_and_when_it_is_mended(day, chat):
    day.leads(60)
    assert day.sync() == []
    day.leads(8, question="size_2")
    (told,) = day.sync()
    assert told.startswith("data quality: meta_ads: employees is blank in 8 of the newest 8 leads")
    assert "rules hang on it" in told
    assert [(post.room, post.title) for post in chat.posted] == [
        ("ops", "Firsttouch: 1 to look at")
    ]
    day.leads(8, question="size_2")
    assert day.sync() == [], "the same cause is not told again"
    day.leads(16)
    assert day.sync() == [], "it may come back"
    day.leads(8)
    (told,) = day.sync(10 * MINUTES)
    assert told.startswith("over: data quality: meta_ads: employees")
    assert [post.title for post in chat.posted][1:] == ["Firsttouch: 1 over"]
    assert day.sync(10 * MINUTES) == []


def test_a_list_that_has_a_new_word_is_one_alert(day):
    day.leads(60)
    assert day.sync() == []
    day.leads(8, product="AI Shield")
    (told,) = day.sync()
    assert "product is a word that the value map does not have in 8 of the newest 8 leads" in told
    assert 'For example "AI Shield".' in told


def test_few_leads_do_not_end_an_alert_and_old_ones_open_none(day):
    day.leads(120)
    day.sync()
    day.leads(16, question="size_2")
    assert len(day.sync()) == 1
    for _ in range(3):
        assert day.sync(30 * MINUTES) == [], "nobody has come since: nothing is known to be mended"
    day.leads(7)
    assert day.sync(30 * MINUTES) == []
    day.leads(1)
    (over,) = day.sync(30 * MINUTES)
    assert over.startswith("over: data quality: meta_ads: employees")
    day.leads(1)
    assert day.sync(30 * MINUTES) == [], "the bad ones of before are no news"


@pytest.mark.long
def test_what_stays_bad_for_weeks_does_not_become_usual(day):
    day.leads(60)
    day.sync()
    for _ in range(4):
        day.leads(20, question="size_2")
        day.sync(timedelta(days=3))
    assert [each.cause.subject for each in day.quality()] == [day.field("employees")]


def test_examples_of_contact_data_are_formats(day):
    day.leads(60)
    day.sync()
    day.leads(8, phone="600-000-000-000-{:03}-0")
    (told,) = day.sync()
    assert "phone is" in told
    assert '"999-999-999-999-999-9"' in told
    assert "600" not in told


def test_a_form_that_takes_numbers_without_their_country_code_from_three_o_clock_on(day, chat):
    """The lead states its country, and each number reads by it: no lead has a flaw."""
    day.leads(60)
    assert day.sync() == []
    three = day.now.replace(hour=15, minute=0, second=0) + timedelta(days=1)
    assert day.sync(three - day.now) == []
    day.leads(8, phone="600 000 {:03}")
    (told,) = day.sync()
    form = day.town.vendors.meta.forms[day.form].name
    was = f"in 8 of the newest 8 numbers of form {form}, against "
    assert told.startswith(f"data quality: meta_ads: phone is without its country code {was}")
    assert 'In the form of "999 999 999". Such a number is read by its lead\'s country' in told
    assert "600" not in told
    day.leads(8, phone="600 000 {:03}")
    assert day.sync() == [], "the same cause is not told again"
    assert [post.title for post in chat.posted] == ["Firsttouch: 1 to look at"]
    day.leads(8)
    (over,) = day.sync(30 * MINUTES)
    assert over.startswith("over: data quality: meta_ads: phone is without its country code")


def test_few_numbers_among_many_leads_do_not_end_what_is_told_of_numbers(day):
    for _ in range(15):
        day.leads(3)
        day.leads(3, phone="")
    day.sync()
    day.leads(8, phone="600 000 {:03}")
    assert len(day.sync()) == 1
    day.leads(20, phone="")
    assert day.sync(30 * MINUTES) == [], "of numbers nothing is known yet"
    day.leads(8)
    (over,) = day.sync(30 * MINUTES)
    assert over.startswith("over: ")


def test_refused_credentials_are_one_alert_until_they_are_accepted(day, town):
    town.faults["hubspot"].set_share(FaultKind.TOKEN_EXPIRED, 1.0)
    told = day.sync()
    assert [each.partition(": ")[0] for each in told] == ["credentials"], told
    assert "hubspot" in told[0]
    assert day.sync() == []
    town.faults["hubspot"].clear()
    assert day.sync() == []
    (over,) = day.sync(6 * MINUTES)
    assert over.startswith("over: credentials: hubspot")


def test_a_source_that_sends_nothing_at_its_usual_hours(day):
    day.leads(12)
    day.sync()
    for _ in range(2):
        day.leads(12)
        assert day.sync(timedelta(days=7)) == []
    assert day.sync(timedelta(days=6)) == [], "at these hours nothing is usual"
    (told,) = day.sync(timedelta(days=1, hours=5))
    assert told.startswith("silent: meta_ads has sent nothing for 6 hours, usually 12 leads")
    day.leads(3)
    day.sync()
    (over,) = day.sync(6 * MINUTES)
    assert over.startswith("over: silent: meta_ads")


def test_a_crm_that_takes_nothing_is_told_of_by_what_waits(day, town):
    day.leads(12)
    day.sync()
    for path in ("/batch/create", "/batch/update"):
        town.faults["hubspot"].set_share(FaultKind.SERVER_ERROR, 1.0, path=path)
    day.leads(5)
    told = [each for _ in range(3) for each in day.sync(10 * MINUTES)]
    assert any(each.startswith("unwritten: hubspot: 5 owners wait") for each in told), told


def test_a_channel_that_is_down_stops_nothing_and_hides_nothing(day, wiring, chat, caplog):
    day.leads(60)
    day.sync()
    chat.refuse = 10
    day.leads(8, question="size_2")
    day.sync()
    assert [each.cause.subject for each in day.quality()] == [day.field("employees")]
    assert "ops" in caplog.text
    chat.refuse = 0
    assert len(day.sync()) == 1, "nobody has heard of it yet"
    assert [post.title for post in chat.posted] == ["Firsttouch: 1 to look at"]
    assert day.sync() == []


def test_writes_that_a_crm_refuses_are_told_with_their_reason_until_there_are_none(day, town):
    refused = Fault(kind=FaultKind.ROW_REFUSED, detail="VALIDATION_ERROR")
    town.faults["hubspot"].script(refused)
    day.leads(3)
    told = [each for each in day.sync() if each.startswith("refused writes")]
    (line_told,) = told
    start = "refused writes: hubspot refused 1 owner in the last hour: VALIDATION_ERROR (1)"
    assert line_told.startswith(f"{start}. `firsttouch explain ")
    assert [each for each in day.sync(50 * MINUTES) if "refused writes" in each] == []
    assert [each for each in day.sync(11 * MINUTES) if "over: refused writes" in each]
