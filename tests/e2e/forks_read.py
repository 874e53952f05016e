"""What forks begin with: all that a sync reads in, also what it reads when it first needs it."""

from config.load import load
from flows.commands import backfill, demo, explain, policy, sync, undo
from flows.wiring import DEFAULT_CONFIG
from tests.e2e import killed_receiver, killed_sync, pacing_sync, unleased_sync
from tests.statements import share_statements

COMMANDS = (backfill, demo, explain, policy, sync, undo)
WORKS = (killed_receiver, killed_sync, pacing_sync, unleased_sync)
EXAMPLE = load(DEFAULT_CONFIG)

share_statements()
