"""How a rescuer reaches the hosts, decided."""

from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided

ROOT = "root"


class Access(Decided, frozen=True, kw_only=True):
    """The ssh login that is the same on every host; `sudo`: commands run through it."""

    user: str
    port: int
    jump: str | None
    sudo: bool


def access(spec: Spec) -> Access:
    """Decide the section."""
    decide = Decide(spec)
    return decided(
        Access,
        user=decide(lambda spec: spec.access.ssh.user),
        port=decide(lambda spec: spec.access.ssh.port),
        jump=decide(lambda spec: spec.access.ssh.jump),
        sudo=decide(_sudo),
    )


def _sudo(spec: Spec) -> bool:
    ssh = spec.access.ssh
    return ssh.user != ROOT if ssh.sudo is None else ssh.sudo
