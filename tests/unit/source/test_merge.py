"""The algebra of layers."""

from hypothesis import given
from hypothesis import strategies as st

from compiler.source.document import Tree
from compiler.source.merge import idle_nulls, merged

KEYS = st.sampled_from("abc")
LEAVES: st.SearchStrategy[Tree] = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)


def _mappings(leaves: st.SearchStrategy[Tree]) -> st.SearchStrategy[dict[str, Tree]]:
    inner: st.SearchStrategy[Tree] = st.recursive(
        leaves, lambda below: st.dictionaries(KEYS, below, max_size=3), max_leaves=8
    )
    return st.dictionaries(KEYS, inner, max_size=3)


SOLID = _mappings(LEAVES)
LAYERS = _mappings(LEAVES | st.none())


@given(SOLID)
def test_nothing_below_and_nothing_above_change_nothing(layer: dict[str, Tree]) -> None:
    assert merged({}, layer) == merged(layer, {}) == merged(layer, layer) == layer


@given(SOLID, SOLID, SOLID)
def test_layers_without_null_can_be_merged_in_any_grouping(
    a: dict[str, Tree], b: dict[str, Tree], c: dict[str, Tree]
) -> None:
    if not any(_replaces(low, high) for low, high in ((a, b), (b, c), (a, c))):
        assert merged(merged(a, b), c) == merged(a, merged(b, c))


@given(SOLID, LAYERS)
def test_no_null_survives_and_no_layer_is_changed(lower: dict[str, Tree], upper: dict[str, Tree]) -> None:
    before = repr((lower, upper))
    assert "None" not in repr(merged(lower, upper))
    assert repr((lower, upper)) == before


def test_mappings_merge_lists_are_replaced_and_null_removes() -> None:
    lower: dict[str, Tree] = {"m": {"a": 1, "b": 2}, "l": [1, 2], "gone": {"x": 1}}
    upper: dict[str, Tree] = {"m": {"b": 3, "c": 4}, "l": [9], "gone": None}
    assert merged(lower, upper) == {"m": {"a": 1, "b": 3, "c": 4}, "l": [9]}


def test_a_null_that_removes_nothing_is_found_at_its_path() -> None:
    assert idle_nulls({"a": {"b": 1}}, {"a": {"b": None, "c": None}, "d": {"e": None}}, ("spec",)) == [
        ("spec", "a", "c"), ("spec", "d", "e")
    ]  # fmt: skip


def _replaces(low: Tree, high: Tree) -> bool:
    """Whether a mapping and something else meet: then grouping matters, as for any overlay with replacement."""
    if isinstance(low, dict) and isinstance(high, dict):
        return any(_replaces(low[key], high[key]) for key in low.keys() & high.keys())
    return isinstance(low, dict) != isinstance(high, dict)
