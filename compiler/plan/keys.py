"""To whom snapshots are encrypted, decided."""

from msgspec import Struct

from compiler.model.backups import Key
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided


class Holder(Decided, frozen=True):
    """Who holds the identity of a key, where it is kept, and the public recipient that it opens."""

    name: str
    recipient: str
    holder: str | None
    place: str | None


class Signer(Struct, frozen=True):
    """A key that signs snapshots. `key`: its public half as OpenSSH writes it in base64, without type and comment."""

    name: str
    key: str


class Keys(Decided, frozen=True):
    """The break-glass keys, and the drill key where there is one."""

    break_glass: tuple[Holder, ...]
    drill: Holder | None

    @property
    def holders(self) -> tuple[Holder, ...]:
        """All of them, the drill key last."""
        return (*self.break_glass, self.drill) if self.drill else self.break_glass


def keys(spec: Spec) -> Keys:
    """Decide the section."""
    decide = Decide(spec)
    return decided(Keys, break_glass=decide(_break_glass), drill=decide(_drill))


def recipients(spec: Spec) -> tuple[str, ...]:
    """Return the public recipients of every key of a spec, the drill key's last."""
    if spec.keys is None:
        return ()
    drill = (spec.keys.drill.age,) if spec.keys.drill else ()
    return (*(key.age for key in spec.keys.break_glass.values()), *drill)


def signers(spec: Spec) -> tuple[Signer, ...]:
    """Return the keys that snapshots are signed with."""
    stated = spec.keys.snapshot_signers if spec.keys else {}
    return tuple(Signer(name, signer.ssh.split(" ")[1]) for name, signer in stated.items())


def _break_glass(spec: Spec) -> tuple[Holder, ...]:
    return tuple(_holder(name, key) for name, key in spec.keys.break_glass.items()) if spec.keys else ()


def _drill(spec: Spec) -> Holder | None:
    return _holder("drill", spec.keys.drill) if spec.keys and spec.keys.drill else None


def _holder(name: str, stated: Key) -> Holder:
    decide = Decide(stated)
    return decided(
        Holder,
        name=name,
        recipient=decide(lambda key: key.age),
        holder=decide(lambda key: key.holder),
        place=decide(lambda key: key.place),
    )
