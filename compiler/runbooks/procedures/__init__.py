"""One file per procedure: a failure scenario as an order of steps."""
