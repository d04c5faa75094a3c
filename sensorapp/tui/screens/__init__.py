"""The live screen and the cards that open above it."""
