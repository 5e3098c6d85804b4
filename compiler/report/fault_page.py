"""What each fault is: for `kedge explain`, for the generated page and for their tests."""

from collections.abc import Iterator
from textwrap import fill, indent
from types import MappingProxyType

from msgspec import Struct

from compiler.findings import consents, folders, identities, waivers
from compiler.model import inconsistency, shape
from compiler.report.rule_page import WIDTH, severities
from compiler.source import fault, limits

MEANINGS = MappingProxyType(
    {
        **fault.MEANINGS,
        **shape.MEANINGS,
        **inconsistency.MEANINGS,
        **waivers.MEANINGS,
        **folders.MEANINGS,
        **identities.MEANINGS,
        **consents.MEANINGS,
    }
)
"""What each fault means for recovery, by code."""


class FaultPage(Struct, frozen=True, kw_only=True):
    """A fault as a person reads it. `bad` and `good` are pieces of a `spec:` in YAML; empty where a piece cannot show it."""

    id: str
    statement: str
    fix: str
    bad: str = ""
    good: str = ""

    @property
    def meaning(self) -> str:
        """What the fault means for recovery."""
        return MEANINGS[self.id]


PAGES: tuple[FaultPage, ...] = (
    FaultPage(
        id="folders-hold-a-spec",
        statement="Every folder below clusters/ holds a cluster.yaml, and no output is left of a spec that was deleted.",
        fix="Rename cluster.yml, restore a deleted spec or remove its output, or move the folder out of clusters/.",
    ),
    FaultPage(
        id="clusters-have-nothing-in-common",
        statement="No two clusters have the same endpoint, CA, host address, virtual address or place in a bucket.",
        fix="Write its own values into the file that was copied; where both are about one cluster, remove one of them.",
    ),
    FaultPage(
        id="file-is-small",
        statement=f"A file has at most {limits.BYTES:,} bytes.",
        fix="Move what clusters share to a base below bases/.",
    ),
    FaultPage(
        id="files-can-be-read",
        statement="A spec is a plain file, not a link, pipe or device, and of a size that is read.",
        fix="Put a plain file there; what clusters share is extended, not linked.",
    ),
    FaultPage(
        id="files-hold-no-secrets",
        statement="A file holds no private key, access key or token.",
        fix="Revoke it, since the history keeps it, and make another. A spec states public keys and names of Secrets.",
    ),
    FaultPage(
        id="text-is-utf8",
        statement="A file is UTF-8.",
        fix="Save the file as UTF-8; `iconv -f latin1 -t utf-8` converts an old one.",
    ),
    FaultPage(
        id="text-is-visible",
        statement="A file has no tabs, control characters or characters that a reader cannot see.",
        fix="Remove the character, or write a space.",
        bad='people: {owner: "Platform\\u200bteam"}',
        good="people: {owner: Platform team}",
    ),
    FaultPage(
        id="yaml-is-well-formed",
        statement="A file parses as YAML.",
        fix="The caret is where the parser gave up; the mistake is there or on the line above.",
        bad="promise: {stayUp: [host}",
        good="promise: {stayUp: [host]}",
    ),
    FaultPage(
        id="yaml-is-one-document",
        statement="A file holds exactly one YAML document.",
        fix="Write one cluster to a file, and remove the line `---` between documents.",
    ),
    FaultPage(
        id="yaml-is-plain",
        statement="A file has no anchors, aliases, tags or directives.",
        fix="Write the value where it is needed, or move it to a base.",
        bad="etcd: &sizes {memory: 8Gi, disk: 50Gi}",
        good="etcd: {memory: 8Gi, disk: 50Gi}",
    ),
    FaultPage(
        id="yaml-stays-within-limits",
        statement=f"A file has at most {limits.NODES:,} values and {limits.DEPTH} levels, a text {limits.SCALAR_CHARACTERS:,} characters.",
        fix="Split the file into a cluster and bases.",
    ),
    FaultPage(
        id="keys-are-unique",
        statement="A key occurs once in a mapping.",
        fix="Remove one of the two.",
        bad="tier: lab\ntier: production",
        good="tier: production",
    ),
    FaultPage(
        id="keys-are-plain-text",
        statement="A key is one line of visible ASCII characters.",
        fix="Use letters, digits, `-`, `.` and `/`; put a key that looks like a number in quotes.",
        bad="namespaces: {zürich: {manage: false}}",
        good="namespaces: {zuerich: {manage: false}}",
    ),
    FaultPage(
        id="values-are-unambiguous",
        statement="A value without quotes is the same to YAML 1.1 and YAML 1.2 readers.",
        fix="Put the value in quotes if text is meant; else write true, false or a decimal number.",
        bad="namespaces: {shop: {manage: no}}",
        good="namespaces: {shop: {manage: false}}",
    ),
    FaultPage(
        id="values-are-written-out",
        statement="Every key has a value.",
        fix="Write the value, {} or [] for nothing, or null to remove what a base set.",
        bad="promise:\ntier: lab",
        good="promise: {}\ntier: lab",
    ),
    FaultPage(
        id="numbers-can-be-calculated",
        statement=f"A number is finite and has at most {limits.DIGITS} digits.",
        fix="Write a smaller number, or quotes if text is meant.",
        bad="etcd: {quota: .inf}",
        good="etcd: {quota: 4Gi}",
    ),
    FaultPage(
        id="extends-names-bases",
        statement="Every entry of `extends` is the path of a base in this repository, and no base extends itself.",
        fix="Write a path from the file that extends, such as ../../bases/org.yaml.",
    ),
    FaultPage(
        id="base-is-a-base",
        statement="A file that is extended is a base: kind ClusterDRBase, the cluster's apiVersion, and a spec.",
        fix="Write `kind: ClusterDRBase` and the cluster's apiVersion, and keep nothing but `metadata`, `extends` and `spec` beside them.",
    ),
    FaultPage(
        id="layers-stay-within-limits",
        statement=f"A cluster and its bases have at most {limits.LAYERED_VALUES:,} values and {limits.LAYERED_BYTES:,} bytes together.",
        fix="Move what this cluster does not need into bases of other clusters.",
    ),
    FaultPage(
        id="null-removes-something",
        statement="A null removes a value that a base set.",
        fix="Correct the key, or remove the line.",
        bad="identity: {acount: null}",
        good="identity: {account: null}",
    ),
    FaultPage(
        id="keys-are-known",
        statement="Every key is a field of the spec.",
        fix="Write the key that the finding offers; `kedge explain spec` lists the fields.",
        bad="etcd: {quotta: 4Gi}",
        good="etcd: {quota: 4Gi}",
    ),
    FaultPage(
        id="keys-are-complete",
        statement="Every section has the fields that it requires, in the file or in a base.",
        fix="Add the fields that the finding names.",
        bad="hosts: {w9: {rack: a1}}",
        good="hosts: {w9: {rack: a1, address: 10.20.0.29}}",
    ),
    FaultPage(
        id="values-fit-their-field",
        statement="Every value has the type, the format and the range of its field.",
        fix="Write a value such as the one that the finding shows; `kedge explain FIELD` has type, unit and an example.",
        bad="promise: {controlPlane: {rpo: 60}}",
        good="promise: {controlPlane: {rpo: 60m}}",
    ),
    FaultPage(
        id="references-resolve",
        statement="Every name refers to an entry of the spec.",
        fix="Correct the name, or add the entry.",
        bad="controlPlane: {hosts: [cp1, cp2, cp9]}",
        good="controlPlane: {hosts: [cp1, cp2, cp3]}",
    ),
    FaultPage(
        id="sections-agree",
        statement="No two places of the spec contradict each other.",
        fix="Change one of the two places; the finding names the other.",
        bad="pools: {workers: {hosts: [w1, w2]}, batch: {hosts: [w2]}}",
        good="pools: {workers: {hosts: [w1]}, batch: {hosts: [w2]}}",
    ),
    FaultPage(
        id="waiver-is-in-force",
        statement="Every waiver names a rule, covers a finding and has not expired.",
        fix="Remove the waiver, correct `rule` or `at`, or have it approved again with a later date.",
        bad="waivers:\n"
        "  - rule: etcd-member-count-fits-tier\n"
        "    at: spec.etcd\n"
        "    reason: Second host arrives in March\n"
        "    approver: Head of infrastructure\n"
        "    expires: 2026-03-01",
        good="waivers: []",
    ),
    FaultPage(
        id="consent-is-short",
        statement=f"Every consent expires within {consents.LONGEST.days} days, and is removed from the file after that.",
        fix="State an earlier day in `expires`; remove an entry that has expired.",
        bad="consents:\n"
        "  - kind: Namespace\n"
        "    name: shop-old\n"
        "    reason: The shop moved to another cluster\n"
        "    approver: Head of infrastructure\n"
        "    expires: 2099-03-01",
        good="consents: []",
    ),
)
"""Every fault, in the order in which a file is read; a test compares the ids with MEANINGS."""


def find(code: str) -> FaultPage | None:
    """Return the page of a fault."""
    return next((page for page in PAGES if page.id == code), None)


def severity(page: FaultPage) -> str:
    """Return how severe a fault is, in words."""
    if page.id == waivers.RULE:
        return f"{severities(waivers.SEVERITY)}; it cannot be waived"
    if page.id == folders.RULE:
        return "warning in every tier; it cannot be waived"
    if page.id == identities.RULE:
        return "error in every tier; it cannot be waived"
    if page.id == consents.RULE:
        return f"{severities(consents.SEVERITY)}, a warning once it has expired; it cannot be waived"
    return "error in every tier; it cannot be waived, since nothing can be proven about such a spec"


def lines(page: FaultPage) -> Iterator[str]:
    """Yield the page for a terminal."""
    yield f"{page.id}: {page.statement}\n"
    yield f"  severity  {severity(page)}\n"
    for title, text in (("why", page.meaning), ("fix", page.fix)):
        yield fill(f"  {title:10}{text}", WIDTH, subsequent_indent=" " * 12) + "\n"
    for title, example in (("bad", page.bad), ("good", page.good)):
        if example:
            yield f"  {title}\n{indent(example, '    ')}\n"
