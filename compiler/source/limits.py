"""The reader's limits, all in one place. Each is refused with its own sentence at limit + 1.

They are chosen far above any honest spec (a production one has about 300 lines, 10 kB, 1,200 nodes, 8 levels) and far
below what makes a parser slow: libyaml takes 7 s for 50,000 nested brackets, so depth is counted while its events
arrive.
"""

BYTES = 1024 * 1024
"""Size of one file."""

DEPTH = 64
"""Mappings and lists inside each other."""

NODES = 50_000
"""Mappings, lists, keys and scalars of one file."""

SCALAR_CHARACTERS = 64 * 1024
"""Length of one scalar after folding and unescaping."""

DIGITS = 19
"""Digits of one number: the largest that fits a signed 64-bit integer."""

FAULTS = 50
"""Faults collected from one file before the reader stops."""

LAYER_DEPTH = 8
"""Bases that extend each other in one chain, the cluster's own file not counted."""

LAYERS = 32
"""Bases of one cluster, each counted once."""

LAYERED_BYTES = 4 * 1024 * 1024
"""Size of a cluster's file and its bases together."""

LAYERED_VALUES = 100_000
"""Values of a cluster's file and its bases together, keys not counted."""

CACHED_BASES = 256
"""Bases that one cache keeps parsed."""
