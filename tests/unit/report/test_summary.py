"""The summary of `validate`: each cluster by itself, or numbers where there are many."""

import pytest

from compiler.report.summary import Summed, lines
from tests.rules import cases

STEP = "five etcd members on five physical hosts, so that one may fail while another is under maintenance"


def summed(fragment: str) -> Summed:
    checked = cases.judged(cases.files(cases.over_base(fragment)))
    assert checked.plan is not None, checked.findings
    assert checked.proofs is not None
    return Summed("case", checked.plan.cluster.tier, checked.proofs.standing, checked.claims)


def test_cluster_says_its_topology_and_its_claims() -> None:
    assert list(lines([summed("tier: production")])) == [
        "case, tier production",
        "  topology:  three hosts, minimum: keeps serving after any one host or rack, not after site madrid",
        f"  next step: {STEP}; or three hosts, hypervisor: every host a virtual machine (`hosts.<name>.hypervisor`)",
        "  shown:     control plane keeps serving after host; control plane comes back after host",
        "  not shown: control plane comes back after site, operator-error, credential-theft",
    ]


@pytest.mark.parametrize(
    ("second", "word"),
    [("{hypervisor: hv2}", "virtual machine"), ("{disk: {mirror: true}}", "host or virtual machine")],
)
def test_hosts_of_the_spec_that_are_virtual_machines_are_called_so(second: str, word: str) -> None:
    said = list(lines([summed(f"hosts: {{cp1: {{hypervisor: hv1}}, cp2: {second}, cp3: {{hypervisor: hv3}}}}")]))
    assert said[1].startswith(f"  topology:  three hosts, minimum: keeps serving after any one {word}")


def test_many_clusters_are_counted() -> None:
    several = [summed("tier: production")] * 9 + [summed("controlPlane: {hosts: [cp1]}")] * 2
    assert list(lines(several)) == [
        "topology: 2 two hosts, minimum; 9 three hosts, minimum",
        "claims: 18 shown, 0 waived, 37 not shown",
    ]


def test_managed_cluster_says_its_claims_alone() -> None:
    managed = (
        "distribution: {name: managed, version: 1.35.4}\nmonitoring: {jobs: null}\n"
        "controlPlane: null\netcd: null\nkeys: null\nbackups: {etcd: null}\n"
        "promise: {stayUp: []}"
    )
    said = list(lines([summed(managed)]))
    assert said[0] == "case, tier production"
    assert not any("topology" in line for line in said)


def test_component_that_has_too_few_instances_is_named() -> None:
    dns = "namespaces: {kube-system: {manage: false, workloads: {coredns: {labels: {k8s-app: kube-dns}, replicas: 1}}}}"
    assert "  too few:   cluster DNS 1 of 2" in lines([summed(dns)])


def test_loss_that_is_not_proven_is_not_counted_as_survived() -> None:
    (line,) = (x for x in lines([summed("hosts: {cp3: {rack: null}}")]) if "topology" in x)
    assert line.endswith("keeps serving after any one host, not after site madrid; rack is not proven")
