"""The screens in the terminal: they look at frozen states and send commands, nothing else."""
