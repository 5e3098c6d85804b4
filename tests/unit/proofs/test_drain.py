"""Disruption budgets against the disruption controller's arithmetic, written down a second time with exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.model.namespaces import DisruptionBudget
from compiler.proofs.drain import allowed, budgets, overlaps
from tests.unit.proofs.specs import spec

values = st.one_of(st.integers(0, 40), st.integers(0, 100).map(lambda share: f"{share}%"))


def pods(value: int | str, replicas: int) -> int:
    """GetScaledValueFromIntOrPercent of apimachinery, rounding up."""
    if isinstance(value, int):
        return value
    return math.ceil(Fraction(int(value.rstrip("%")), 100) * replicas)


@given(values, st.integers(0, 40))
def test_min_available_keeps_that_many_pods(value: int | str, replicas: int) -> None:
    budget = DisruptionBudget.model_validate({"minAvailable": value})
    assert allowed(budget, replicas) == max(0, replicas - pods(value, replicas))


@given(values, st.integers(0, 40))
def test_max_unavailable_lets_that_many_pods_go(value: int | str, replicas: int) -> None:
    budget = DisruptionBudget.model_validate({"maxUnavailable": value})
    assert allowed(budget, replicas) == min(replicas, pods(value, replicas))


@pytest.mark.parametrize(
    ("value", "replicas", "evictions"), [("75%", 3, 0), ("75%", 4, 1), ("50%", 3, 1), ("100%", 9, 0), ("1%", 1, 0)]
)
def test_share_that_must_stay_is_rounded_up(value: str, replicas: int, evictions: int) -> None:
    assert allowed(DisruptionBudget.model_validate({"minAvailable": value}), replicas) == evictions


def test_every_budget_is_seen_with_its_place() -> None:
    found = budgets(
        spec(
            "namespaces: {shop: {workloads: {web: {replicas: 3, labels: {app: web}, disruptionBudget: {minAvailable: 2}},"
            " api: {labels: {app: api}}}}}"
        )
    )
    assert [(b.path[-2:], b.replicas, b.required, b.allowed) for b in found] == [(("web", "disruptionBudget"), 3, 2, 1)]


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("{app: shop}", "{app: shop}", True),
        ("{app: shop}", "{app: shop, part: api}", True),
        ("{app: shop, part: api}", "{app: shop}", True),
        ("{app: shop, part: web}", "{app: shop, part: api}", False),
    ],
)
def test_two_budgets_meet_where_one_selects_the_pods_of_the_other(first: str, second: str, meet: bool) -> None:
    workload = "{{labels: {}, disruptionBudget: {{maxUnavailable: 1}}}}"
    text = f"namespaces: {{shop: {{workloads: {{a: {workload.format(first)}, b: {workload.format(second)}}}}}}}"
    assert bool(overlaps(spec(text))) == meet


def test_equal_labels_in_two_namespaces_do_not_meet() -> None:
    one = "{workloads: {a: {labels: {app: x}, disruptionBudget: {maxUnavailable: 1}}}}"
    assert overlaps(spec(f"namespaces: {{n1: {one}, n2: {one}}}")) == ()
