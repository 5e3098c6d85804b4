"""Each control-plane host runs one of each component.

Why it matters: several members and API servers on one host, as static pods, survive a fault of one process and nothing else. The pages
and jobs of kedge know one member on each host: followed on such a host, a restore would rewrite one member and leave the others with the
old data. So kedge judges such a cluster and compiles nothing for it; that cannot be waived.

How to fix: run one of each component on a host: three hosts, or three virtual machines on a hypervisor, which survive the same and a
fault of the kernel too.

Bad, at spec.controlPlane.instances:

    tier: lab
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1], instances: 3}

Good:

    tier: lab
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where a host runs more than one."""
    instances = spec.control_plane.instances if spec.control_plane else 1
    if instances > 1:
        yield Violation(
            path=("spec", "controlPlane", "instances"),
            message=f"each control-plane host runs {instances} of each component, and kedge's pages and jobs know one",
            impact="a restore by the page would rewrite one member and leave the others of the host with the old data",
            fix="set `instances` to 1, and use virtual machines where one host has to carry several",
            waivable=False,
        )
