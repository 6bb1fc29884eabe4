"""Heads and receipts with the release binary. COFFER_SEED repeats a run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kill"))
from service import nothing_left_running  # noqa: E402, F401  (a fixture)
