"""Bases below a cluster: order, provenance, and what `extends` may not do."""

import pytest

from compiler.source import limits
from compiler.source.cache import BaseCache
from compiler.source.document import Document
from compiler.source.fault import Fault, Unreadable
from compiler.source.layers import Layered, load
from compiler.workspace.failure import EnvironmentFailure, ForbiddenPath, MissingFile, TooLarge

FILE = "clusters/x/cluster.yaml"
HEAD = "apiVersion: kedge/v1alpha1\nkind: {kind}\n"


def base(body: str = "", extends: str = "[]") -> str:
    return HEAD.format(kind="ClusterDRBase") + f"extends: {extends}\nspec:\n  z: 0\n{body}"


def cluster(extends: str, body: str = "  own: 1\n") -> str:
    return HEAD.format(kind="ClusterDR") + f"metadata: {{name: x}}\nextends: {extends}\nspec:\n{body}"


def loaded(files: dict[str, str], cache: BaseCache | None = None) -> Layered | Unreadable:
    def read_bytes(path: str) -> bytes:
        if path.startswith("bases/link/"):
            raise ForbiddenPath(f"read {path}", "a symbolic link is in the way", "kedge reads plain files only")
        if path not in files:
            raise MissingFile(f"read {path}", "there is no such file", "check the spelling")
        return files[path].encode()

    return load(FILE, read_bytes, cache or BaseCache())


def sound(files: dict[str, str]) -> Layered:
    result = loaded(files)
    assert isinstance(result, Layered), result
    return result


def only(files: dict[str, str]) -> Fault:
    result = loaded(files)
    assert isinstance(result, Unreadable)
    (fault,) = result.faults
    return fault


def test_later_bases_win_over_earlier_ones_and_the_cluster_over_all() -> None:
    layered = sound(
        {
            FILE: cluster("[../../bases/a.yaml, ../../bases/b.yaml]", "  m: {own: 3}\n"),
            "bases/a.yaml": base("  m: {a: 1, b: 1, own: 1}\n  l: [1, 2]\n"),
            "bases/b.yaml": base("  m: {b: 2}\n  l: [9]\n"),
        }
    )
    assert layered.tree == {
        "apiVersion": "kedge/v1alpha1",
        "kind": "ClusterDR",
        "metadata": {"name": "x"},
        "extends": ["../../bases/a.yaml", "../../bases/b.yaml"],
        "spec": {"z": 0, "m": {"a": 1, "b": 2, "own": 3}, "l": [9]},
    }


def test_a_base_overrides_the_bases_that_it_extends_itself_and_counts_once() -> None:
    layered = sound(
        {
            FILE: cluster("[../../bases/a.yaml, ../../bases/b.yaml]"),
            "bases/a.yaml": base("  v: a\n", "[org.yaml]"),
            "bases/b.yaml": base("  w: b\n", "[org.yaml]"),
            "bases/org.yaml": base("  v: org\n  w: org\n"),
        }
    )
    assert [document.file for document in layered.documents] == ["bases/org.yaml", "bases/a.yaml", "bases/b.yaml", FILE]
    assert isinstance(layered.tree, dict) and layered.tree["spec"] == {"z": 0, "v": "a", "w": "b", "own": 1}


@pytest.fixture
def layered() -> Layered:
    return sound(
        {
            FILE: cluster("[../../bases/a.yaml, ../../bases/b.yaml]", "  m: {own: 1}\n  gone: null\n  list: [1]\n"),
            "bases/a.yaml": base("  m: {a: 1.30}\n  gone: {x: 1}\n  list: [1, 2, 3]\n  cut: {x: 1, w: 2}\n"),
            "bases/b.yaml": base("  cut: 7\n"),
        }
    )


@pytest.mark.parametrize(
    ("path", "file", "line"),
    [
        (("spec", "m", "own"), FILE, 6),
        (("spec", "m", "a"), "bases/a.yaml", 6),
        (("spec", "z"), "bases/b.yaml", 5),
        (("spec", "list", 0), FILE, 8),
        (("metadata", "name"), FILE, 3),
        (("spec", "m", "missing"), FILE, 6),
        (("spec", "missing", "deeper"), FILE, 5),
        (("spec", "list", 2), FILE, 8),
        (("spec", "gone"), FILE, 7),
        (("spec", "gone", "x"), FILE, 7),
        (("spec", "cut", "x"), "bases/b.yaml", 6),
        (("missing",), FILE, 1),
        ((), FILE, 1),
    ],
)
def test_each_value_or_its_nearest_parent_has_a_place(
    layered: Layered, path: tuple[str | int, ...], file: str, line: int
) -> None:
    span = layered.span(path)
    assert (span.file, span.line) == (file, line)


