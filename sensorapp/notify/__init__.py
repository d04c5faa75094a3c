"""How an alert reaches a wearer who does not look at the terminal."""
