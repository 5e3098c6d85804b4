"""A control plane's machine is gone and an empty one takes its place: the page's blocks, as printed, bring it back."""

from __future__ import annotations

import re

from tests.real.conftest import Count
from tests.real.kubeadm.conftest import CLUSTER, Protected

CUT = {"wait-for-members"}
"""Waits ten minutes for a machine that this test knows to be gone."""


def test_an_empty_machine_takes_the_place_of_a_lost_one(protected: Protected, count: Count) -> None:
    cluster = protected.cluster
    first, lost, _ = cluster.control_planes
    lost.empty()
    page = protected.open("etcd-member-lost")
    answers = {
        "identify-host": ["new"],
        "remove-member": [lost.name],
        "reset-host": [lost.name, lost.name],
        "remove-snapshot": [CLUSTER],
    }
    for slug in page.slugs:
        if slug in CUT:
            continue
        machine = lost if slug in ("reset-host", "join-host") else first
        if slug == "reset-host":
            cluster.prepare(lost)
        if slug == "join-host":
            answers[slug] = [join_line(page.outputs["print-join-command"].text)]
        page.run(slug, machine, *answers.get(slug, []), timeout=400)
    cluster.trust(lost)
    cluster.wait_ready()
    assert page.outputs["check-members"].last == "OK: 3 members are healthy"
    count("runbook steps pasted", len(page.outputs))


def join_line(text: str) -> str:
    """The line that a person copies from one shell to another."""
    (line,) = re.findall(r"(?m)^kubeadm join .*$", text)
    return str(line)
