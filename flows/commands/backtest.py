"""`firsttouch simulate --against`: what another configuration would have changed."""

import json
from pathlib import Path

from flows.commands.simulate import Request
from flows.exits import note
from flows.simulating.comparison_text import comparison_json, print_comparison, write_page
from flows.simulating.policy_comparison import Against, compare_policies
from flows.which_store import expect_named
from flows.wiring import which_folder
from leads.errors import ConfigError
from reports.backtest import Pair
from reports.backtest_page import backtest_page


def run(request: Request, config: Path, *, page: Path | None, stored_since: str | None) -> None:
    """
    Decide every lead by both configurations; print the differences, and write the `page`.

    `config` is the other one. With `stored_since` the leads are those decided since then.
    """
    expect_named(request.store)
    against = Against(config=config, page=page, store=request.store, stored_since=stored_since)
    for each in which_folder(request.config):
        note(each)
    compared = compare_policies(request, against)
    found, names, notes = compared.found, compared.names, compared.notes
    if page is not None:
        write_page(page, backtest_page(found, names, notes))
    if request.out is not None:
        _write_rows(request.out, compared.pairs)
    if request.as_json:
        print(json.dumps(comparison_json(found)))
    else:
        print_comparison(found, names, notes)
    for written in filter(None, (request.out, page)):
        note(f"{written} is written")


def _write_rows(path: Path, pairs: list[Pair]) -> None:
    lines = (json.dumps(_row(pair), ensure_ascii=False) + "\n" for pair in pairs)
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--out {path}: cannot be written ({error.strerror})"]) from None


def _row(pair: Pair) -> dict[str, object]:
    sides = {"before": pair.before, "after": pair.after}
    return {
        "lead": pair.lead,
        "moved": pair.is_moved,
        **{
            name: {"owner": side.owner, "rule": side.rule, "reason": side.reason} if side else None
            for name, side in sides.items()
        },
    }
