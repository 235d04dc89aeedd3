"""The process in which JavaScript runs. It stands alone: nothing here imports the rest of Throughline.

It is started by sandbox.py as a bare Python (no site packages, empty environment). Its own job is
only to keep children in stock: each is forked with the engine ready, locks itself in, serves one
crossing and is gone, so no state can pass from one crossing to the next.

Each fork copies the tables of all the memory there is, so only light modules are imported here: no
dataclasses, typing, pathlib, json or re, which would make it half as large again.
"""
