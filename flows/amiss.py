"""Fields that a source cannot fill, as the place that the configuration names is not there."""

from collections.abc import Mapping

from connectors.base import Shaped
from flows.wiring import Wiring
from leads.errors import ConnectorError


def amiss_in(wiring: Wiring, source: str) -> Mapping[str, str]:
    """Say what is amiss, by our field; of a source that cannot be read that is told elsewhere."""
    connector = wiring.sources[source]
    if not isinstance(connector, Shaped):
        return {}
    try:
        return connector.amiss()
    except ConnectorError:
        return {}
