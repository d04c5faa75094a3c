"""The composition root: the only place that knows every part, a file per command."""
