"""The distributions' data: complete where a capability is claimed, and found by name and placement."""

from itertools import chain
from typing import Any

import pytest
from msgspec import Struct

from compiler.distributions import external_etcd, kubeadm, managed
from compiler.distributions.capabilities import ClientFiles, Distribution
from compiler.distributions.registry import DISTRIBUTIONS, FOR_TESTS, NAMES, distribution


def _texts(value: Any) -> "chain[str]":
    if isinstance(value, Struct):
        return chain.from_iterable(_texts(getattr(value, name)) for name in value.__struct_fields__)
    return chain([value] if isinstance(value, str) else [])


def test_a_distribution_is_found_by_its_name_and_the_placement_of_etcd() -> None:
    assert distribution("kubeadm", "stacked") is kubeadm.STACKED
    assert distribution("kubeadm", "external") is external_etcd.EXTERNAL
    assert distribution("managed", "stacked") is distribution("managed", "external") is managed.MANAGED


def test_an_unknown_distribution_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="known are kubeadm, managed"):
        distribution("nomad", "stacked")


def test_no_distribution_for_tests_is_also_a_known_one() -> None:
    assert set(NAMES).isdisjoint(FOR_TESTS)


@pytest.mark.parametrize("known", DISTRIBUTIONS, ids=lambda known: known.meaning)
def test_an_own_control_plane_has_etcd_its_files_and_a_way_to_join(known: Distribution) -> None:
    assert len({known.is_provided, known.etcd is None, known.files is None, known.join is None}) == 1


@pytest.mark.parametrize("known", DISTRIBUTIONS, ids=lambda known: known.meaning)
def test_every_path_is_absolute_and_plain(known: Distribution) -> None:
    for text in _texts(known.etcd):
        if text.startswith("/"):
            assert not text.endswith("/") and ".." not in text and " " not in text


def test_files_of_a_host_carry_its_name() -> None:
    files = ClientFiles("/ca.pem", "/admin-{host}.pem", "/admin-{host}-key.pem").on("etcd1")
    assert files == ClientFiles("/ca.pem", "/admin-etcd1.pem", "/admin-etcd1-key.pem")
