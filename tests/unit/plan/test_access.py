"""The ssh login of the spec, as the lines of the index page have it."""

import pytest

from compiler.plan.access import Access


@pytest.mark.parametrize(
    ("access", "line"),
    [
        (Access(user="root", port=22, jump=None, sudo=False), "ssh root@etcd1 true"),
        (
            Access(user="rescue", port=2222, jump="bastion.example.net", sudo=True),
            "ssh -p 2222 -J bastion.example.net rescue@etcd1 sudo -n true",
        ),
    ],
    ids=["root", "rescuer"],
)
def test_a_line_for_a_host_uses_the_login_of_the_spec(access: Access, line: str) -> None:
    assert access.on("etcd1", "true") == line
