"""Which procedure answers which situation. A test holds the table to the procedures that there are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

ProcedureName = Literal["etcd-member-lost", "etcd-quorum-lost", "namespace-deleted"]
"""Procedures that bring a service back, so that an RTO counts for them."""

Situation = Literal["quorum-lost", "namespace-deleted"]
"""`quorum-lost`: too few members are left, and a control-plane host with its keys is. What no row answers: no host is left that has the
CA's keys; objects outside namespaces were deleted; every credential of the cluster was stolen; volumes were lost with their hosts."""


class Answer(Struct, frozen=True, kw_only=True):
    """One procedure, by the name of its page, and the step that does what it is for: until that ran in a test, nothing was shown."""

    procedure: str
    decisive_step: str
    on_host: bool


ANSWERS: Mapping[Situation, Answer] = MappingProxyType(
    {
        "quorum-lost": Answer(procedure="etcd-quorum-lost", decisive_step="restore-etcd", on_host=True),
        "namespace-deleted": Answer(procedure="namespace-deleted", decisive_step="restore-namespace", on_host=False),
    }
)
"""A situation that is not here has no procedure."""
