"""The roll of the rules, in the order of `kedge explain`; each is one module whose name is the statement it proves."""

from collections.abc import Iterator
from typing import Protocol

from compiler.findings.finding import Claim
from compiler.findings.rule import SeverityByTier, rule_id
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.rules import (
    compute_quotas_have_defaults,
    copy_survives_every_loss,
    disruption_budget_lets_drain_finish,
    etcd_member_count_fits_tier,
    etcd_quorum_survives_promised_loss,
    etcd_size_has_headroom,
    priorities_are_consistent,
    quotas_fit_allocatable,
    retention_outlives_failed_weekend,
    schedule_meets_rpo,
    stateful_data_is_covered,
    versions_were_run_by_tests,
)


class Rule(Protocol):
    """The shape of every rule's module."""

    __name__: str
    SEVERITY: SeverityByTier

    def check(self, spec: Spec, proofs: Proofs) -> Iterator[Claim]:
        """Yield a claim for each place where the statement does not hold or is not proven."""


ROLL: tuple[Rule, ...] = (
    etcd_quorum_survives_promised_loss,
    etcd_member_count_fits_tier,
    etcd_size_has_headroom,
    schedule_meets_rpo,
    retention_outlives_failed_weekend,
    copy_survives_every_loss,
    stateful_data_is_covered,
    disruption_budget_lets_drain_finish,
    priorities_are_consistent,
    quotas_fit_allocatable,
    compute_quotas_have_defaults,
    versions_were_run_by_tests,
)

IDS = frozenset(rule_id(rule.__name__) for rule in ROLL)
