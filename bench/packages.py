"""What comes from npm: installed on first use beside the servers that need it, every version exactly as pinned."""

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent / "contestants" / "node"
PINS = FOLDER / "package.json"
INSTALLED = FOLDER / "node_modules" / ".installed"
"""A copy of the pins that were installed last."""

INSTALL = ("install", "--no-package-lock", "--no-fund", "--no-audit", "--loglevel=error")
PATIENCE = 600
"""Seconds."""


def node() -> Path:
    """The Node.js that the packages bring; ends the program where it cannot be had."""
    if not INSTALLED.is_file() or INSTALLED.read_text() != PINS.read_text():
        _install()
    return FOLDER / "node_modules" / ".bin" / "node"


def pins() -> str:
    """What is installed, for the record."""
    packages: dict[str, str] = json.loads(PINS.read_text())["dependencies"]
    return ", ".join(f"{name} {version}" for name, version in packages.items())


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(
            "bench: PostGraphile and Mercurius come from npm, which is not here: install Node.js with npm."
        )
    print(f"Installing PostGraphile, Mercurius and Node.js 22 into {FOLDER.name}/node_modules, once (about 500 MB) ...")
    done = subprocess.run([npm, *INSTALL], cwd=FOLDER, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise SystemExit(f"bench: npm could not install {PINS}: {done.stderr.strip()[-800:]}")
    shutil.copyfile(PINS, INSTALLED)
