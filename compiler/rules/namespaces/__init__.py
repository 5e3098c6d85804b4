"""Rules about what protects workloads: disruption budgets, quotas and their defaults."""

from compiler.rules.namespaces import (
    cluster_dns_has_two_replicas,
    compute_quotas_have_defaults,
    disruption_budget_can_be_computed,
    disruption_budget_lets_drain_finish,
    disruption_budgets_do_not_overlap,
    quotas_fit_allocatable,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    disruption_budget_lets_drain_finish,
    disruption_budget_can_be_computed,
    disruption_budgets_do_not_overlap,
    quotas_fit_allocatable,
    compute_quotas_have_defaults,
    cluster_dns_has_two_replicas,
)
