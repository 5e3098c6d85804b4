"""`kedge init`: a first spec that validates and compiles as it is, with a warning for each value that was made up."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, field

from compiler.cli import options
from compiler.cli.selection import CLUSTERS
from compiler.distributions.registry import DEFAULT
from compiler.facts import tables
from compiler.facts.fact import example
from compiler.model.structure import structure
from compiler.report import json_output
from compiler.source.cache import BaseCache
from compiler.source.fault import Unreadable
from compiler.source.layers import load
from compiler.values import names
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import SPEC_NAME

EPILOG = """\b
Examples:
  kedge init harbour
      a lab of one host, with made-up values that are named one by one
  kedge init harbour --endpoint https://10.1.0.5:6443 --host harbour1=10.1.0.5 --owner "Harbour team"
      nothing is made up
  kedge init harbour --bucket harbour-dr --store https://s3.example.net --region eu-west-1 --site offsite \\
      --recipient safe-a=age1... --image registry.example.net/kedge-tools@sha256:...
      and etcd is backed up every half hour

\b
Without --bucket, --recipient and --image etcd is not backed up, and validate warns about it: kedge makes up no key, since nobody
would hold the private half.
"""

WRITER = "offsite-writer"
_OF_BACKUPS = ("bucket", "store", "region", "site", "secret", "image")
"""Options that only the backup of etcd uses; `--recipient` and `--signer` are apart, since they repeat."""

NAME_LIMIT = 30
PAIR = re.compile(r"([a-z0-9][a-z0-9-]*)=(\S+( \S+)?)")


class _Keys(Struct, frozen=True):
    """Public keys by name: those that decrypt snapshots, and those that sign them."""

    recipients: dict[str, str]
    signers: dict[str, str]


class _Draft(Struct):
    """The values of the spec, and a warning for each that was made up."""

    made_up: list[tuple[str, str]] = field(default_factory=list)

    def value(self, given: str | None, path: str, placeholder: str) -> str:
        """Return what was given, or the placeholder, which is reported as made up."""
        if given is None:
            self.made_up.append((path, placeholder))
            return placeholder
        return given


@click.command("init", epilog=EPILOG)
@click.argument("name")
@click.option("--endpoint", metavar="URL", help="URL of the API.")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="A control-plane host. Repeat for each; use one or three.",
)
@click.option("--owner", metavar="TEXT", help="Who answers for the cluster.")
@click.option("--kubernetes", metavar="VERSION", help="Kubernetes version with its patch.")
@click.option("--flux", metavar="URL", help="Repository that Flux reads.")
@click.option("--argo", metavar="URL", help="Repository that Argo CD reads.")
@click.option("--bucket", help="Bucket that etcd snapshots are uploaded to.")
@click.option("--store", metavar="URL", help="URL of the S3 service.")
@click.option("--region", help="Region of the bucket.")
@click.option("--site", help="Site of the bucket.")
@click.option("--secret", help=f"Secret with the put-only credential; {WRITER} by default.")
@click.option(
    "--recipient", "recipients", multiple=True, metavar="NAME=age1...", help="A break-glass key. Repeat for each."
)
@click.option(
    "--signer",
    "signers",
    multiple=True,
    metavar="NAME='ssh-ed25519 AAAA...'",
    help="Public half of a key that signs etcd snapshots. Repeat for each.",
)
@click.option("--image", metavar="IMAGE@sha256:...", help="The tools image by digest.")
@options.folder
@options.output("human", "json")
def command(
    name: str,
    hosts: tuple[str, ...],
    recipients: tuple[str, ...],
    signers: tuple[str, ...],
    folder: Path,
    form: str,
    **given: str | None,
) -> None:
    """Write clusters/NAME/cluster.yaml: a lab that validates and compiles without an edit."""
    try:
        names.dns_label(name, NAME_LIMIT)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    draft = _Draft()
    keys = _Keys(_pairs(recipients, "--recipient"), _pairs(signers, "--signer"))
    text = _spec(name, _pairs(hosts, "--host"), keys, given, draft)
    path = Path(CLUSTERS) / name / SPEC_NAME
    _prove(path.as_posix(), name, text)
    _write(folder / path, text)
    if form == "json":
        click.echo(
            json_output.document(
                "init", {"file": path.as_posix(), "madeUp": [{"path": p, "value": v} for p, v in draft.made_up]}
            )
        )
        return
    for where, value in draft.made_up:
        click.echo(f"warning: {where} is made up: {value}", err=True)
    click.echo(f"wrote {path.as_posix()}. Next: kedge validate, then kedge compile")


def _pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = {}
    for value in values:
        match = PAIR.fullmatch(value)
        if match is None:
            raise click.UsageError(f"{option} takes NAME=VALUE, not {value!a}")
        pairs[match[1]] = match[2]
    return pairs


def _prove(path: str, name: str, text: str) -> None:
    """Refuse values that make no sound spec before a file is written: they came from the command line."""
    try:
        layered = load(path, lambda _: text.encode(), BaseCache())
    except UnicodeEncodeError:
        raise click.UsageError("a value is not valid text") from None
    if isinstance(layered, Unreadable):
        raise click.UsageError(layered.faults[0].message)
    spec = structure(layered, name)
    if isinstance(spec, tuple):
        raise click.UsageError(f"{spec[0].message}; {spec[0].fix}")


def _write(path: Path, text: str) -> None:
    """Write a new file whole; an existing one is never touched."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x") as file:
            file.write(text)
    except FileExistsError:
        raise EnvironmentFailure(
            f"write {path}", "the file already exists", "choose another name, or edit that file"
        ) from None
    except OSError as error:
        raise EnvironmentFailure.of(f"write {path}", error) from error


