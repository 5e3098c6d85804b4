"""Kubernetes and Velero are minor releases that kedge's tests run its pages on.

Why it matters: objects are admitted by a real API server and real CRDs of every supported minor, but on the others nobody has recovered a
cluster by these pages: a command or a default that changed between minors would first be seen during the recovery.

How to fix: run a minor that the tests run, or try the pages on a test cluster of your minor before you need them.

Bad, at spec.distribution.version:

    distribution: {name: kubeadm, version: 1.34.8}

Good:

    distribution: {name: kubeadm, version: 1.35.4}
"""

from collections.abc import Iterator

from compiler.facts import tables
from compiler.facts.fact import Fact, Support, at, example, parse
from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.values.keypath import KeyPath

SEVERITY = severity(lab="note", edge="note", production="note")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each version that no page was run on."""
    running = spec.distribution.version
    for version in dict.fromkeys((running.low, running.high)):
        yield from _untested(("spec", "distribution", "version"), "Kubernetes", tables.KUBERNETES, version)
    if spec.backups.applications:
        version = spec.backups.velero.version
        yield from _untested(("spec", "backups", "velero", "version"), "Velero", tables.VELERO, version)


def _untested(path: KeyPath, product: str, facts: tuple[Fact[Support], ...], version: str) -> Iterator[Violation]:
    fact = at(facts, parse(version))
    if fact is not None and fact.value.executed is None:
        tested = example(facts).rpartition(".")[0]
        yield Violation(
            path=path,
            message=f"kedge's tests run its pages on {product} {tested}, and on {fact.value.minor} they only have its objects admitted",
            impact=f"nobody has executed these pages on {product} {fact.value.minor}",
            fix=f"use {product} {tested}, or try the pages on a test cluster of {fact.value.minor} and accept the note",
        )
