"""Two widgets: one draws rows that a pure function made, one the moving trace."""
