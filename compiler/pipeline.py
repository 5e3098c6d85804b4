"""The whole story of one cluster: read, layer, check, plan, build, render. Everything before it gets text, everything after it bytes."""

import datetime
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from compiler import manifests, rules
from compiler.findings import consents, faults, waivers
from compiler.findings.finding import Finding, Severity, Violation
from compiler.findings.rule import SeverityByTier, rule_id, severity_of
from compiler.model.cluster import ClusterSpec
from compiler.model.inconsistency import MEANINGS
from compiler.model.metadata import Metadata
from compiler.model.removal import RemovedCluster
from compiler.model.structure import structure
from compiler.plan.plan import Plan, plan
from compiler.proofs.claims import Claim, claims
from compiler.proofs.identity import marks
from compiler.proofs.proofs import Proofs, prove
from compiler.render import alert_tests, build_record, control_plane_alert_tests, host_files, pages, rescue_kit, tree
from compiler.render.gate import Gate
from compiler.render.tree import File
from compiler.rules import split_ids
from compiler.runbooks.clock import recovery_times
from compiler.source.cache import BaseCache
from compiler.source.document import Document
from compiler.source.fault import Fault, Unreadable
from compiler.source.layers import Layered, load
from compiler.source.reader import read
from compiler.values.keypath import parse
from compiler.workspace.files import Files, spec_path


class RunContext(Struct, frozen=True):
    """What one run works with: files, bases read so far, and the day on which waivers expire."""

    files: Files
    bases: BaseCache
    today: datetime.date


class Checked(Struct, frozen=True, kw_only=True):
    """A cluster after every check. An unsound file has neither `spec`, `plan`, `claims` nor `proofs`, a removed one only `spec`."""

    name: str
    findings: tuple[Finding, ...] = ()
    spec: ClusterSpec | RemovedCluster | None = None
    plan: Plan | None = None
    documents: tuple[Document, ...] = ()
    claims: tuple[Claim, ...] = ()
    proofs: Proofs | None = None

    @property
    def sound(self) -> bool:
        """Whether it is known what the output is."""
        return self.spec is not None

    def count(self, level: Severity) -> int:
        """Return how many findings are of a severity."""
        return sum(f.severity == level for f in self.findings)


def check(context: RunContext, cluster: str) -> Checked:
    """Read a cluster and prove what can be proved about it. What is wrong is returned as findings, never raised."""
    layered = load(spec_path(cluster), context.files.read, context.bases)
    if isinstance(layered, Unreadable):
        return Checked(name=cluster, findings=_findings(layered.faults))
    spec = structure(layered, cluster)
    if isinstance(spec, tuple):
        return Checked(name=cluster, findings=_findings(spec), documents=layered.documents)
    if taken := _taken(context.files, layered, spec.metadata):
        return Checked(name=cluster, findings=_findings((taken,)), documents=layered.documents)
    if isinstance(spec, RemovedCluster):
        return Checked(name=cluster, spec=spec, documents=layered.documents)
    proven = prove(spec.spec)
    decided = plan(spec, proven)
    proofs = replace(proven, recovery_times=tuple(recovery_times(decided)))
    findings = [
        _finding(layered, spec.spec.tier, rule_id(rule.__name__), rule.SEVERITY, violation)
        for rule in rules.RULES
        for violation in rule.check(spec.spec, proofs)
    ]
    judged = tuple(sorted(_waived(layered, spec, tuple(findings), context.today), key=Finding.sort_key))
    return Checked(
        name=cluster,
        findings=judged,
        spec=spec,
        plan=decided,
        documents=layered.documents,
        claims=claims(spec.spec, proofs, judged),
        proofs=proofs,
    )


def build(checked: Checked) -> dict[str, bytes]:
    """Return the output of a sound cluster: path below `generated/` to bytes, `BUILD.json` among them; none of a removed one."""
    decided = checked.plan
    if isinstance(checked.spec, RemovedCluster):
        return {}
    if decided is None or checked.spec is None:
        raise ValueError(f"{checked.name} is not sound, so nothing can be built from it")
    objects = manifests.emit(decided)
    files = [
        *tree.manifests(checked.name, objects, Gate(decided.cluster.kubernetes.versions.minors)),
        *alert_tests.files(decided),
        *control_plane_alert_tests.files(decided),
        *host_files.files(decided),
        *rescue_kit.files(decided),
        *(File(f"runbooks/{page.name}", page.content, page.sources) for page in pages.pages(decided, objects)),
    ]
    inputs = {document.file: document.text.encode() for document in checked.documents}
    output = {file.path: file.content for file in sorted(files, key=lambda file: file.path)}
    record = build_record.build_record(checked.spec.metadata, inputs, marks(checked.spec), files, objects)
    return output | {build_record.NAME: record}


def _taken(files: Files, layered: Layered, metadata: Metadata) -> Fault | None:
    """Return the fault of a first name that another cluster has: both would write to the same places in the buckets."""
    first = metadata.renamed_from
    if first is None or not files.exists(spec_path(first)):
        return None
    other = read(spec_path(first), files.read(spec_path(first)))
    if not isinstance(other, Unreadable) and isinstance(other.tree, dict) and "removed" in other.tree:
        return None
    return Fault(
        layered.span(("metadata", "renamedFrom")),
        f"cluster {first} is still there, and both would write to the same places in the buckets",
        MEANINGS["sections-agree"],
        f"remove clusters/{first} where it was renamed, else remove `renamedFrom`",
        "sections-agree",
    )


def _findings(all_faults: tuple[Fault, ...]) -> tuple[Finding, ...]:
    return tuple(faults.finding(fault) for fault in all_faults)


def _finding(layered: Layered, tier: str, rule: str, by_tier: SeverityByTier, violation: Violation) -> Finding:
    return Finding(
        rule=rule,
        severity=severity_of(by_tier, tier, violation),
        path=violation.path,
        span=layered.span(violation.path, key=violation.on_key),
        message=violation.message,
        impact=violation.impact,
        fix=violation.fix,
        label=violation.label,
        waivable=violation.waivable,
    )


def _waived(
    layered: Layered, cluster: ClusterSpec, findings: tuple[Finding, ...], today: datetime.date
) -> Iterator[Finding]:
    stated = tuple(
        waivers.Waiver(w.rule, parse(w.at), w.approver, datetime.date.fromisoformat(w.expires))
        for w in cluster.spec.waivers
    )
    yield from waivers.apply(findings, stated, today)
    for violation in waivers.violations(stated, findings, waivers.Catalog(rules.IDS, split_ids.SPLIT), today):
        yield _finding(layered, cluster.spec.tier, waivers.RULE, waivers.SEVERITY, violation)
    for violation in consents.violations((c.expires for c in cluster.spec.consents), today):
        yield _finding(layered, cluster.spec.tier, consents.RULE, consents.SEVERITY, violation)
