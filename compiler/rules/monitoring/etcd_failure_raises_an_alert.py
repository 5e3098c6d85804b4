"""An alert fires when etcd loses a member, its quorum or its space.

Why it matters: a lost member changes nothing that users see, so without an alert the next loss is the first that anybody notices, and
it is the loss of quorum. A full database refuses every write at once. Both are repaired in minutes while etcd still serves.

How to fix: have Prometheus scrape `/metrics` of every member, and state the job.

* kubeadm with stacked etcd: members serve metrics on 127.0.0.1:2381 alone, where no Prometheus reaches them. Set
  `--listen-metrics-urls=http://0.0.0.0:2381` in `etcd.yaml` of each control plane, one host after the other, and for later joins as
  `etcd.local.extraArgs` in the ConfigMap `kubeadm-config`. It is plain HTTP without a login: let only Prometheus reach the port. The
  address 127.0.0.1 must stay among those it serves, as with 0.0.0.0: the kubelet and the pages ask there.
* etcd on hosts of its own: scrape `https://<host>:2379/metrics` with a client certificate of etcd's CA.

The alert `KedgeEtcdNotWatched` fires where the job that is stated has no such metrics.

Bad, at spec.monitoring:

    monitoring: {jobs: {etcd: null}}

Good:

    monitoring: {jobs: {etcd: kube-etcd}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.layout import layout
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")
FLAG = "with `--listen-metrics-urls=http://0.0.0.0:2381` on each member"
CLIENT = "at https://<host>:2379/metrics with a client certificate"


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the spec has members of etcd and no job that scrapes them."""
    distribution = layout(spec)
    if distribution.etcd is None or spec.monitoring.jobs.etcd is not None:
        return
    reached = FLAG if distribution.etcd_in_static_pods else CLIENT
    yield Violation(
        path=("spec", "monitoring"),
        message="no alert fires when etcd loses a member, its quorum or its space",
        impact="a lost member or a full database is noticed when the cluster stops",
        fix=f"scrape every member, {reached}, and state the job as `monitoring.jobs.etcd`",
        on_key=True,
    )
