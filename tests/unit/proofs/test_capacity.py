"""Capacity: sums over pools and quotas."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.proofs.capacity import allocatable, balances
from tests.unit.proofs.specs import spec

cores = st.integers(0, 64_000)


@settings(max_examples=40)
@given(st.lists(cores, min_size=2, max_size=2), cores)
def test_allocatable_is_what_hosts_have_less_what_each_keeps_and_never_below_zero(
    sizes: list[int], reserved: int
) -> None:
    found = allocatable(
        spec(
            f"hosts: {{w1: {{cpu: {sizes[0]}m}}, w2: {{cpu: {sizes[1]}m}}}}\n"
            f"pools: {{workers: {{reserved: {{cpu: {reserved}m}}}}}}"
        ),
        "cpu",
    )
    assert found == sum((max(Decimal(0), (Decimal(s) - reserved) / 1000) for s in sizes), Decimal(0))


@settings(max_examples=40)
@given(st.lists(cores, min_size=1, max_size=4), st.booleans())
def test_quotas_of_managed_namespaces_are_added(quotas: list[int], managed: bool) -> None:
    text = ", ".join(f"n{i}: {{quota: {{requests.cpu: {q}m}}}}" for i, q in enumerate(quotas))
    other = f"other: {{manage: {str(managed).lower()}, quota: {{requests.cpu: 1}}}}"
    (balance,) = balances(spec(f"namespaces: {{{text}, {other}}}"))
    assert balance.quotas == Decimal(sum(quotas)) / 1000 + managed


def test_host_without_a_size_leaves_capacity_unknown() -> None:
    assert allocatable(spec("hosts: {w1: {memory: null}}"), "memory") is None
    assert allocatable(spec("pools: null"), "cpu") is None


def test_namespace_without_a_quota_on_requests_has_no_balance() -> None:
    assert balances(spec("namespaces: {shop: {quota: {pods: 10}}}")) == ()
