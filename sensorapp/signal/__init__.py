"""From samples to angles, activity and movements: pure, causal, chunk by chunk."""
