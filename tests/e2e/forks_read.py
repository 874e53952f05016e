"""What forks begin with: all that a sync reads in, also what it reads when it first needs it."""

from config.load import load
from flows.commands import backfill, sync, undo
from flows.wiring import DEFAULT_CONFIG
from tests.e2e import killed_sync

READ = (backfill, killed_sync, sync, undo)
EXAMPLE = load(DEFAULT_CONFIG)
