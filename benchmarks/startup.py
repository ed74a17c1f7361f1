"""Compare the whole process of a pot with importing pandas and pyarrow, side by side.

    uv run benchmarks/startup.py [RUNS]

Both run as fresh processes in turn, A B A B, after one warm-up each; what counts is the ratio pair by pair, for
it holds when the machine's speed drifts. Prints the median, least and greatest ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

IMPORTS = [sys.executable, "-c", "import pandas, pyarrow"]
POT = [sys.executable, "-c", "from placespend.cli import main; main()", "pot", "Greater Manchester"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""As a user's: Python may keep its compiled files."""


def seconds(command: list[str]) -> float:
    """Run a command as a process and give its wall time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)  # noqa: S603
    return time.perf_counter() - start


def main(runs: int) -> None:
    """Run both commands in turn and print their ratios."""
    for command in (IMPORTS, POT):
        seconds(command)
    pairs = [(seconds(IMPORTS), seconds(POT)) for _ in range(runs)]
    ratios = [pot / imports for imports, pot in pairs]
    print(f"import pandas, pyarrow: median {statistics.median(a for a, _ in pairs):.2f} s")  # noqa: T201
    print(f"placespend pot:         median {statistics.median(b for _, b in pairs):.2f} s")  # noqa: T201
    print(f"ratio: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}, {runs} pairs")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
