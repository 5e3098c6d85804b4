"""The values that a cluster's pages show: each made once, when a page first needs it, with the key paths that it was made from.

A value is named by its placeholder (`owner`), by the variable that it sets (`$CLUSTER`), or by both the variable and the number
of the store whose block it is in (`$STORE_PATH@0`); `@0` is that store's label.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from compiler.engines.engine import synced
from compiler.kube.manifest import Manifest
from compiler.plan.plan import Plan
from compiler.plan.section_reads import SourceSet, recorded
from compiler.plan.stores import Store
from compiler.render.messages import catalog
from compiler.render.placeholders import PLACEHOLDERS
from compiler.runbooks.block import Value, assignments
from compiler.runbooks.variables import STORE_VARIABLES, VARIABLES

LAYERS = "layers"
"""The one placeholder that is made from the emitted objects."""


def variable(name: str, store: int | None = None) -> str:
    """Return the name of the value that sets a variable; of the block of one store, where the store has that variable."""
    return f"${name}@{store}" if store is not None and name in STORE_VARIABLES else f"${name}"


def label(store: int) -> str:
    """Return the name of the value that labels the block of one store."""
    return f"@{store}"


class Values(dict[str, str]):
    """The values of one cluster in one language. A name that is not known raises KeyError."""

    def __init__(self, plan: Plan, objects: Sequence[Manifest], language: str) -> None:
        super().__init__()
        self._plan = plan
        self._objects = objects
        self.language = language
        self._sources: dict[str, SourceSet] = {}

    def __missing__(self, name: str) -> str:
        plan, reads = recorded(self._plan)
        self[name] = value = self._made(plan, name)
        self._sources[name] = (*reads.sources(), *(self._synced_by() if name == LAYERS else ()))
        return value

    def sources(self, names: Iterable[str]) -> SourceSet:
        """Return what values were made from."""
        return tuple(chain.from_iterable(self._sources[name] for name in set(names)))

    def _made(self, plan: Plan, name: str) -> str:
        if name.startswith("@"):
            return _label(stores(plan)[int(name[1:])])
        if name.startswith("$"):
            return "\n".join(assignments({name[1:].partition("@")[0]: _value(plan, name[1:])}))
        messages = catalog(self.language, "page")
        return (
            self._layers(plan) or str(messages["none"]) if name == LAYERS else str(PLACEHOLDERS[name](plan, messages))
        )

    def _layers(self, plan: Plan) -> str:
        """Return the names of the objects that sync the layers."""
        delivery = plan.delivery
        if delivery is None:
            return ""
        layers = (one.layer for one in synced(self._objects) if not one.layer.delivers)
        return ", ".join(delivery.engine.sync_name(plan.cluster.name, layer) for layer in layers)

    def _synced_by(self) -> SourceSet:
        return tuple(one.exists for one in synced(self._objects))


def _value(plan: Plan, name: str) -> Value:
    key, _, store = name.partition("@")
    return STORE_VARIABLES[key](stores(plan)[int(store)]) if store else VARIABLES[key](plan)


def stores(plan: Plan) -> tuple[Store, ...]:
    """Return the stores that etcd snapshots are written to."""
    return plan.etcd_backup.stores if plan.etcd_backup else ()


def _label(store: Store) -> str:
    return f"{store.name} ({store.site})" if store.site else store.name
