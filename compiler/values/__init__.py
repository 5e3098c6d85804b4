"""Ground floor: durations, quantities, cron, zones, names and key paths. Standard library and tzdata only."""
