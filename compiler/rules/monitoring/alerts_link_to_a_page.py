"""Alerts link to a page that can be opened.

Why it matters: without a URL the `runbook_url` of an alert is a path in a repository. Whoever is paged at night gets an alert that
does not say which command comes first, and has to find the repository before the page.

How to fix: state the URL under which this repository's files are read, outside the cluster that the alerts are about.

Bad, at spec.monitoring.runbooks:

    monitoring: {runbooks: null}

Good:

    monitoring: {runbooks: "https://git.example.net/platform/dr/src/main"}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where there are backups to alert about and no URL of the runbooks."""
    if proofs.streams and spec.monitoring.runbooks is None:
        yield Violation(
            path=("spec", "monitoring", "runbooks"),
            message="the alerts link to a path, not to a page that can be opened",
            impact="whoever is paged has to find the repository before the runbook",
            fix="state `monitoring.runbooks`, such as https://git.example.net/platform/dr/src/main",
        )
