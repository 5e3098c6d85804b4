"""Faults of the shape: each trap with its place, its sentence and its way out."""

import pytest
from pydantic import ValidationError

from compiler.findings.finding import Finding
from compiler.model import synonyms
from compiler.model.cluster import ClusterSpec
from compiler.model.shape import SENTENCES, example_of, flow, known_keys
from compiler.report.field_page import field_pages
from compiler.values.keypath import KeyPath, parse
from tests.rules import cases
from tests.unit.model.test_json_schema import VALUES
from tests.unit.model.whole import nodes, whole, with_value

# (fragment with the place marked by «», code, part of the message, fix)
TRAPS = {
    "unknown key": ("etcd: {«quotta»: 4Gi}", "keys-are-known", "`spec.etcd` has no key `quotta`", "write `quota`"),
    "unknown key, nothing close": (
        "etcd: {«colour»: red}",
        "keys-are-known",
        "has no key `colour`",
        "it knows placement, hosts, memory, disk, quota, expectedData",
    ),
    "Kubernetes version with a v": (
        "distribution: {version: «v1.35.4»}",
        "values-fit-their-field",
        "Kubernetes 'v1.35.4' is not a supported release",
        "write `1.35.4`, without v",
    ),
    "Velero version with a v": (
        "backups: {velero: {version: «v1.18.3»}}",
        "values-fit-their-field",
        "kedge supports Velero",
        "write `1.18.3`, without v",
    ),
    "unsupported version with a v": (
        "distribution: {version: «v1.20.1»}",
        "values-fit-their-field",
        "Kubernetes 'v1.20.1' is not a supported release",
        "for example `version: 1.35.4`",
    ),
    "loss of an earlier version": (
        "promise: {recover: [«thief»]}",
        "values-fit-their-field",
        "expected 'host'",
        "write `credential-theft`",
    ),
    "loss in another word": (
        "promise: {recover: [«ransomware»]}",
        "values-fit-their-field",
        "expected 'host'",
        "write `credential-theft`",
    ),
    "synonym of a value that this field does not know": (
        "tier: «node»",
        "values-fit-their-field",
        "expected 'lab', 'edge' or 'production'",
        "for example `tier: production`",
    ),
    "key in Velero's word": (
        "backups: {etcd: {«ttl»: 14d}}",
        "keys-are-known",
        "`spec.backups.etcd` has no key `ttl`",
        "write `retention`",
    ),
    "key of an earlier version": (
        "backups: {«controlPlane»: {}}",
        "keys-are-known",
        "`spec.backups` has no key `controlPlane`",
        "write `etcd`",
    ),
    "image of an earlier version": (
        "backups: {«image»: x}",
        "keys-are-known",
        "`spec.backups` has no key `image`",
        "write `etcd.cronJob.image`",
    ),
    "capture of an earlier version": (
        "backups: {etcd: {«capture»: 5m}}",
        "keys-are-known",
        "`spec.backups.etcd` has no key `capture`",
        "write `captureTimeout`",
    ),
    "upload of an earlier version": (
        "backups: {applications: {shop: {«upload»: 5m}}}",
        "keys-are-known",
        "`spec.backups.applications.shop` has no key `upload`",
        "write `uploadTimeout`",
    ),
    "snake case": ("«storage_classes»: {}", "keys-are-known", "no key `storage_classes`", "write `storageClasses`"),
    "missing": (
        "hosts: {«new»: {rack: a1}}",
        "keys-are-complete",
        "`spec.hosts.new` needs `address`",
        "for example `address: 10.20.0.11`",
    ),
    "list for a mapping": ("etcd: «[1]»", "values-fit-their-field", "expected a mapping", None),
    "mapping for a list": ("controlPlane: {hosts: «{a: b}»}", "values-fit-their-field", "expected a list", None),
    "text for a list": ("controlPlane: {hosts: «cp1»}", "values-fit-their-field", "expected a list", None),
    "number for a text": ("people: {owner: «42»}", "values-fit-their-field", "expected text; put it in quotes", None),
    "text for a number": (
        'namespaces: {shop: {workloads: {web: {labels: {a: b}, replicas: «"3"»}}}}',
        "values-fit-their-field",
        "expected a whole number",
        "for example `replicas: 3`",
    ),
    "fraction for a number": (
        "namespaces: {shop: {workloads: {web: {labels: {a: b}, replicas: «1.5»}}}}",
        "values-fit-their-field",
        "",
        "for example `replicas: 3`",
    ),
    "text for a switch": (
        'namespaces: {shop: {manage: «"true"»}}',
        "values-fit-their-field",
        "expected true or false",
        "for example `manage: true`",
    ),
    "word nearly right": (
        "tier: «prodution»",
        "values-fit-their-field",
        "expected 'lab', 'edge'",
        "write `production`",
    ),
    "capital in a name": (
        "hosts: {«CP9»: {address: 10.0.0.9}}",
        "values-fit-their-field",
        "`spec.hosts`: the key `CP9` does not fit",
        None,
    ),
    "key that is no word of a map": (
        "namespaces: {shop: {quota: {«requests.cpus»: 1}}}",
        "values-fit-their-field",
        "the key `requests.cpus` does not fit",
        "write `requests.cpu`",
    ),
    "version as a number": (
        "distribution: {version: «1.30»}",
        "values-fit-their-field",
        "YAML reads 1.30 as a number and drops the trailing zero",
        "for example `version: 1.35.4`",
    ),
    "unknown version": (
        "distribution: {version: «1.20.3»}",
        "values-fit-their-field",
        "kedge supports Kubernetes 1.34, 1.35 and 1.36",
        "for example `version: 1.35.4`",
    ),
    "duration without a unit": (
        "promise: {controlPlane: {rpo: «60»}}",
        "values-fit-their-field",
        "a duration needs a unit",
        "for example `rpo: 1h`",
    ),
    "duration of nothing": (
        "promise: {controlPlane: {rpo: «0s»}}",
        "values-fit-their-field",
        "is zero",
        "for example `rpo: 1h`",
    ),
    "address that only the host itself reaches": (
        'hosts: {w1: {address: «"::1"»}}',
        "values-fit-their-field",
        "no address that other hosts reach",
        "for example `address: 10.20.0.11`",
    ),
    "negative quantity": ("etcd: {quota: «-4Gi»}", "values-fit-their-field", "is negative", "for example `quota: 4Gi`"),
    "item of a list": (
        "controlPlane: {hosts: [cp1, «CP2», cp3]}",
        "values-fit-their-field",
        "`spec.controlPlane.hosts[1]`",
        None,
    ),
    "one name in place of a list": (
        "hosts: {w1: {feed: «Feed_A»}}",
        "values-fit-their-field",
        "`spec.hosts.w1.feed`",
        "for example `feed: feed-a`",
    ),
    "neither number nor share": (
        "namespaces: {shop: {workloads: {web: {labels: {a: b}, disruptionBudget: {minAvailable: «half»}}}}}",
        "values-fit-their-field",
        "expected a whole number of pods up to 10000, or a percentage such as 50%",
        "for example `minAvailable: 2`",
    ),
    "share beyond everything": (
        "namespaces: {shop: {workloads: {web: {labels: {a: b}, disruptionBudget: {minAvailable: «101%»}}}}}",
        "values-fit-their-field",
        "a percentage such as 50%",
        None,
    ),
    "day that does not exist": (
        "waivers: [{rule: a, at: spec, reason: r, approver: a, expires: «2027-02-30»}]",
        "values-fit-their-field",
        "there is no day 2027-02-30",
        None,
    ),
    "empty list": ("controlPlane: {hosts: «[]»}", "values-fit-their-field", "at least 1 item is required", None),
    "too long a name": (
        "locations: {«" + "a" * 24 + "»: {}}",
        "values-fit-their-field",
        "does not fit",
        None,
    ),
}


