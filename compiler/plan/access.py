"""How a rescuer reaches the hosts, decided."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.values.sources import Sources

ROOT = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The ssh login that is the same on every host; `sudo`: commands run through it."""

    user: str
    port: int
    jump: str | None
    sudo: bool
    sources: Sources

    @property
    def page_sources(self) -> Sources:
        """All that pages state."""
        return self.sources


def access(spec: Spec) -> Access:
    """Decide the section."""
    view, reads = recorded(spec)
    ssh = view.access.ssh
    return Access(
        user=ssh.user,
        port=ssh.port,
        jump=ssh.jump,
        sudo=ssh.user != ROOT if ssh.sudo is None else ssh.sudo,
        sources=reads.paths(),
    )
