"""Text for people: what is shown, and the cleaning of what others wrote."""
