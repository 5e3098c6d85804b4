"""How a rescuer reaches the hosts, decided."""

from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided

ROOT = "root"
SSH_PORT = 22


class Access(Decided, frozen=True, kw_only=True):
    """The ssh login that is the same on every host; `sudo`: commands run through it."""

    user: str
    port: int
    jump: str | None
    sudo: bool

    def on(self, host: str, command: str) -> str:
        """Return the line that runs a plain command on a host as root, for bash and zsh."""
        port = "" if self.port == SSH_PORT else f" -p {self.port}"
        jump = f" -J {self.jump}" if self.jump else ""
        return f"ssh{port}{jump} {self.user}@{host} {'sudo -n ' if self.sudo else ''}{command}"


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
