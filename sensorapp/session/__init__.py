"""Inputs in, outputs out: the one place where samples become advice."""
