"""One file a measure; each defines `METRIC` and is found by listing this package."""