def _spec(name: str, hosts: dict[str, str], keys: _Keys, given: dict[str, str | None], draft: _Draft) -> str:
    from ruamel.yaml import YAML  # with what it brings 30 ms

    hosts = hosts or {f"{name}1": draft.value(None, f"spec.hosts.{name}1.address", "192.0.2.11")}
    first = next(iter(hosts.values()))
    endpoint = draft.value(given["endpoint"], "spec.identity.endpoint", f"https://{first}:6443")
    version = draft.value(given["kubernetes"], "spec.distribution.version", example(tables.KUBERNETES))
    owner = draft.value(given["owner"], "spec.people.owner", "Owner of " + name)
    urls = {engine: given[engine] for engine in ("flux", "argo")}
    engines = {engine: _flow({"url": _quoted(url)}) for engine, url in urls.items() if url}
    spec = {
        "tier": "lab",
        "distribution": _flow({"name": DEFAULT, "version": version}),
        "identity": _flow({"endpoint": _quoted(endpoint)}),
        "people": _flow({"owner": _quoted(owner)}),
        "promise": {"controlPlane": _flow({"rpo": "1h", "rto": "4h"})},
        "hosts": {host: _flow({"address": address}) for host, address in hosts.items()},
        "controlPlane": _flow({"hosts": list(hosts)}),
        **_backup(keys, given, draft),
        **({"gitops": engines} if engines else {}),
    }
    writer = YAML()
    writer.width = 4096
    text = StringIO()
    head = {"apiVersion": "kedge/v1alpha1", "kind": "ClusterDR", "metadata": _flow({"name": name})}
    writer.dump({**head, "spec": spec}, text)
    return text.getvalue()


def _backup(keys: _Keys, given: dict[str, str | None], draft: _Draft) -> dict[str, object]:
    """Return the backup of etcd where everything that cannot be made up was given, and nothing where none of it was."""
    needed = {"--bucket": given["bucket"], "--recipient": keys.recipients, "--image": given["image"]}
    missing = [option for option, value in needed.items() if not value]
    named = {"--recipient": keys.recipients, "--signer": keys.signers}
    stated = [f"--{name}" for name in _OF_BACKUPS if given[name]] + [option for option, pairs in named.items() if pairs]
    if not stated:
        return {}
    if missing:
        raise click.UsageError(f"{stated[0]} describes the backup of etcd, which needs {' and '.join(missing)} too")
    store = draft.value(given["store"], "spec.locations.offsite.endpoint", "https://s3.example.net")
    offsite = {
        "bucket": given["bucket"],
        "endpoint": _quoted(store),
        "region": draft.value(given["region"], "spec.locations.offsite.region", "us-east-1"),
        **({"site": given["site"]} if given["site"] else {}),
        "credential": _flow({"secret": given["secret"] or WRITER}),
    }
    etcd = {
        "schedule": _quoted("*/30 * * * *"),
        "retention": "14d",
        "to": _flow(["offsite"]),
        "cronJob": _flow({"image": given["image"]}),
    }
    signers = {_quoted(name): _flow({"ssh": ssh}) for name, ssh in keys.signers.items()}
    public = {
        "breakGlass": {name: _flow({"age": age}) for name, age in keys.recipients.items()},
        **({"snapshotSigners": signers} if signers else {}),
    }
    return {"keys": public, "locations": {"offsite": offsite}, "backups": {"etcd": etcd}}


def _flow(value: dict[str, Any] | list[str]) -> object:
    """Return a mapping or list that is written on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    written = CommentedMap(value) if isinstance(value, dict) else CommentedSeq(value)
    written.fa.set_flow_style()
    return written


def _quoted(text: str) -> object:
    """Return a text that is written in quotes."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return DoubleQuotedScalarString(text)
