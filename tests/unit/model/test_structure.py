"""All structural faults in one run: references are checked beside faults of the shape, and nothing is said about a guess."""

import copy
import json
import operator
from collections.abc import Callable, Iterator

import pytest

from compiler.findings.finding import Finding
from compiler.model.partial import UNKNOWN, UnknownValue, readable, sound
from tests.rules import cases
from tests.unit.model.test_never_a_bug import sound as sound_spec
from tests.unit.model.whole import at, nodes, whole


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def test_faults_of_shape_and_of_references_are_reported_in_one_run() -> None:
    findings = cases.check(cases.over_base("tier: moon\ncontrolPlane: {hosts: [cp1, cp2, cp9]}"))
    assert codes(findings) == ["values-fit-their-field", "references-resolve"]


@pytest.mark.parametrize(
    "fragment",
    [
        'hosts: {cp1: {address: "bad"}, cp9: {address: 10.20.0.12}, cp2: null}\ncontrolPlane: {hosts: [cp1, cp9, cp3]}',
        "locations: {nearby: {buckett: x}, offsite: null}\nbackups: {etcd: {to: [nearby]}}",
        "storageClasses: [ceph-rbd]",
        "distributon: {name: managed}\ndistribution: null",
    ],
)
def test_what_depends_on_an_unknown_value_is_not_reported(fragment: str) -> None:
    assert {"references-resolve", "sections-agree"}.isdisjoint(codes(cases.check(cases.over_base(fragment))))


@pytest.mark.parametrize(
    "look",
    [
        str,
        repr,
        bool,
        hash,
        iter,
        len,
        list,
        "{}".format,
        operator.neg,
        lambda v: v.field,
        lambda v: v == 1,
        lambda v: {v},
    ],
)
def test_no_look_at_an_unknown_value_has_an_answer(look: Callable[[object], object]) -> None:
    with pytest.raises(UnknownValue):
        look(UNKNOWN)


def test_a_check_ends_where_it_looks_at_an_unknown_value() -> None:
    def check() -> Iterator[str]:
        yield "before"
        yield str(UNKNOWN)

    assert list(sound(check())) == ["before"]


def test_a_spec_without_faults_is_known_in_every_field() -> None:
    def walk(value: object) -> Iterator[object]:
        yield value
        for child in getattr(value, "__dict__", {}).values() if value is not UNKNOWN else ():
            yield from walk(child)

    assert not any(value is UNKNOWN for value in walk(readable(whole())))


def test_a_value_that_does_not_fit_leads_to_no_other_fault() -> None:
    """Each value of a sound spec in turn, and each key made unknown."""
    tree = sound_spec()
    assert cases.check(json.dumps(tree)) is not None
    for path in nodes(tree):
        for value in ("?", -1.5, [["?"]]):
            changed = copy.deepcopy(tree)
            at(changed, path[:-1])[path[-1]] = value
            reported = codes(cases.check(json.dumps(changed)))
            if "values-fit-their-field" in reported:
                assert {"references-resolve", "sections-agree"}.isdisjoint(reported), (path, value)
