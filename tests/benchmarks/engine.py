"""How fast the engine is on this machine, beside the least that the same work can cost here.

    python -m tests.benchmarks.engine [--quick] [--only CASE] [--history N] [--bench-js FILE]

A webhook with 1 kB of JSON starts a flow, ten properties are mapped, one Connector Action is sent and
its answer waited for, and the run is stored with its outputs. Web server and worker are the processes
that people run, with the settings of the environment: DATABASE_URL and REDIS_URL choose what is
measured. All data are in a scratch database that is gone afterwards.
The exit code is 1 when a run got lost, was doubled, or did not succeed.
"""

import argparse
import os
import signal
import sys

import django

from tests.benchmarks.cases import CASES
from tests.benchmarks.scratch import ScratchError, scratch


def main() -> int:
    options = _options()
    # As Ctrl-C does: processes and data are cleared away before the end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with scratch() as variables:
            os.environ.update(variables)
            django.setup()
            # It imports models, which there are only now.
            from tests.benchmarks.session import run

            return run(options)
    except ScratchError as error:
        print(error, file=sys.stderr)
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="once, with fewer runs; else the median of 3")
    parser.add_argument("--only", action="append", choices=CASES, help="measure this; may be given again")
    parser.add_argument("--history", type=int, default=0, metavar="N", help="store N finished runs before")
    parser.add_argument("--bench-js", metavar="FILE", help="drive the loads by this bench.js as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
