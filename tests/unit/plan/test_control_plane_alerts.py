"""Which alerts about etcd and certificates a cluster has, and what each opens."""

import pytest

from compiler.model.cluster import Spec
from compiler.plan.control_plane_alerts import INDEX, LINKS, ControlPlaneAlert, control_plane_alerts
from tests.unit.proofs.specs import spec

OF_SPARE_MEMBERS = {"KedgeEtcdMemberDown", "KedgeEtcdQuorumMargin"}
EXTERNAL = """
hosts:
  etcd1: {address: 10.20.0.31, site: madrid}
  etcd2: {address: 10.20.0.32, site: madrid}
  etcd3: {address: 10.20.0.33, site: madrid}
etcd: {placement: external, hosts: [etcd1, etcd2, etcd3]}
backups: {etcd: {cronJob: null, hostTimer: {}}}
"""


def _alerts(of: Spec) -> tuple[ControlPlaneAlert, ...]:
    return control_plane_alerts("case", of, "etcd") + control_plane_alerts("case", of, "certificates")


def _names(of: Spec) -> set[str]:
    return {alert.alert for alert in _alerts(of)}


def test_every_alert_is_decided_for_three_members() -> None:
    assert _names(spec()) == set(LINKS)


@pytest.mark.parametrize("hosts", ["[cp1]", "[cp1, cp2]"])
def test_where_no_member_can_be_spared_the_loss_of_one_is_the_loss_of_quorum(hosts: str) -> None:
    assert set(LINKS) - _names(spec(f"controlPlane: {{hosts: {hosts}}}")) == OF_SPARE_MEMBERS


@pytest.mark.parametrize(("job", "prefix"), [("etcd", "KedgeEtcd"), ("certificates", "KedgeCertificate")])
def test_an_alert_without_the_job_of_its_metrics_is_not_emitted(job: str, prefix: str) -> None:
    assert _names(spec(f"monitoring: {{jobs: {{{job}: null}}}}")) == {n for n in LINKS if not n.startswith(prefix)}


def test_the_ports_with_a_certificate_are_counted_wherever_etcd_runs() -> None:
    (stacked,) = (a.threshold for a in _alerts(spec()) if a.alert == "KedgeCertificatesNotWatched")
    (external,) = (a.threshold for a in _alerts(spec(EXTERNAL)) if a.alert == "KedgeCertificatesNotWatched")
    assert (stacked, external) == (3 + 2 * 3, 3 + 2 * 3)


def test_the_days_of_an_expiry_leave_no_gap_and_do_not_overlap() -> None:
    expiry = [alert for alert in _alerts(spec()) if alert.alert == "KedgeCertificateExpires"]
    assert [alert.threshold // 86_400 for alert in expiry] == [30, 14, 7, 1]
    assert [alert.above for alert in expiry] == [alert.threshold for alert in expiry[1:]] + [0]


def test_etcd_on_hosts_of_its_own_has_no_page_so_its_alerts_open_the_index() -> None:
    assert {alert.page for alert in _alerts(spec(EXTERNAL))} == {INDEX.page}
