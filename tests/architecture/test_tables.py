"""A list exists once: where a table says something of each member of a Literal, it says it of every member."""

from collections.abc import Iterable, Mapping
from typing import get_args

import pytest

from compiler.distributions.capabilities import RunnerKind
from compiler.distributions.runners import RUNNERS
from compiler.manifests import control_plane_rule
from compiler.manifests.volume_policy import ACTIONS
from compiler.model.backups import Method
from compiler.model.namespaces import QUOTA_KEYS, QuotaKey
from compiler.model.promise import Loss, Tier
from compiler.model.topology import DomainKind
from compiler.plan.control_plane_alerts import LINKS, ControlPlaneAlertName
from compiler.plan.recovery import Metric
from compiler.proofs.components import NEEDED, ComponentName
from compiler.proofs.copies import Fact
from compiler.proofs.standing import ADDS, HOLDS, Machines, Need, Row
from compiler.report.recovery_labels import CAUSES, LABELS
from compiler.report.standing import COMPONENTS, HOSTS, NAMES, NEEDS, WORTH
from compiler.rules.copies.promised_loss_has_a_copy import TEXTS
from compiler.rules.etcd.etcd_member_count_fits_tier import MIN_MEMBERS
from tests.architecture.criteria import repeated_lists

TABLES: tuple[tuple[object, Iterable[str]], ...] = (
    (Method, ACTIONS),
    (QuotaKey, QUOTA_KEYS),
    (Tier, MIN_MEMBERS),
    (Metric, LABELS),
    (Fact, TEXTS),
    (RunnerKind, RUNNERS),
    (Row, ADDS),
    (Row, NAMES),
    (Row, WORTH),
    (Machines, HOSTS),
    (Need, HOLDS),
    (Need, NEEDS),
    (ComponentName, NEEDED),
    (ComponentName, COMPONENTS),
    (ControlPlaneAlertName, LINKS),
    (ControlPlaneAlertName, control_plane_rule.EXPRESSIONS),
    (ControlPlaneAlertName, control_plane_rule.TEXTS),
)


@pytest.mark.parametrize(("members", "table"), TABLES)
def test_a_table_covers_its_list(members: object, table: Mapping[str, object]) -> None:
    assert set(table) == set(get_args(members))


def test_each_loss_that_is_no_domain_has_its_words() -> None:
    assert set(CAUSES) == set(get_args(Loss)) - set(get_args(DomainKind))


def test_no_list_is_kept_twice_without_a_comparison() -> None:
    compared = {frozenset(get_args(members)) for members, _ in TABLES}
    assert [texts for texts in repeated_lists() if texts not in compared] == []
