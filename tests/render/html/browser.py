"""A page in headless Chromium: what stands in it once its script has run."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

COMMAND = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", "--dump-dom",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """The document as text, and what the browser logged."""

    text: str
    log: str

    def parts(self, at: str) -> dict[str, str]:
        """Return the text of every named part of the slider of a label."""
        box = self.text.partition(f'data-at="{at}"')[2].partition("data-slider")[0]
        found = re.findall(r'data-part="([a-z-]+)"[^>]*>([^<]*)<', box)
        return {name: unescape(text) for name, text in found}

    @property
    def complaints(self) -> list[str]:
        """What the page itself gave cause for."""
        return [line for line in self.log.splitlines() if "CONSOLE" in line or "ERR_" in line]


def browse(page: Path, fragment: str = "") -> Shown:
    """Open a page, let its script run, and return what it shows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium: apt-get install chromium")
    profile = page.parent / "profile"
    command = [chromium, *COMMAND, f"--user-data-dir={profile}", f"{page.as_uri()}{fragment}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return Shown(done.stdout, done.stderr)
