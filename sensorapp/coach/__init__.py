"""Decisions for the wearer: pure rules over frames, each with its reasons."""
