"""The floor: what the same work costs at least, on the same database, to the same target.

A bare loop in one process: parse a trigger, map ten properties, send them with a requests.Session,
store what was sent and what came back in one row and one commit. No queue, no engine, no history.

    python -m tests.benchmarks.floor '{"port", "triggers", "at_once", "pause", "padding"}'

prints {"seconds", "cpu", "pss", "idle_pss"}; the target counts the arrivals.
"""

import json
import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
import requests
from django.db import connection, transaction

from tests.benchmarks.machine import pss_mb
from tests.benchmarks.work import mapped, trigger_body

TABLE = "CREATE TABLE IF NOT EXISTS benchmark_floor (id {key}, sent text NOT NULL, answer text NOT NULL)"
KEYS = {"sqlite": "integer PRIMARY KEY", "postgresql": "bigserial PRIMARY KEY"}
INSERT = "INSERT INTO benchmark_floor (sent, answer) VALUES (%s, %s)"

# SQLite takes one writer at a time, and those who wait for it would sleep in ever longer steps.
_one_writer = threading.Lock()


def main(orders: dict[str, Any]) -> dict[str, float]:
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute(TABLE.format(key=KEYS[connection.vendor]))
    idle, cpu, began = pss_mb([os.getpid()]), time.process_time(), time.monotonic()
    left = iter(range(orders["triggers"]))
    with ThreadPoolExecutor(orders["at_once"]) as pool:
        for loop in [pool.submit(_loop, left, orders) for _ in range(orders["at_once"])]:
            loop.result()
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        return {"seconds": seconds, "cpu": cpu, "pss": pss_mb([os.getpid()]), "idle_pss": idle}


def _loop(left: Any, orders: dict[str, Any]) -> None:
    session = requests.Session()
    session.trust_env = False
    for index in left:
        time.sleep(random.uniform(0, 2) * orders["pause"])
        _run(session, orders["port"], trigger_body(f"floor-{index}", orders["padding"]))
    connection.close()


def _run(session: requests.Session, port: int, body: bytes) -> None:
    sent = json.dumps(mapped(json.loads(body)))
    headers = {"Content-Type": "application/json"}
    answer = session.post(f"http://127.0.0.1:{port}/phases", data=sent, headers=headers, timeout=60)
    answer.raise_for_status()
    if connection.vendor == "sqlite":
        with _one_writer:
            _store(sent, answer.text)
    else:
        _store(sent, answer.text)


@transaction.atomic
def _store(sent: str, answer: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [sent, answer])


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
