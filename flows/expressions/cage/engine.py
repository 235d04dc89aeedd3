"""The JavaScript engine with everything an expression may use, ready to be forked."""

# pathlib is too heavy here (see __init__.py).
# ruff: noqa: PTH100, PTH118, PTH120, PTH123

import importlib.machinery
import importlib.util
import os
from collections.abc import Callable
from types import ModuleType

# A position beyond this line lies in a library, not in what a builder wrote.
LIBRARY_LINE = 100_000
_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SCRIPTS = ("mistakes", "helpers", "libraries", "random", "compiling", "results", "host")
_INTL = ("options", "zones", "dates", "numbers", "order", "exports")
_LIBRARIES = ("lodash", "dayjs", "numeral", "uuid")
_STACK_BYTES = 1 << 20


class Engine:
    """One context, and the functions of javascript/*.js that the child calls."""

    def __init__(self, extension: str):
        self._context = _quickjs(extension).Context()
        self._context.set_max_stack_size(_STACK_BYTES)
        self._context.eval("globalThis.__host = {}")
        for name in _SCRIPTS:
            self._context.eval(_source("javascript", name) + "(__host)")
        for name in ("accept", "begin", "check", "prepare", "provide", "reset", "run", "seed", "warm"):
            setattr(self, name, self._context.eval(f"__host.{name}"))
        self._context.eval("delete globalThis.__host")
        self._provide_libraries()
        self._context.gc()

    accept: Callable[[str, str], None]
    begin: Callable[[str, int], None]
    check: Callable[[int], str]
    prepare: Callable[[], None]
    provide: Callable[[str, str], None]
    reset: Callable[[], None]
    run: Callable[[int], str]
    seed: Callable[[str], None]
    warm: Callable[[str], None]

    def limit(self, *, memory_bytes: int, cpu_seconds: float) -> None:
        """Let what follows take so much memory on top of what the libraries hold, and each call so long."""
        self._context.set_memory_limit(self._context.memory()["malloc_size"] + memory_bytes)
        self._context.set_time_limit(cpu_seconds)

    def warm_up(self, names: str) -> None:
        self.warm(names)
        self._context.gc()

    def _provide_libraries(self) -> None:
        for name in _LIBRARIES:
            self.provide(name, _source("libraries", name))
        self.provide("intl", _source(os.path.join("javascript", "intl"), *_INTL))
        self.provide("timezones", _text("libraries", "timezones.json"))


def _source(folder: str, *names: str) -> str:
    return "\n" * LIBRARY_LINE + "\n".join(_text(folder, f"{name}.js") for name in names)


def _text(folder: str, name: str) -> str:
    with open(os.path.join(_FOLDER, folder, name), encoding="utf-8") as file:
        return file.read()


def _quickjs(extension: str) -> ModuleType:
    """The extension module by its file: a bare Python does not see site packages."""
    loader = importlib.machinery.ExtensionFileLoader("_quickjs", os.fspath(extension))
    spec = importlib.util.spec_from_loader("_quickjs", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
