"""What the keeper of a mirror does: look, tell again, rebuild, prune, and notice silence."""