def found_at(fragment: str) -> tuple[tuple[Finding, ...], int, int]:
    """Return the findings, and the column and length of what the fragment marks."""
    plain = fragment.replace("«", "").replace("»", "")
    column = fragment.index("«") + 3
    length = fragment.index("»") - fragment.index("«") - 1
    return cases.check(cases.over_base(plain)), column, length


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_reported_at_its_place_with_a_way_out(trap: str) -> None:
    fragment, code, message, fix = TRAPS[trap]
    findings, column, length = found_at(fragment)
    found = next(f for f in findings if message in f.message)
    assert found.rule == code
    assert (found.span.line, found.span.column) == (6, column)
    assert found.span.end_column - found.span.column == length
    assert fix is None or found.fix == fix


def test_every_fault_is_reported_at_once_in_the_order_of_the_file() -> None:
    found = cases.check(
        cases.over_base("tier: moon\netcd: {quotta: 4Gi}\npeople: {owner: 42}\nhosts: {w1: {cpu: many}}")
    )
    assert [f.span.line for f in found] == [6, 7, 8, 9]


def test_fault_in_a_base_is_reported_in_the_base() -> None:
    base = (cases.HERE / "base.yaml").read_text().replace("owner: Platform team", "owner: 42")
    (found,) = cases.check(cases.over_base("tier: lab"), base)
    assert found.span.file == cases.BASE
    assert base.splitlines()[found.span.line - 1] == "  people: {owner: 42}"


