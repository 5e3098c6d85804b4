"""Keys and backups: what is kept, where, for how long, and who can read it."""

from typing import Literal

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import (
    AgeRecipient,
    Duration,
    Image,
    Name,
    ObjectName,
    Schedule,
    ShortName,
    SshPublicKey,
    Text,
    VeleroVersion,
    Zone,
)
from compiler.model.topology import Names


class StorageClass(Section):
    """The storage behind a class, as far as a backup must know it."""

    backend: Literal["in-cluster", "external"] = Field(
        description=(
            "`in-cluster`: the data is on hosts of this cluster (Ceph, Longhorn, local disks) and dies with them."
            " `external`: it is elsewhere."
        ),
        examples=["in-cluster"],
    )
    snapshots: Literal["csi", "none"] = Field(
        default="none",
        description="Whether the driver takes CSI snapshots, which the data mover needs. Default none.",
        examples=["csi"],
    )


class Key(Section):
    """The public half of an age key pair. The private half is kept by a person, never in the cluster."""

    age: AgeRecipient = Field(
        description="Public recipient. Snapshots are encrypted to it; only its identity opens them.",
        examples=["age1har8nsycqh9rat55ppavnya2rmcdef4q27xs3q8xdp5e6hk34ufseyqh7v"],
    )
    holder: Text | None = Field(
        default=None, description="Who holds the identity, as the pages name them.", examples=["Security office"]
    )
    place: Text | None = Field(default=None, description="Where the identity is kept.", examples=["safe A, Madrid"])


class Signer(Section):
    """The public half of a key that signs etcd snapshots. The private half is a Secret of the job, or a file of root on its hosts."""

    ssh: SshPublicKey = Field(
        description="Public key. Pages take a snapshot only when its manifest is signed with the private half.",
        examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAU48QQg8vn1wdW/W3vqZTf4WcIfmis250fn7OjFVCYz"],
    )


class Keys(Section):
    """To whom etcd snapshots are encrypted, and who signs them."""

    break_glass: dict[Name, Key] = Field(
        min_length=1,
        description=(
            "Keys for the disaster itself, by name. One lost identity must not lose every snapshot: production keeps"
            " two, in two places."
        ),
        examples=[{"safe-a": {"age": "age1…"}}],
    )
    drill: Key | None = Field(
        default=None,
        description="A key of its own for rehearsals, so that a drill does not open the safe.",
        examples=[{"age": "age1…"}],
    )
    snapshot_signers: dict[Name, Signer] = Field(
        default={},
        description=(
            "Keys that sign etcd snapshots, by name. Several for a rotation: add the new one, replace the private half, and remove"
            " the old one when its last snapshot has expired. Default: none, and nothing tells who made a snapshot."
        ),
        examples=[{"2026": {"ssh": "ssh-ed25519 AAAA…"}}],
    )


class CronJob(Section):
    """Snapshots by a CronJob of the cluster itself, on a control-plane host."""

    image: Image = Field(
        description="The tools image by digest; its recipe is in `images/kedge-tools`.",
        examples=["registry.example.net/kedge-tools@sha256:" + "0a" * 32],
    )


class HostTimer(Section):
    """Snapshots by a systemd timer on each member's host; kedge writes the units and an installer, and root installs them there."""

    watched_by: Text | None = Field(
        default=None,
        description="What alerts whom, from outside the cluster, when snapshots stop. kedge emits no alert for them.",
        examples=["bucket check of the monitoring team, pages on-call platform"],
    )


class ProviderSnapshots(Section):
    """Snapshots that the provider takes, keeps and restores. kedge cannot see them; it prints what is stated here."""

    restore: Text = Field(
        description="How a restore is asked for, as the pages print it.",
        examples=["ticket to the provider, contract 4711, priority 1"],
    )
    watched_by: Text | None = Field(
        default=None,
        description="What alerts whom, from outside the cluster, when snapshots stop. kedge emits no alert for them.",
        examples=["bucket check of the monitoring team, pages on-call platform"],
    )


