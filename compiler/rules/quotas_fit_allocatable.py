"""The quotas of the managed namespaces together fit what the pools can hand out.

Why it matters: a quota is a promise to a tenant. When their sum is above what the hosts have, tenants within their quota find no
room, first of all after a host is lost. Overcommitting is usual, and requests decide rather than quotas: so this is a warning.

How to fix: lower the quotas, add hosts, or state the reserve of the hosts as it is.

Bad:

    pools: {workers: {hosts: [w1]}}        # 8 cores
    namespaces: {a: {quota: {requests.cpu: 6}}, b: {quota: {requests.cpu: 6}}}

Good:

    pools: {workers: {hosts: [w1, w2]}}    # 16 cores
    namespaces: {a: {quota: {requests.cpu: 6}}, b: {quota: {requests.cpu: 6}}}
"""

from collections.abc import Iterator
from decimal import Decimal

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.capacity import Balance
from compiler.proofs.proofs import Proofs
from compiler.values import quantity

SEVERITY = severity(lab="warning", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each resource whose quotas exceed the pools, or whose pools are not fully stated."""
    for balance in proofs.balances:
        path = ("spec", "pools") if spec.pools else ("spec", "namespaces")
        if balance.allocatable is None:
            yield Claim(
                path,
                f"how much {balance.resource} the pools can hand out is not stated",
                f"whether the quotas of {', '.join(balance.namespaces)} fit is not proven",
                f"state `{balance.resource}` for every host of `pools`",
                on_key=True,
                proven=False,
            )
        elif balance.quotas > balance.allocatable:
            yield _exceeds(balance, balance.allocatable)


def _exceeds(balance: Balance, allocatable: Decimal) -> Claim:
    def say(amount: Decimal) -> str:
        if balance.resource == "cpu":
            return f"{amount.normalize():f} cores"
        return quantity.of_bytes(int(amount)) if amount <= quantity.LARGEST else "more than 8Ei"

    return Claim(
        ("spec", "namespaces", balance.namespaces[-1], "quota", f"requests.{balance.resource}"),
        f"quotas on {balance.resource} sum to {say(balance.quotas)}, and the pools hand out {say(allocatable)}",
        "namespaces within their quota may find no room, first of all when a host is lost",
        "lower quotas or add hosts",
        label=_others(balance.namespaces[:-1]),
    )


def _others(namespaces: tuple[str, ...]) -> str:
    if len(namespaces) > 1:
        return f"together with {len(namespaces)} other namespaces"
    return f"together with {namespaces[0]}" if namespaces else ""
