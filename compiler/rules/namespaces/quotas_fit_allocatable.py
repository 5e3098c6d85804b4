"""The quotas of the managed namespaces together fit what the pools have.

Why it matters: a quota is a promise to a tenant. When the quotas sum to more than the hosts have, tenants within their quota have
pods that cannot be scheduled, first of all after a host is lost. Overcommitting is usual, and the scheduler counts requests rather
than quotas: so this is a warning.

How to fix: lower the quotas, add hosts, or state the real reserve of the hosts.

Bad, at spec.namespaces.b.quota["requests.cpu"]:

    pools: {workers: {hosts: [w1]}}        # 8 cores
    namespaces: {a: {quota: {requests.cpu: 6}}, b: {quota: {requests.cpu: 6}}}

Good:

    pools: {workers: {hosts: [w1, w2]}}    # 16 cores
    namespaces: {a: {quota: {requests.cpu: 6}}, b: {quota: {requests.cpu: 6}}}
"""

from collections.abc import Iterator
from decimal import Decimal

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.capacity import Balance
from compiler.proofs.proofs import Proofs
from compiler.values import quantity

SEVERITY = severity(lab="warning", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each resource whose quotas exceed the pools, or whose pools are not fully stated."""
    for balance in proofs.balances:
        if balance.allocatable is None:
            yield _not_stated(spec, balance)
        elif balance.exceeds:
            yield _exceeds(balance, balance.allocatable)


def _not_stated(spec: Spec, balance: Balance) -> Violation:
    state = f"state `{balance.resource}` for every host of `pools`"
    return Violation(
        path=("spec", "pools") if spec.pools else ("spec", "namespaces"),
        message=f"how much {balance.resource} the pools have is not stated",
        impact=f"whether the quotas of {', '.join(balance.namespaces)} fit is not proven",
        fix=state if spec.pools else f"state `pools`, and {state.removeprefix('state ')}",
        on_key=True,
        proven=False,
    )


def _exceeds(balance: Balance, allocatable: Decimal) -> Violation:
    have = _text(balance, allocatable)
    return Violation(
        path=("spec", "namespaces", balance.namespaces[-1], "quota", balance.key),
        message=f"quotas on {balance.resource} sum to {_text(balance, balance.quotas)}, and the pools have {have}",
        impact="pods of namespaces within their quota may not be scheduled, first of all when a host is lost",
        fix=f"lower the quotas until they sum to at most {have}, or add hosts",
        label=_others(balance.namespaces[:-1]),
    )


def _text(balance: Balance, amount: Decimal) -> str:
    if balance.resource == "cpu":
        return f"{amount.normalize():f} cores"
    return quantity.of_bytes(int(amount)) if amount <= quantity.LARGEST else "more than 8Ei"


def _others(namespaces: tuple[str, ...]) -> str:
    if len(namespaces) > 1:
        return f"together with {len(namespaces)} other namespaces"
    return f"together with {namespaces[0]}" if namespaces else ""