def test_the_source_text_of_a_value_comes_from_its_own_layer(layered: Layered) -> None:
    assert layered.raw(("spec", "m", "a")) == "1.30"


def test_the_key_of_a_value_has_its_own_place(layered: Layered) -> None:
    assert layered.span(("spec", "m", "own"), key=True).column == 7


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("/etc/passwd", "is not a relative POSIX path"),
        ("..\\bases\\a.yaml", "is not a relative POSIX path"),
        ("https://example.net/a.yaml", "is not a relative POSIX path"),
        ("../../../a.yaml", "leads out of the repository"),
        ("../../bases/../../a.yaml", "leads out of the repository"),
        ("../..", "leads out of the repository"),
        ("''", "is not a path"),
        ("7", "is not a path"),
        ("[a]", "is not a path"),
        ("../../bases/link/a.yaml", "a symbolic link is in the way"),
        ("none.yaml", "there is no such file"),
        ("../../.env", "is not a YAML file below"),
        ("../../.git/config", "is not a YAML file below"),
        ("../../bases/.hidden/a.yaml", "is not a YAML file below"),
        ("../../bases/.a.yaml", "is not a YAML file below"),
        ("../../secrets/a.yaml", "is not a YAML file below"),
        ("../../bases/a.txt", "is not a YAML file below"),
        ("../../bases", "is not a YAML file below"),
        (f"../../bases/{'a' * 256}.yaml", "is not a YAML file below"),
    ],
)
def test_an_entry_that_names_no_base_is_refused_at_its_place(entry: str, words: str) -> None:
    fault = only({FILE: cluster(f"[{entry}]")})
    assert words in fault.message
    assert (fault.code, fault.span.file, fault.span.line, fault.span.column) == ("extends-names-bases", FILE, 4, 11)


def test_extends_is_a_list() -> None:
    assert "not a list" in only({FILE: cluster("../../bases/a.yaml")}).message


def test_a_circle_is_printed() -> None:
    fault = only(
        {
            FILE: cluster("[../../bases/a.yaml]"),
            "bases/a.yaml": base(extends="[b.yaml]"),
            "bases/b.yaml": base(extends="[a.yaml]"),
        }
    )
    assert "circle: bases/a.yaml -> bases/b.yaml -> bases/a.yaml." in fault.message
    assert fault.span.file == "bases/b.yaml"


def test_a_chain_ends_at_its_limit() -> None:
    files = {FILE: cluster("[b0.yaml]")}
    files |= {f"clusters/x/b{n}.yaml": base(extends=f"[b{n + 1}.yaml]") for n in range(limits.LAYER_DEPTH - 1)}
    last = f"clusters/x/b{limits.LAYER_DEPTH - 1}.yaml"
    assert len(sound(files | {last: base()}).documents) == limits.LAYER_DEPTH + 1
    assert "in one chain" in only(files | {last: base(extends="[z.yaml]"), "clusters/x/z.yaml": base()}).message


def test_the_number_of_bases_ends_at_its_limit() -> None:
    names = [f"b{n}.yaml" for n in range(limits.LAYERS + 1)]
    files = {FILE: cluster(f"[{', '.join(names)}]")} | {f"clusters/x/{name}": base() for name in names}
    assert f"more than {limits.LAYERS} bases" in only(files).message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("apiVersion: kedge/v2\nkind: ClusterDRBase\nspec: {}\n", 1),
        ("kind: ClusterDRBase\nspec: {}\n", 1),
        (HEAD.format(kind="ClusterDRBase") + "specs: {}\n", 3),
        (HEAD.format(kind="ClusterDRBase") + "spec: [a]\n", 3),
    ],
)
def test_a_base_of_another_shape_is_refused(text: str, line: int) -> None:
    fault = only({FILE: cluster("[b.yaml]"), "clusters/x/b.yaml": text})
    assert (fault.code, fault.span.file, fault.span.line) == ("base-is-a-base", "clusters/x/b.yaml", line)


@pytest.mark.parametrize(
    "text",
    [HEAD.format(kind="ClusterDR") + "password: hunter2\n", "[hunter2]\n", "password: hunter2: x\n", "hunter2: on\n"],
)
def test_nothing_of_a_file_that_is_no_base_is_said(text: str) -> None:
    fault = only({FILE: cluster("[b.yaml]"), "clusters/x/b.yaml": text})
    assert (fault.code, fault.span.file, fault.span.line) == ("base-is-a-base", FILE, 4)
    assert "hunter2" not in fault.message + fault.fix


