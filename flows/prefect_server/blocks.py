"""A block of credentials for each vendor, to be filled in and kept in Prefect's pages."""

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from prefect.blocks.core import Block
from pydantic import Field, HttpUrl, SecretStr

from config.load import load
from connectors.findings import Finding
from flows.plurals import count_of
from flows.wiring import build_source, config_folder
from leads.errors import ConfigError


def _secret(title: str, description: str) -> Any:
    # Of "a secret or nothing" the page asks first which, and shows what is typed.
    return Field(default=SecretStr(""), title=title, description=description)


class VendorBlock(Block):
    """What all of them do. A field that is left empty is taken from the environment."""

    vendor: ClassVar[str] = ""

    @classmethod
    def get_code_example(cls) -> str:
        """Say in the page how to try it out and how to use it; without its fences none is shown."""
        return f"""```python
# Try it: run the deployment test-connections with this block's name. Or, on the machine
# where Firsttouch is installed:
from {cls.__module__} import {cls.__name__}

print({cls.__name__}.load("NAME").test_connection())

# Use it, wherever Firsttouch runs:
#     export FIRSTTOUCH_{cls.vendor.upper()}_CREDENTIALS=credentials-block:NAME
```"""

    def variables(self) -> dict[str, str]:
        """Return the environment variables that the filled fields stand for."""
        filled = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            f"FIRSTTOUCH_{self.vendor.upper()}_{name.upper()}": each.get_secret_value()
            for name, each in filled.items()
            if isinstance(each, SecretStr) and each.get_secret_value().strip()
        }

    def test_connection(self, environ: Mapping[str, str] = os.environ) -> str:
        """
        Ask the vendor all that `firsttouch doctor` asks; nothing is written there.

        Raises ConfigError with what is wrong.
        """
        configuration = load(config_folder(None))
        if self.vendor not in configuration.sources:
            raise ConfigError([f"sources.{self.vendor} is not configured: there is nothing to ask"])
        connector = build_source(self.vendor, configuration, {**environ, **self.variables()})
        try:
            found = list(connector.check())
        finally:
            connector.close()
        wrong = [_line(each) for each in found if each.severity.value == "error"]
        if wrong:
            raise ConfigError(wrong)
        return f"{self.vendor}: {count_of(len(found), 'finding')}, none of them an error"


def _line(finding: Finding) -> str:
    return f"{finding.about}: {finding.text}"


class SalesforceBlock(VendorBlock):
    """Client credentials, or a user with a private key (JWT). See docs/salesforce.md."""

    _block_type_name = "Firsttouch Salesforce"
    _block_type_slug = "firsttouch-salesforce"
    _documentation_url = HttpUrl("https://help.salesforce.com/")
    _description = (
        "A connected app's client id with its secret, or with a user name and a private key "
        "(docs/salesforce.md). Then run the deployment test-connections with this block's name."
    )
    vendor: ClassVar[str] = "salesforce"

    client_id: SecretStr = _secret("Client id", "The connected app's consumer key.")
    client_secret: SecretStr = _secret(
        "Client secret", "Its consumer secret; not for a login by private key."
    )
    username: SecretStr = _secret("User name", "The integration user's, for a private key.")
    private_key: SecretStr = _secret("Private key", "PEM, whose certificate the app has.")


class HubSpotBlock(VendorBlock):
    """A private app's token. See docs/hubspot.md."""

    _block_type_name = "Firsttouch HubSpot"
    _block_type_slug = "firsttouch-hubspot"
    _documentation_url = HttpUrl("https://developers.hubspot.com/docs")
    _description = (
        "A private app's token, and the client secret that proves webhooks (docs/hubspot.md). "
        "Then run the deployment test-connections with this block's name."
    )
    vendor: ClassVar[str] = "hubspot"

    token: SecretStr = Field(title="Token", description="Begins with pat-, as a rule.")
    client_secret: SecretStr = _secret("Client secret", "The app's, for its webhooks.")


class PipedriveBlock(VendorBlock):
    """A user's API token. See docs/pipedrive.md."""

    _block_type_name = "Firsttouch Pipedrive"
    _block_type_slug = "firsttouch-pipedrive"
    _documentation_url = HttpUrl(
        "https://pipedrive.readme.io/docs/core-api-concepts-authentication"
    )
    _description = (
        "The API token of a user who may change leads (docs/pipedrive.md). Then run the "
        "deployment test-connections with this block's name."
    )
    vendor: ClassVar[str] = "pipedrive"

    token: SecretStr = Field(title="Token", description="From the user's personal preferences.")
    webhook_password: SecretStr = _secret(
        "Webhook password", "The HTTP auth password of the webhook."
    )


class MetaBlock(VendorBlock):
    """A page's token and the app's secret. See docs/meta.md."""

    _block_type_name = "Firsttouch Meta"
    _block_type_slug = "firsttouch-meta-ads"
    _documentation_url = HttpUrl(
        "https://developers.facebook.com/docs/marketing-api/guides/lead-ads"
    )
    _description = (
        "A system user's token and the app's secret (docs/meta.md). Then run the deployment "
        "test-connections with this block's name."
    )
    vendor: ClassVar[str] = "meta_ads"

    token: SecretStr = Field(title="Token", description="A system user's, which does not expire.")
    app_secret: SecretStr = Field(title="App secret", description="Signs requests and webhooks.")
    verify_token: SecretStr = _secret("Verify token", "Your own word, for the subscription.")


class GoogleAdsBlock(VendorBlock):
    """A developer token and an OAuth client. See docs/google-ads.md."""

    _block_type_name = "Firsttouch Google Ads"
    _block_type_slug = "firsttouch-google-ads"
    _documentation_url = HttpUrl("https://developers.google.com/google-ads/api/docs")
    _description = (
        "A developer token, and an OAuth client with its refresh token (docs/google-ads.md). "
        "Then run the deployment test-connections with this block's name."
    )
    vendor: ClassVar[str] = "google_ads"

    developer_token: SecretStr = Field(title="Developer token", description="The manager's.")
    client_id: SecretStr = Field(title="Client id", description="The OAuth client's.")
    client_secret: SecretStr = Field(title="Client secret", description="The OAuth client's.")
    refresh_token: SecretStr = Field(
        title="Refresh token", description="Of a user who may read the accounts."
    )
    webhook_key: SecretStr = _secret("Webhook key", "The one typed into the lead form.")


class LinkedInAdsBlock(VendorBlock):
    """A member's token, and what renews it. See docs/linkedin.md."""

    _block_type_name = "Firsttouch LinkedIn"
    _block_type_slug = "firsttouch-linkedin-ads"
    _documentation_url = HttpUrl("https://learn.microsoft.com/linkedin/marketing/")
    _description = (
        "A token, and what renews it when it ends (docs/linkedin.md). Then run the deployment "
        "test-connections with this block's name."
    )
    vendor: ClassVar[str] = "linkedin_ads"

    token: SecretStr = Field(title="Token", description="With r_marketing_leadgen_automation.")
    refresh_token: SecretStr = _secret("Refresh token", "Renews it when it ends.")
    client_id: SecretStr = _secret("Client id", "The app's, to renew the token.")
    client_secret: SecretStr = _secret("Client secret", "The app's; it proves webhooks too.")


BLOCKS: tuple[type[VendorBlock], ...] = (
    SalesforceBlock,
    HubSpotBlock,
    PipedriveBlock,
    MetaBlock,
    GoogleAdsBlock,
    LinkedInAdsBlock,
)


def offer_blocks() -> None:
    """Show them in Prefect's pages; raises what Prefect's client does."""
    for each in BLOCKS:
        each.register_type_and_schema()
