"""How long it takes to look closely at a large policy: 1,000 rules in under five seconds."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from bench.finding import Finding, hand_over
from bench.machine import machine
from leads.keys import OwnerId, PolicyHash, RuleName
from routing.lint.findings import Code
from routing.lint.look import lint
from routing.policy import Owner, Policy, Rule, ToOwner
from routing.sla_terms import Sla
from routing.space.values import country_codes
from routing.when import AllOf, AnyOf, Between, Condition, Not, OneOf

MOST_SECONDS = 5.0
_SIZES = (100, 1_000)
_WORDS = {
    "industry": [f"industry {n}" for n in range(40)],
    "product": [f"product {n}" for n in range(25)],
    "campaign": [f"{kind}-{n}-*" for kind in ("ent", "smb", "trial") for n in range(20)],
    "postal_code": [f"{n}*" for n in range(10, 99)],
    "lead_source": ["web", "partner", "trial", "event", "phone", "list"],
}
_BOUNDS = [Decimal(n) for n in (10, 50, 100, 200, 250, 500, 1_000, 5_000, 10_000)]
_TERRITORIES = 40
_SIZED, _RARE = 0.7, 0.1  # shares of the rules


def large_policy(rules: int, seed: int = 7) -> Policy:
    """Make a policy of three to five conditions a rule, as a large sales organisation has."""
    chance = random.Random(seed)  # noqa: S311  the same policy each time
    ana = Owner(id=OwnerId("ana"), name="Ana")
    codes = list(country_codes())
    chance.shuffle(codes)
    return Policy(
        hash=PolicyHash("bench"),
        owners={ana.id: ana},
        pools={},
        rules=tuple(
            Rule(
                name=RuleName(f"rule {n}"),
                when=AllOf(parts=tuple(_conditions(chance))),
                assign=(ToOwner(owner=ana.id),),
                sla="standard",
            )
            for n in range(rules)
        ),
        fallback=ana.id,
        fallback_sla="standard",
        slas={"standard": _sla()},
        territories={
            f"territory {n}": OneOf(field="country", values=tuple(codes[n::_TERRITORIES]))
            for n in range(_TERRITORIES)
        },
    )


def _sla() -> Sla:
    return Sla(name="standard", first_touch=timedelta(hours=24))


def _conditions(chance: random.Random) -> Iterator[Condition]:
    yield OneOf(field="territory", values=(f"territory {chance.randrange(_TERRITORIES)}",))
    if chance.random() < _SIZED:
        least, most = sorted(chance.sample(_BOUNDS, 2))
        yield Between(field="employees", least=least, most=chance.choice([most, None]))
    for field in chance.sample(sorted(_WORDS), chance.randrange(1, 4)):
        words = chance.sample(_WORDS[field], chance.randrange(1, 4))
        test = OneOf(field=field, values=tuple(words))
        yield Not(part=test) if chance.random() < _RARE else test
    if chance.random() < _RARE:
        country = OneOf(field="country", values=("US", "DE"))
        yield AnyOf(parts=(Between(field="deal_value", least=Decimal(50_000), most=None), country))


def main() -> int:
    """Print processor times and findings; answer 1 when 1,000 rules take too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.lint")
    parser.add_argument("--rules", type=int, nargs=2, default=_SIZES)
    sizes = parser.parse_args().rules
    print(machine())
    took = []
    for size in sizes:
        policy = large_policy(size)
        began = time.process_time()
        found = Counter(finding.code for finding in lint(policy))
        took.append(time.process_time() - began)
        told = ", ".join(f"{count} {code}" for code, count in sorted(found.items()))
        print(f"{size:>6,} rules  {took[-1]:6.2f} s  {told}")
        if found[Code.UNDECIDED]:
            print(f"        {found[Code.UNDECIDED]} could not be decided")
    print(f"allowed for {sizes[-1]:,}: {MOST_SECONDS:.0f} s")
    finding = Finding(
        what=f"`check`'s close look at {sizes[-1]:,} rules",
        budget=f"at most {MOST_SECONDS:.0f} s",
        found=f"{took[-1]:.2f} s of processor",
        growth=f"{took[0]:.2f} s at {sizes[0]:,} rules",
        bound="each rule against those before it that share a value with it",
        is_kept=took[-1] <= MOST_SECONDS,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