def test_file_without_a_spec_says_so() -> None:
    text = "apiVersion: kedge/v1alpha1\nkind: ClusterDR\nmetadata: {name: case}\n"
    (found,) = cases.check(text)
    assert found.message == "`spec` needs `tier`, `distribution`, `identity`, `people`"
    assert found.span.line == 1


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text\n", "", "42\n", "spec: []\n"])
def test_file_that_is_no_mapping_is_a_fault_and_not_a_bug(text: str) -> None:
    assert cases.check(text)


def test_word_for_a_number_of_cores_is_a_sentence_and_no_pattern() -> None:
    (found,) = cases.check(cases.over_base("hosts: {w1: {cpu: many}}"))
    assert "^" not in found.message
    assert "quantity" in found.message


def test_message_never_speaks_of_the_library() -> None:
    for fragment, _, _, _ in TRAPS.values():
        for found in found_at(fragment)[0]:
            assert not {"Input", "pydantic", "input", "tuple", "dictionary"} & set(found.message.split())


@pytest.mark.parametrize("path", sorted({str(p[-1]) for p in nodes(whole()) if isinstance(p[-1], str)}))
def test_no_field_is_named_in_snake_case(path: str) -> None:
    assert "_" not in path


def test_example_of_every_field_is_written_as_people_write_it() -> None:
    assert example_of(parse("spec.identity.endpoint")) == '"https://api.payments-eu.example.net:6443"'
    assert example_of(parse("spec.backups.etcd.schedule")) == '"*/30 * * * *"'
    assert example_of(parse("spec.hosts.cp1.memory")) == "32Gi"
    assert example_of(parse("spec.hosts.cp1")) == ""


def test_keys_of_a_map_by_name_are_not_known() -> None:
    assert known_keys(parse("spec.hosts")) == []
    assert "address" in known_keys(parse("spec.hosts.cp1"))


def test_flow_writes_sections_on_one_line() -> None:
    assert flow({"a": [1, True, "x"], "b": "1: 2"}) == '{a: [1, true, x], b: "1: 2"}'


def error_types(path: KeyPath, value: object) -> set[str]:
    """Return pydantic's error types for the whole spec with one value replaced."""
    try:
        ClusterSpec.model_validate(with_value(path, value))
    except ValidationError as error:
        return {e["type"] for e in error.errors(include_url=False)}
    return set()


def test_every_error_that_the_types_can_raise_has_a_sentence_and_no_sentence_is_left_over() -> None:
    raised = {kind for path in nodes(whole()) for value in VALUES for kind in error_types(path, value)}
    assert raised - {"missing", "extra_forbidden"} == set(SENTENCES)


def test_synonyms_lead_to_keys_and_values_that_exist() -> None:
    fields = {page.path.rpartition(".")[2] for page in field_pages().values()}
    values = {value for page in field_pages().values() for value in page.values}
    assert {meant.rpartition(".")[2] for meant in synonyms.KEYS.values()} <= fields
    assert set(synonyms.VALUES.values()) <= values
