"""Exit codes; the table that `kedge --help` prints and tests hold."""

FINE = 0
FINDINGS = 1
USAGE = 2
PENDING = 3
STALE = 4
ENVIRONMENT = 5
REFUSED = 6
OUR_BUG = 70
INTERRUPTED = 130
