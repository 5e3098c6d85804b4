"""An alert fires before a certificate of the control plane expires.

Why it matters: kubeadm issues certificates for a year and renews them only during an upgrade. On the day they expire every API server
and every etcd member refuses its clients, all on the same day, and controllers and kubelets with them.

How to fix: let a blackbox exporter probe the TLS port of every API server, and the client and the peer port of every etcd member, with
a module of the prober `tcp` with `tls: true` and `tls_config: {insecure_skip_verify: true}` (an expired certificate has to be
measured, not refused), and state the job. A probe needs no key and no client certificate. Of what is probed the metric
`probe_ssl_earliest_cert_expiry` tells the first expiry; alerts fire 30, 14, 7 and 1 days before, and when fewer ports are probed
than the control plane has.

What no probe sees: client certificates (`admin.conf`, `apiserver-etcd-client` and the like), which kubeadm issues and renews together
with those that are served. `apiserver_client_certificate_expiration_seconds` of the API server counts what clients present, people's
short-lived certificates too, and nothing that the API server serves. Kubelets renew theirs by themselves.

Bad, at spec.monitoring:

    monitoring: {jobs: {certificates: null}}

Good:

    monitoring: {jobs: {certificates: control-plane-certificates}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.model.layout import layout
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the control plane is the owner's and nothing probes its certificates."""
    if not layout(spec).is_provided and spec.monitoring.jobs.certificates is None:
        yield Violation(
            path=("spec", "monitoring"),
            message="no alert fires before the certificates of the control plane expire",
            impact="API servers and etcd stop together, a year after they were installed or upgraded",
            fix=(
                "probe the port of each API server and both ports of each etcd member by a blackbox exporter (prober `tcp`, `tls:"
                " true`, `insecure_skip_verify: true`), and state the job as `monitoring.jobs.certificates`"
            ),
            on_key=True,
        )
