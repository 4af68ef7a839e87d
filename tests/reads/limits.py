"""No limits: what may be asked is tried elsewhere, here it is what the answers are."""

ENDLESS = 10**9
COUNTED = ("tokens", "fields", "aliases", "directives", "duplicates", "values", "input_depth", "cost")
UNLIMITED = {f"max_{name}": ENDLESS for name in COUNTED}
