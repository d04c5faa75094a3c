"""The command line: a contract that scripts rely on.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""
