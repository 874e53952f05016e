"""What the doctor finds in the ad platforms, a file and the webhook's settings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.csv_file.settings import CsvSettings
from connectors.csv_file.source import CsvSource
from connectors.findings import Severity
from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import Webhook
from connectors.webhook.settings import WebhookSettings
from sandbox.linkedin.business import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.contract.google_stage import GoogleStage
from tests.contract.linkedin_stage import ACCOUNT, LinkedInStage
from tests.contract.meta_stage import FORM, PAGE, MetaStage
from tests.contract.stage import VOCABULARY, Options, problems

RENEWABLE = {
    "FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN": REFRESH_TOKEN,
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_ID": CLIENT_ID,
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": CLIENT_SECRET,
}


@pytest.fixture
def meta() -> Iterator[MetaStage]:
    with MetaStage.open() as opened:
        yield opened


@pytest.fixture
def google() -> Iterator[GoogleStage]:
    with GoogleStage.open() as opened:
        yield opened


@pytest.fixture
def linkedin() -> Iterator[LinkedInStage]:
    with LinkedInStage.open() as opened:
        yield opened


def setup(name: str, **fields: str) -> SourceSetup:
    return SourceSetup(
        name=name, intake=Intake(object="leads"), vocabulary=VOCABULARY, fields=fields
    )


def test_meta_in_order_has_no_finding(meta: MetaStage):
    meta.add(1)
    assert problems(meta.source()) == []


def test_a_wrong_app_secret_is_told_with_what_to_compare(meta: MetaStage):
    options = Options(environ={"FIRSTTOUCH_META_ADS_APP_SECRET": "wrong"})
    (found,) = problems(meta.source(options))
    assert "FIRSTTOUCH_META_ADS_APP_SECRET is of the app which FIRSTTOUCH_META_ADS_TOKEN" in found


def test_a_scope_the_meta_token_lacks_is_told_by_the_token_and_by_each_form(meta: MetaStage):
    meta.business.scopes.remove("leads_retrieval")
    token, form = problems(meta.source())
    assert token.startswith("the token lacks leads_retrieval")
    assert form.startswith(f"form {FORM}: meta_ads: read leads: code 200")


def test_a_meta_token_that_ends_soon(meta: MetaStage):
    meta.business.token_ends = int((datetime.now(UTC) + timedelta(days=3)).timestamp())
    (found,) = problems(meta.source())
    assert found.startswith("the token ends on ")


def test_a_page_that_is_not_the_tokens_hides_none_of_the_others(meta: MetaStage):
    meta.business.add_page("1002", "Without forms")
    found = problems(meta.source(Options(connection={"pages": ["9", PAGE, "1002"]})))
    assert "sources.meta_ads.pages: '9' is not a page the token manages" in found[0]
    assert "page 9: meta_ads: list forms: code 100/33" in found[1]
    assert found[2:] == ["page 1002 has no lead form"]


def test_a_question_no_meta_form_asks(meta: MetaStage):
    (found,) = problems(meta.source(Options(fields={"product": "Full nam"})))
    assert "fields.product: 'Full nam' is not a question of any form there" in found
    assert "did you mean 'full_name'?" in found


def test_a_meta_page_whose_calls_run_out(meta: MetaStage):
    meta.business.quota.enforced = True
    meta.add(1)
    for _ in range(3700):
        meta.business.quota.take(PAGE, 1, meta.ground.clock.now())
    (told,) = problems(meta.source())
    assert told.startswith(f"page {PAGE}: 77 % of the calls for its leads are used")


def test_google_without_a_key_for_its_webhook(google: GoogleStage):
    (found,) = problems(google.source(Options(environ={"FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": ""})))
    assert "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY is not set" in found


def test_a_question_no_google_lead_answered(google: GoogleStage):
    google.add(2)
    (found,) = problems(google.source(Options(fields={"product": "Which one?", "city": "CITY"})))
    assert "sources.google_ads.fields.product: 'Which one?' is not answered by any lead" in found
    assert "there are: EMAIL, FULL_NAME" in found


def test_a_linkedin_token_that_cannot_be_renewed(linkedin: LinkedInStage):
    (found,) = problems(linkedin.source())
    assert found.startswith("the token cannot be renewed: set FIRSTTOUCH_LINKEDIN_ADS_REFRESH")


def test_a_linkedin_account_that_is_closed_to_us(linkedin: LinkedInStage):
    linkedin.business.denied.add(f"urn:li:sponsoredAccount:{ACCOUNT}")
    leads, forms = problems(linkedin.source(Options(environ=RENEWABLE)))
    assert f"{ACCOUNT}/SPONSORED: linkedin_ads: read leads: ACCESS_DENIED" in leads
    assert f"sponsoredAccount {ACCOUNT}: linkedin_ads: list forms: ACCESS_DENIED" in forms


def test_a_linkedin_version_that_is_gone(linkedin: LinkedInStage):
    linkedin.business.oldest_version = "202607"
    (found,) = problems(linkedin.source(Options(environ=RENEWABLE)))
    assert "Set api_version in sources.linkedin_ads.connection" in found


def test_a_question_no_linkedin_form_asks(linkedin: LinkedInStage):
    fields = {"product": "Producto", "employees": "Size of company", "company": "COMPANY_NAM"}
    options = Options(environ=RENEWABLE, fields=fields)
    found = problems(linkedin.source(options))
    assert len(found) == 2
    assert "fields.employees: 'Size of company' is not a question of any form" in found[0]


def test_a_file(tmp_path: Path):
    path = tmp_path / "leads.csv"
    source = CsvSource(CsvSettings(path=path), setup("csv_file", product="Produkt"))
    (missing,) = source.check()
    assert (missing.severity, "No such file" in missing.text) == (Severity.ERROR, True)
    path.write_text("id,email,Product\n")
    empty, wrong = problems(source)
    assert "fields.product: 'Produkt' is not a column of the file there" in wrong
    assert "did you mean 'Product'? (there are: Product, email, id)" in wrong
    assert empty == f"{path}: no rows: there is a header and nothing else"
    path.write_text("id,email,Produkt\n1,a@example.com,GTX\n")
    assert [f.severity for f in source.check()] == [Severity.OK]


def test_the_webhooks_fields_are_named_by_whoever_sends():
    source = Webhook(WebhookSettings(), setup("webhook", product="Produkt"))
    assert problems(source) == [
        "sources.webhook.fields is not looked at: whoever sends names our fields themselves"
    ]
    assert problems(Webhook(WebhookSettings(), setup("webhook"))) == []
