"""Everything outside of the engine, in one process with one event loop: the target and the load.

Told what to do by JSON lines on standard input, it answers each with one JSON line:
    {"do": "serve", "delay": 0.05}   forget all arrivals; from now on answer after so many seconds
    {"do": "drive", ...}             post triggers (load.Orders) and wait until all were answered -> figures
    {"do": "count"}                  what arrived since "serve" -> figures
"""

import asyncio
import json
import sys
from typing import Any

from tests.benchmarks.load import Orders, drive
from tests.benchmarks.target import Target


async def main(port: int) -> None:
    target = Target()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(target.connection, "127.0.0.1", port, backlog=1024)
    async with server:
        async for line in await _lines():
            print(json.dumps(await _obey(target, json.loads(line))), flush=True)


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


async def _obey(target: Target, order: dict[str, Any]) -> dict[str, Any]:
    match order.pop("do"):
        case "serve":
            target.reset(order["delay"])
            return {}
        case "drive":
            return await drive(target, Orders(**order))
        case _:
            return target.figures()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
