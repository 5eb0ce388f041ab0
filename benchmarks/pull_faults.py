"""What a pull does when everything goes wrong: how many wrong files were accepted.

    python benchmarks/pull_faults.py [--quick] [--row WORD]

One row for each kind of harm, on a server on this machine. Wrong = a file stood at the final
path that was not the right one. Left = files other than the right one in the cache at the
end. Ends with 1 if a wrong file was accepted, or if a row did not end as it must.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from fault_server import Server
from faults_of_disks import flips, full_disk, order_of_calls
from faults_of_processes import concurrent, kills
from faults_of_servers import cuts, replaced, server_faults

ROWS = {
    "kills": kills,
    "server": server_faults,
    "cuts": cuts,
    "replaced": replaced,
    "concurrent": concurrent,
    "disk": full_disk,
    "flips": flips,
    "order": order_of_calls,
}


def main() -> int:
    """Run every row and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer trials, no stall")
    parser.add_argument("--row", choices=ROWS, action="append", help="only this kind of harm")
    options = parser.parse_args()
    os.environ["RADZOO_ALLOW_LOOPBACK"] = "1"
    server, rows = Server(), []
    print(f"{'trials':>6} {'wrong':>5} {'as it must':>10} {'left':>4}", flush=True)
    for name in options.row or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            for row in ROWS[name](server, Path(folder), options.quick):
                rows.append(row)
                numbers = f"{row.trials:6} {row.wrong:5} {row.as_it_must:10} {row.left:4}"
                print(f"{numbers}  {row.name}: {'; '.join(row.notes)}".rstrip(": "), flush=True)
    print(f"wrong files accepted: {sum(row.wrong for row in rows)}")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
