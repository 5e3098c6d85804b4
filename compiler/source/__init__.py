"""The only YAML reader of kedge: text to a plain tree with positions, faults as values, layers of bases."""
