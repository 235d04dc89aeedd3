"""The rules of the code's shape. What breaks one of them is named with file and line."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("connectors", "integrations", "flows")

# Who may import whom: data flows one way.
FORBIDDEN_PACKAGES = {
    "connectors": {"integrations", "flows", "tests"},
    "integrations": {"flows", "tests"},
    "flows": {"tests"},
}
# Libraries that have one door each.
DOORS = {
    "django_q": {"flows/queue.py", "flows/broker.py"},
    "requests": {"connectors/client.py", "connectors/transport.py"},
    "urllib3": {"connectors/transport.py", "connectors/bodies.py"},
    "cryptography": {"integrations/secrets.py"},
}
# Parts that are tested without Django: what they need comes in as arguments.
PURE = (
    "connectors/addresses.py",
    "connectors/authentication.py",
    "connectors/bodies.py",
    "connectors/building.py",
    "connectors/curl.py",
    "connectors/exact_json.py",
    "connectors/messages.py",
    "connectors/openapi",
    "connectors/outcome.py",
    "connectors/parameter_styles.py",
    "connectors/sandbox",
    "connectors/schema_rules.py",
    "connectors/schema_sentences.py",
    "connectors/unknowns.py",
    "connectors/validation.py",
    "flows/conditions",
    "flows/branches.py",
    "flows/definition",
    "flows/expressions",
    "flows/graph.py",
    "flows/preview",
    "flows/processes.py",
    "flows/rates.py",
    "flows/retries.py",
    "flows/statuses.py",
    "flows/steps",
    "flows/typed_text.py",
    "flows/values.py",
    "integrations/ports.py",
    "integrations/problems.py",
)
# Pages and the API decide nothing: they call commands and queries.
THIN = ("connectors/api", "connectors/pages", "flows/api", "flows/pages", "integrations/api", "integrations/pages")
WRITES = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


class Import(NamedTuple):
    file: str
    line: int
    module: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


@cache
def source_files() -> list[Path]:
    found = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    return [file for file in found if "migrations" not in file.parts]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(file, ast.parse(file.read_text(), str(file))) for file in source_files()]


def imports_of(file: Path, nodes: Iterator[ast.AST]) -> Iterator[Import]:
    """Everything imported: `from a import b` counts as `a.b`, be it a module or a name in one."""
    package = module_of(file).split(".")
    package = package if file.name == "__init__.py" else package[:-1]
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name_of(file), node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                yield Import(name_of(file), node.lineno, f"{module}.{alias.name}")


@cache
def all_imports() -> list[Import]:
    return [found for file, tree in trees() for found in imports_of(file, ast.walk(tree))]


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(file) for file in source_files())


def our_module(imported: str) -> str:
    """The module of ours that an import loads, or ''."""
    return next((name for name in (imported, imported.rpartition(".")[0]) if name in modules()), "")


def is_or_lies_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_the_rules_look_at_files_that_exist():
    doors = {file for files in DOORS.values() for file in files}
    missing = [name for name in [*PURE, *THIN, *doors] if not (ROOT / name).exists()]
    assert not missing
    assert len(source_files()) > 50


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_between_the_packages_run_one_way(package):
    wrong = [
        found.place
        for found in all_imports()
        if found.file.startswith(f"{package}/")
        and any(is_or_lies_in(found.module, other) for other in FORBIDDEN_PACKAGES[package])
    ]
    assert not wrong


@pytest.mark.parametrize("library", DOORS)
def test_a_library_with_one_door_is_imported_there_only(library):
    users = [found for found in all_imports() if is_or_lies_in(found.module, library)]
    assert {found.file for found in users} <= DOORS[library], [found.place for found in users]


@pytest.mark.parametrize("part", PURE)
def test_pure_parts_know_no_django(part):
    wrong = [
        found.place
        for found in all_imports()
        if (found.file == part or found.file.startswith(f"{part}/"))
        and any(is_or_lies_in(found.module, name) for name in ("django", "rest_framework"))
    ]
    assert not wrong


@pytest.mark.parametrize("part", PURE)
def test_pure_parts_import_only_pure_parts(part):
    """Else Django would come in by the back door."""
    own = [found for found in all_imports() if found.file == part or found.file.startswith(f"{part}/")]
    pure = [name.removesuffix(".py").replace("/", ".") for name in PURE]
    wrong = [
        found.place
        for found in own
        if our_module(found.module) and not any(is_or_lies_in(found.module, name) for name in pure)
    ]
    assert not wrong


def test_pages_and_api_write_through_commands():
    wrong = [
        f"{name_of(file)}:{node.lineno} calls .{node.func.attr}()"
        for file, tree in trees()
        if name_of(file).startswith(THIN)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]
    assert not wrong


def test_nothing_of_ours_hides_behind_signals():
    wrong = [found.place for found in all_imports() if is_or_lies_in(found.module, "django.dispatch")]
    wrong += [found.place for found in all_imports() if is_or_lies_in(found.module, "django.db.models.signals")]
    assert not wrong


def test_no_model_changes_what_saving_means():
    wrong = [
        f"{name_of(file)}:{method.lineno} {node.name}.{method.name}"
        for file, tree in trees()
        if "models" in {file.stem, file.parent.name}
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
    ]
    assert not wrong


def test_classes_are_named_for_what_they_are():
    """None is a Manager or a Handler, unless it extends a library's class of that name."""
    vague = ("Manager", "Service", "Handler", "Helper", "Util", "Utils")
    wrong = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(vague)
        and not any(ast.unparse(base).endswith(vague) for base in node.bases)
    ]
    assert not wrong


def test_modules_import_each_other_in_no_circle():
    needs = {
        module_of(file): {our_module(found.module) for found in imports_of(file, iter(tree.body))}
        - {"", module_of(file)}
        for file, tree in trees()
    }
    assert not circle_in(needs)


def circle_in(needs: dict[str, set[str]]) -> list[str]:
    """One circle as the list of its modules, or an empty list."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        found = next((circle for other in sorted(needs[module]) if (circle := walk(other, [*way, module]))), [])
        done.add(module)
        return found

    return next((circle for module in sorted(needs) if (circle := walk(module, []))), [])
