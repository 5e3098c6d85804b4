"""The fixture `job`, as a pytest plugin: a test file names this module in `pytest_plugins`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.real.harness.etcd import Certificates, Etcd
from tests.real.harness.netns import Namespace
from tests.real.snapshot_bed import JobBed, fill, new_identity
from tests.real.snapshot_store import Store


@pytest.fixture(scope="module")
def job() -> Iterator[JobBed]:
    """The whole bed, once for each file of tests."""
    with Namespace() as namespace:
        etcd = Etcd(namespace, Certificates.create(namespace.folder / "pki"))
        etcd.start()
        store = Store(namespace, 9000).start()
        store.credential(namespace.folder / "writer")
        (namespace.folder / "pods").mkdir()
        identities = [namespace.folder / f"safe-{name}" for name in "ab"]
        recipients = [new_identity(identity) for identity in identities]
        etcd.wait()
        fill(etcd)
        yield JobBed(namespace, etcd, store, identities, recipients, itertools.count(1))