class EtcdBackup(Section):
    """Snapshots of etcd: when, for how long, where to, and what takes them."""

    schedule: Schedule = Field(
        description="When a snapshot starts, as the CronJob controller reads it.",
        examples=["*/30 * * * *"],
    )
    time_zone: Zone = Field(
        default="Etc/UTC",
        description="Zone of the schedule. Default Etc/UTC, which knows no clock change.",
        examples=["Europe/Madrid"],
    )
    retention: Duration = Field(
        description=(
            "How long a snapshot is kept. The bucket's lifecycle does it, since the job may not delete; the page prints"
            " the rule to set."
        ),
        examples=["14d"],
    )
    to: Names = Field(
        default=(),
        description=(
            "Locations; each gets its own copy of every snapshot. Needed where the cluster or its hosts take them; not for"
            " `provider`, which keeps its own."
        ),
        examples=[["offsite"]],
    )
    capture_timeout: Duration = Field(
        default=300,
        description="Longest time to save, verify and encrypt a snapshot. The run is ended beyond it. Default 5m.",
        examples=["5m"],
    )
    upload_timeout: Duration = Field(
        default=300,
        description="Longest time to upload a snapshot to its locations. The run is ended beyond it. Default 5m.",
        examples=["5m"],
    )
    cron_job: CronJob | None = Field(
        default=None,
        description=(
            "A CronJob of the cluster takes the snapshots. At most one of `cronJob`, `hostTimer` and `provider`; without any, the"
            " first that the distribution offers."
        ),
        examples=[{"image": "registry.example.net/kedge-tools@sha256:" + "0a" * 32}],
    )
    host_timer: HostTimer | None = Field(
        default=None,
        description="A systemd timer on each host of a member takes the snapshots. The only way for external etcd.",
        examples=[{}],
    )
    provider: ProviderSnapshots | None = Field(
        default=None,
        description="The provider of a managed control plane takes the snapshots.",
        examples=[{"restore": "ticket to the provider, priority 1"}],
    )


Method = Literal["data-mover", "file-system", "snapshot"]


class ApplicationBackup(Section):
    """A Velero backup of some namespaces."""

    namespaces: Names = Field(
        min_length=1, description="Namespaces that are backed up together.", examples=[["payments"]]
    )
    schedule: Schedule = Field(
        description="When a backup starts, in UTC, as the Velero release of `backups.velero` reads it.",
        examples=["17 3 * * *"],
    )
    retention: Duration = Field(
        description="How long a backup is kept: Velero's ttl, counted from its start.", examples=["30d"]
    )
    to: Names = Field(
        min_length=1,
        description="Locations. Velero writes a backup to one location, so each name makes a schedule of its own.",
        examples=[["offsite"]],
    )
    volumes: dict[ObjectName, Method] = Field(
        default={},
        description=(
            "How the data of volumes is taken, by storage class; the key `default` stands for the rest. `data-mover`:"
            " CSI snapshot, then copied to the location. `file-system`: files of running pods, copied to the location."
            " `snapshot`: a CSI snapshot that stays in the storage system. Default: volumes are not taken, objects"
            " only."
        ),
        examples=[{"default": "data-mover"}],
    )
    capture_timeout: Duration = Field(
        default=900,
        description="Longest time that Velero needs to read objects and snapshot volumes. Default 15m.",
        examples=["15m"],
    )
    upload_timeout: Duration = Field(
        default=900, description="Longest time to copy data to the location. Default 15m.", examples=["1h"]
    )
    rpo: Duration | None = Field(
        default=None,
        description=(
            "RPO of this application, where it differs: its schedule, its alert and the pages are held to it. Default: that of"
            " `promise.applications`."
        ),
        examples=["8h"],
    )
    rto: Duration | None = Field(
        default=None,
        description="RTO of this application, where it differs. Default: that of `promise.applications`.",
        examples=["2h"],
    )


class Velero(Section):
    """The Velero installation that the cluster already has; kedge does not install it."""

    version: VeleroVersion = Field(
        default="1.18.3",
        description="Release of Velero: how it reads a schedule changed within 1.18. Default 1.18.3.",
        examples=["1.18.3"],
    )
    namespace: Name = Field(
        default="velero", description="Namespace that Velero runs in. Default velero.", examples=["velero"]
    )


class Backups(Section):
    """What is backed up."""

    etcd: EtcdBackup | None = Field(
        default=None,
        description="Snapshots of etcd.",
        examples=[{"schedule": "*/30 * * * *", "retention": "14d", "to": ["offsite"]}],
    )
    applications: dict[ShortName, ApplicationBackup] = Field(
        default={}, description="Velero backups by name.", examples=[{"payments": {"namespaces": ["payments"]}}]
    )
    velero: Velero = Field(
        default=Velero.model_construct(),
        description="The Velero that runs the application backups.",
        examples=[{"version": "1.18.3"}],
    )
