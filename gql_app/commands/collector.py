"""How often a process that works for long looks for garbage."""

import gc


def quiet_collector() -> None:
    """Looks for garbage less often, and never again through what was built once and stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
