"""What the wearer is doing: one file for each question, and `judge.py` to put them together."""
