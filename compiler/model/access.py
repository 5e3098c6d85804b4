"""How a rescuer reaches the hosts."""

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import SshJump, UserName

MAX_PORT = 65535


class Ssh(Section):
    """The ssh login that the runbook's commands use, the same on every host."""

    user: UserName = Field(default="root", description="Login on every host.", examples=["rescue"])
    port: int = Field(default=22, ge=1, le=MAX_PORT, description="Port of sshd on every host.", examples=[2222])
    jump: SshJump | None = Field(
        default=None,
        description=(
            "Jump host, as ssh's -J takes it. It must be up when the cluster is not. Default: the hosts are reached"
            " directly."
        ),
        examples=["rescue@bastion.example.net:2222"],
    )
    sudo: bool | None = Field(
        default=None,
        description=(
            "Commands run through `sudo -n`, which must ask for no password. Default: yes for every user but root."
        ),
        examples=[True],
    )


class Access(Section):
    """How a rescuer reaches the hosts."""

    ssh: Ssh = Field(
        default=Ssh.model_construct(),
        description="The ssh login. Default: root on port 22.",
        examples=[{"user": "rescue", "jump": "bastion.example.net"}],
    )
