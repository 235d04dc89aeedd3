"""`python -m connectors.sandbox`: both sample systems in one process, until told to stop."""

import argparse
import signal
import sqlite3
import sys
from pathlib import Path

from connectors.sandbox.server import PortTaken, run_sandbox

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


def main(arguments: list[str]) -> int:
    options = _read_options(arguments)
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        with run_sandbox(
            options.data, projectsight_port=options.port_projectsight, vista_port=options.port_vista
        ) as sandbox:
            sys.stdout.write(
                f"Sample systems ready: ProjectSight sample {sandbox.projectsight_url},"
                f" Vista sample {sandbox.vista_url}\n"
            )
            sys.stdout.flush()
            signal.sigwait(STOP_SIGNALS)
    except PortTaken as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"Cannot keep data in {options.data}: {error.strerror}")
    except sqlite3.Error as error:
        return _fail(f"Cannot use the storage files in {options.data}: {error}")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


def _read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.sandbox", description="Run ProjectSight sample and Vista sample."
    )
    parser.add_argument("--data", type=Path, required=True, help="directory for the two storage files")
    parser.add_argument("--port-projectsight", type=int, default=8801, metavar="PORT")
    parser.add_argument("--port-vista", type=int, default=8802, metavar="PORT")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    # Held back until `main` waits for them: a handler could find the main thread inside a lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    sys.exit(main(sys.argv[1:]))
