"""The sandbox of this worker process: made at the first need, and never shared across a fork."""

import atexit
import os
import threading
from collections.abc import Callable
from typing import TypeVar

from flows.expressions.children import SandboxUnavailable, Stock
from flows.expressions.limits import current
from flows.expressions.question import Question

Answer = TypeVar("Answer")

_stock: Stock | None = None
_guard = threading.Lock()


def cross(question: Question) -> list[str]:
    """One crossing with this process's own sandbox. Raises Ended or SandboxUnavailable.

    An expression has no effects, so one whose sandbox was ended by others is simply worked out again.
    """
    try:
        return _of_stock(lambda stock: stock.cross(question))
    except SandboxUnavailable:
        return _of_stock(lambda stock: stock.cross(question))


def verdict() -> str:
    """How children are kept: "confined", or "unconfined: why". Raises SandboxUnavailable."""
    return _of_stock(Stock.ready)


def _of_stock(ask: Callable[[Stock], Answer]) -> Answer:
    """One that has failed is not asked again: it would only say that it has ended, and not why."""
    stock = _present()
    try:
        return ask(stock)
    except SandboxUnavailable:
        _retire(stock)
        raise


def _present() -> Stock:
    global _stock
    with _guard:
        if _stock and _stock.limits != current():
            _stock.close()
            _stock = None
        if not _stock:
            _stock = Stock(current())
        return _stock


def _retire(stock: Stock) -> None:
    global _stock
    with _guard:
        if _stock is stock:
            _stock.close()
            _stock = None


def _end() -> None:
    if _stock:
        _retire(_stock)


def _forget() -> None:
    """In a forked child: the sandbox belongs to the parent, and so may the lock that a thread held."""
    global _stock, _guard
    _guard = threading.Lock()
    if _stock:
        _stock.abandon()
    _stock = None


atexit.register(_end)
os.register_at_fork(after_in_child=_forget)
