"""Specs for the proofs: a sound one, with what a test wants laid over it."""

from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.shape import shape
from compiler.model.topology import Host
from compiler.source.cache import BaseCache
from compiler.source.layers import Layered, load
from tests.rules import cases


def layered(fragment: str) -> Layered:
    found = load(cases.SPEC, cases.files(cases.over_base(fragment)).read, BaseCache())
    assert isinstance(found, Layered), found
    return found


def spec(fragment: str = "tier: production") -> Spec:
    """Return the spec of the rules' base with a piece of YAML laid over it."""
    found = shape(layered(fragment), ClusterSpec)
    assert not isinstance(found, tuple), found
    return found.spec


def host(number: int = 1, **domains: object) -> Host:
    """Return a host in some domains."""
    stated = {name: value for name, value in domains.items() if value is not None}
    return Host.model_validate({"address": f"10.0.{number // 250}.{number % 250 + 1}", **stated})
