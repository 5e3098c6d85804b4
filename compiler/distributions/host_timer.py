"""Where the snapshot timer keeps its files on a member's host. The same on every distribution with systemd."""

from msgspec import Struct


class HostTimerFiles(Struct, frozen=True, kw_only=True):
    """`unit`: of the service and the timer. `config`: root's alone, holds the credentials. `state`: runs and the last success."""

    unit: str
    units: str
    programs: str
    config: str
    state: str

    @property
    def signing_key(self) -> str:
        """Where the key that signs snapshots is."""
        return f"{self.config}/signing-key/signing-key"

    def credential(self, location: str, file: str) -> str:
        """Return where a file of the credential of a location is."""
        return f"{self.config}/credentials/{location}/{file}"


HOST_TIMER = HostTimerFiles(
    unit="kedge-etcd-snapshot",
    units="/etc/systemd/system",
    programs="/usr/local/lib/kedge/etcd-snapshot",
    config="/etc/kedge/etcd-snapshot",
    state="/var/lib/kedge/etcd-snapshot",
)