def test_a_file_is_judged_before_it_is_opened() -> None:
    opened: list[str] = []

    def read_bytes(path: str) -> bytes:
        opened.append(path)
        return cluster("[../../.env, ../../.git/credentials.yaml, ../../etc/a.yaml]").encode()

    load(FILE, read_bytes, BaseCache())
    assert opened == [FILE]


@pytest.mark.parametrize("failure", [ForbiddenPath, MissingFile, TooLarge])
def test_a_spec_that_is_no_plain_file_is_a_fault_of_its_cluster(failure: type[EnvironmentFailure]) -> None:
    def read_bytes(path: str) -> bytes:
        raise failure(f"read {path}", "it is strange", "advice")

    result = load(FILE, read_bytes, BaseCache())
    assert isinstance(result, Unreadable)
    assert [(f.code, f.span.file) for f in result.faults] == [("files-can-be-read", FILE)]


def test_the_values_of_all_layers_end_at_their_limit() -> None:
    names = [f"b{n}.yaml" for n in range(4)]
    hosts = "  h: [" + ", ".join(["a"] * 40_000) + "]\n"
    files = {FILE: cluster(f"[{', '.join(names)}]")} | {f"clusters/x/{name}": base(hosts) for name in names}
    fault = only(files)
    assert (fault.code, fault.span.file) == ("layers-stay-within-limits", FILE)
    assert isinstance(loaded({**files, FILE: cluster("[b0.yaml, b1.yaml]")}), Layered)


def test_the_bytes_of_all_layers_end_at_their_limit() -> None:
    names = [f"b{n}.yaml" for n in range(8)]
    comment = ("# " + "x" * 98 + "\n") * 9_000
    files = {FILE: cluster(f"[{', '.join(names)}]")} | {f"clusters/x/{name}": base(comment) for name in names}
    assert only(files).code == "layers-stay-within-limits"


def test_faults_of_several_bases_are_reported_together() -> None:
    kind = "kind: ClusterDRBase\n"
    files = {"clusters/x/a.yaml": f"{kind}a: on\n", "clusters/x/b.yaml": f"{kind}b: off\n"}
    result = loaded({FILE: cluster("[a.yaml, b.yaml]"), **files})
    assert isinstance(result, Unreadable)
    assert [fault.span.file for fault in result.faults] == ["clusters/x/a.yaml", "clusters/x/b.yaml"]


def test_a_null_that_removes_nothing_is_refused_at_its_key() -> None:
    fault = only({FILE: cluster("[b.yaml]", "  quoat: null\n"), "clusters/x/b.yaml": base("  quota: 1\n")})
    assert (fault.code, fault.span.line, fault.span.column) == ("null-removes-something", 6, 3)


def test_a_cluster_without_spec_gets_that_of_its_bases() -> None:
    layered = sound({FILE: HEAD.format(kind="ClusterDR") + "extends: [b.yaml]\n", "clusters/x/b.yaml": base()})
    assert isinstance(layered.tree, dict) and layered.tree["spec"] == {"z": 0}


@pytest.mark.parametrize("text", ["[a]\n", "spec: text\n", "a\n"])
def test_a_cluster_of_another_shape_is_left_to_the_model(text: str) -> None:
    assert sound({FILE: text}).documents[0].tree == sound({FILE: text}).tree


def test_a_fault_of_the_own_file_stops_the_walk() -> None:
    result = loaded({FILE: "a: on\n"})
    assert isinstance(result, Unreadable) and len(result.faults) == 1


def test_a_base_is_parsed_once_for_many_clusters() -> None:
    cache = BaseCache()
    files = {FILE: cluster("[b.yaml]"), "clusters/x/b.yaml": base()}
    first, second = loaded(files, cache), loaded(files, cache)
    assert isinstance(first, Layered) and isinstance(second, Layered)
    assert first.documents[0] is second.documents[0]
    assert first.documents[1] is not second.documents[1]


def test_a_base_with_new_content_is_parsed_again_and_the_cache_stays_bounded() -> None:
    cache = BaseCache(size=2)
    first = cache.read("b.yaml", b"a: 1\n")
    assert isinstance(first, Document) and cache.read("b.yaml", b"a: 1\n") is first
    assert cache.read("b.yaml", b"a: 2\n") is not first
    cache.read("b.yaml", b"a: 3\n")
    assert cache.read("b.yaml", b"a: 1\n") is not first
