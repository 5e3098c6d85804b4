"""What a distribution can do, as data: how its control plane runs, how its etcd is reached, how a node joins, who can take a snapshot.

Paths are absolute, on the host that the capability belongs to. Procedures and emitters ask for a capability and never for a name.
"""

from typing import Literal

from msgspec import Struct

Placement = Literal["stacked", "external"]
RunnerKind = Literal["cronJob", "hostTimer", "provider"]
"""What takes etcd snapshots, by its key under `backups.etcd`."""

HOST = "{host}"
"""The place in a path where the name of the host belongs, as the spec names it."""


class ImageTools(Struct, frozen=True):
    """etcd's tools are inside the image of its container. `mount`: the command that opens an image, before image and folder."""

    mount: str
    unmount: str
    folder: str

    @property
    def path(self) -> str:
        """Where programs of the host find them: administrators install them beside their own."""
        return "/usr/local/bin"


class BinaryTools(Struct, frozen=True):
    """etcd's tools are programs of the host, in the folder `path`."""

    path: str


class StaticPods(Struct, frozen=True, kw_only=True):
    """A component runs while its manifest `<component>.yaml` is in the kubelet's folder; a manifest moved away stops it.

    `list_running`: the command that lists containers, before `--name` and a pattern.
    """

    folder: str
    components: tuple[str, ...]
    list_running: str
    kubelet_unit: str


class SystemdUnit(Struct, frozen=True, kw_only=True):
    """A service of the host: `systemctl stop` and `start` of the unit. `environment`: the file with its settings."""

    unit: str
    environment: str


class Provider(Struct, frozen=True):
    """The provider runs it; nothing of it can be reached."""


class ClientFiles(Struct, frozen=True):
    """What a TLS client of etcd presents: CA certificate, client certificate, key. Paths may hold `{host}`."""

    ca: str
    certificate: str
    key: str

    @property
    def paths(self) -> tuple[str, str, str]:
        """The three of them, in their order."""
        return self.ca, self.certificate, self.key

    def on(self, host: str) -> "ClientFiles":
        """Return the files of one host."""
        return ClientFiles(*(path.replace(HOST, host) for path in self.paths))


class EtcdAccess(Struct, frozen=True, kw_only=True):
    """How a member is reached and handled on its own host.

    `client`: for people on that host; `backup_client`: the least powerful pair that may take a snapshot.
    `owner`: user and group of the data. `health`: a plain URL that answers on the host alone, None where there is none.
    """

    placement: Placement
    runs_as: StaticPods | SystemdUnit
    client_port: int
    peer_port: int
    health: str | None
    client: ClientFiles
    backup_client: ClientFiles
    data: str
    owner: str
    tools: ImageTools | BinaryTools

    @property
    def endpoint(self) -> str:
        """The member's own address for clients on its host."""
        return f"https://127.0.0.1:{self.client_port}"


class ControlPlaneFiles(Struct, frozen=True, kw_only=True):
    """Where a control-plane host keeps what its administrators need."""

    admin_config: str
    pki: str
    ca: str


class NodeJoin(Struct, frozen=True):
    """A program that invites a node (a token), joins one and empties one."""

    program: str


class Distribution(Struct, frozen=True, kw_only=True):
    """One distribution in one shape. None: this cluster has no such capability, so no procedure that needs it.

    `runners`: what can take etcd snapshots here, the preferred one first.
    """

    name: str
    meaning: str
    control_plane: StaticPods | SystemdUnit | Provider
    files: ControlPlaneFiles | None
    etcd: EtcdAccess | None
    join: NodeJoin | None
    runners: tuple[RunnerKind, ...]

    @property
    def etcd_in_static_pods(self) -> EtcdAccess | None:
        """How etcd is reached where its members are static pods beside the control plane's, else None."""
        return self.etcd if self.etcd and isinstance(self.etcd.runs_as, StaticPods) and self.files else None

    @property
    def is_provided(self) -> bool:
        """Whether a provider runs control plane and etcd, so that neither is stated in the spec."""
        return isinstance(self.control_plane, Provider)
