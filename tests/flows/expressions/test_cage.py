"""The cage: whatever an expression tries, it ends as a clear failure and the next run is served."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows import expressions
from flows.expressions import EvaluationError, children, evaluate, limits, stock
from flows.expressions.cage import confinement, server, wire
from flows.expressions.children import SandboxUnavailable
from tests.flows.expressions.making import expression, fields, make_scope, value_of
from tests.flows.expressions.processes import children_of, sandbox
from tests.servers import PATIENCE, eventually

ENDLESS = {
    "a loop": "for (;;);",
    "a loop that catches everything": "for (;;) { try { for (;;); } catch {} finally { for (;;); } }",
    "a native loop": "new Array(2 ** 31).join('ab')",
    "a catastrophic pattern": "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "a catastrophic replacement": "'x'.repeat(60).replace(/(x+x+)+y/g, '')",
    "a comparator": "[3, 2, 1].sort(() => { for (;;); })",
    "a getter in the result": "({ get a() { for (;;); } })",
    "toJSON of the result": "({ toJSON() { for (;;); } })",
    "a proxy as the result": "new Proxy({}, { ownKeys() { for (;;); } })",
    "an iterator": "[...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }].length",
    "a generator": "function* f() { for (;;) yield 1 } let n = 0; for (const x of f()) n += x; return n",
    "a great power": "(7n ** 9999999n).toString().length",
    "a promise flood": "const p = () => Promise.resolve().then(p); for (;;) p()",
    "a flood of microtasks": "for (;;) queueMicrotask(() => {})",
    "errors without end": "for (;;) { try { throw new Error('again') } catch {} }",
    "weak references": "for (;;) new FinalizationRegistry(() => {}).register({}, 1)",
    "an error that is slow to show": "throw { toString() { for (;;); } }",
    "sorting holes": "new Array(2 ** 32 - 1).sort()",
}

HUNGRY = {
    "a doubled text": "let s = 'x'; for (;;) s += s",
    "a repeated text": "'x'.repeat(2 ** 29)",
    "a padded text": "'x'.padEnd(2 ** 29)",
    "a filled array": "new Array(3e8).fill(1)",
    "a growing array": "const a = []; for (;;) a.push({ a })",
    "a buffer": "new ArrayBuffer(2 ** 31 - 1)",
    "many buffers": "const a = []; for (;;) a.push(new Uint8Array(1e6).fill(7))",
    "a growing buffer": "const b = new ArrayBuffer(1, { maxByteLength: 2 ** 31 }); b.resize(2 ** 31 - 1); return 1",
    "a tree of copies": "let a = [1]; for (;;) a = [...a, ...a]",
    "a map": "const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })",
    "a split text": "'a'.repeat(3e7).split('')",
    "a joined array": "Array(1e4).fill('x'.repeat(1e4)).join('y')",
    "a huge number": "2n ** 999999999n",
    "symbols": "const o = {}; for (let i = 0; ; i++) o[Symbol(i)] = 'x'.repeat(1000)",
    "closures": "let f = () => 0; for (;;) { const g = f; f = () => g() }",
    "hoarded errors": "const e = []; for (;;) e.push(new Error('x'.repeat(1000)))",
}

DEEP = {
    "recursion": "const f = () => f() + 1; f()",
    "mutual recursion by getters": "const o = { get a() { return this.a } }; o.a",
    "recursion by toString": "const o = { toString() { return `${this}` } }; return String(o)",
    "recursion by a proxy": "const p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x",
    "a deep result": "let a = []; for (let i = 0; i < 5000; i++) a = [a]; return a",
    "a very deep result": "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return a",
    "deep JSON": "JSON.parse('['.repeat(1e6))",
    "a deep expression": "(".rjust(20000, "(") + "1" + ")" * 20000,
    "a deep pattern": "new RegExp('('.repeat(50000) + ')'.repeat(50000)).test('a')",
    "a result that contains itself": "const a = {}; a.b = [a]; return a",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_ended(quick, source):
    assert_contained(source, "took more than|were not ready|memory|too large")


@pytest.mark.parametrize("source", HUNGRY.values(), ids=HUNGRY.keys())
def test_what_wants_all_memory_gets_none_of_it(quick, source):
    assert_contained(source, "memory|took more than|not ready|larger than|invalid|too l|out of range")


@pytest.mark.parametrize("left", range(0, 320, 40))
def test_the_end_of_memory_is_told_however_little_is_left_to_tell_it_with(left):
    source = f"const a = 'x'.repeat({left}); const p = () => Promise.resolve().then(p); for (;;) p()"
    assert_contained(source, "needed more than 64 MB of memory")


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
def test_what_goes_too_deep_is_stopped(quick, source):
    assert_contained(source, "without end|too deeply|contains itself|memory|took more than|not ready|too many")


def test_how_a_child_ended_is_known_however_late_one_listens(quick, monkeypatch):
    """On a busy machine its end is told twice before anybody hears it: as it was, and in answer to the kill."""
    say = children.Stock._say

    def late(stock, message):
        time.sleep(0.3)
        say(stock, message)
        time.sleep(0.3)

    monkeypatch.setattr(children.Stock, "_say", late)
    assert_contained(ENDLESS["a native loop"], "took more than|were not ready")


def test_no_way_around_the_size_of_a_result():
    assert_contained("[1n, 'x'.repeat(17e6)]", "larger than")


def test_a_huge_result_is_refused():
    assert_contained("const s = 'x'.repeat(2 ** 20); return Array(20).fill(s)", "larger than")


def test_a_million_errors_are_twenty_problems():
    rows = {"mode": "array_map", "list": expression("Array(1e5).fill(1)"), "item": expression("nope.x")}
    with pytest.raises(EvaluationError) as caught:
        evaluate(rows, make_scope({}))
    assert len(caught.value.problems) == 20


def test_limits_are_one_second_unless_set():
    assert (limits.current().cpu_seconds, limits.current().wall_seconds) == (1, 1)
    before = time.monotonic()
    assert_contained("for (;;);", "took more than 1 s|were not ready after 1 s")  # the latter if others are busy
    assert time.monotonic() - before > 0.9


# What has got attackers out of other systems' expression languages.
ESCAPES = [
    "this.constructor.constructor('return process')()",
    "({}).constructor.constructor('return process.mainModule.require(`child_process`)')()",
    "(() => {}).constructor('return require')()",
    "(async () => {}).constructor('return import(`fs`)')().x.y",
    "(function* () {}).constructor('return process')().next().value",
    "globalThis.process.env",
    "require('fs').readFileSync('/etc/passwd')",
    "process.binding('spawn_sync')",
    "const e = new Error(); Error.prepareStackTrace = (e, s) => s[0].getThis().process.pid; return e.stack.pid()",
    "[].map.constructor('return this.process.pid')()",
    "Reflect.construct(Function, ['return std.open(`/etc/passwd`, `r`)'])()",
    "os.exec(['id'])",
    "std.loadFile('/etc/passwd')",
    "new Worker('x')",
    "new WebAssembly.Module(new Uint8Array(8))",
    "fetch('http://127.0.0.1')",
    "new XMLHttpRequest()",
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
    "__host.run(0)",
    "python.eval('1')",
    "flow.constructor.constructor('return process')()",
    "flow.step.constructor('return __host')().run",
    "_.template('<%= process.env %>')({})",
    "_.template('', { variable: '){process.exit()}; with(obj' })({})",
    "Object.defineProperty(globalThis, 'flow', { value: 1 })",
    "flow.trigger = 1; flow.step = 2; return flow.trigger === 1 ? escaped : notEscaped()",
    "setTimeout(() => 1, 0)",
    "gc()",
    "new Intl.DisplayNames(['en'], { type: 'region' })",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_there_is_nothing_to_escape_to(source):
    with pytest.raises(EvaluationError) as caught:
        value_of(source, {})
    assert "brought its sandbox down" not in str(caught.value)


def test_importing_gives_a_promise_that_nobody_keeps():
    with pytest.raises(EvaluationError, match="promise"):
        value_of("import('fs')", {})


# Each is tried by a process with the cage closed around it, in C's own words rather than JavaScript's.
SYSTEM_CALLS = """
import ctypes, mmap, os, socket, sys, _thread
sys.path.append(sys.argv[1])
from cage import confinement
attempts = {
    "open a file": lambda: open("/etc/passwd"),
    "list a folder": lambda: os.listdir("/"),
    "make a file": lambda: os.open("/tmp/x", os.O_CREAT | os.O_WRONLY),
    "open a socket": lambda: socket.socket(),
    "pair sockets": lambda: socket.socketpair(),
    "fork": os.fork,
    "start a thread": lambda: _thread.start_new_thread(print, ()),
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "kill the parent": lambda: os.kill(os.getppid(), 9),
    "kill oneself's group": lambda: os.killpg(0, 9),
    "trace the parent": lambda: checked(ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0)),
    "map code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "raise a limit": lambda: __import__("resource").setrlimit(7, (100, 100)),
    "change user": lambda: os.setuid(1000),
    "make a pipe": os.pipe,
    "copy a descriptor": lambda: os.dup(1),
    "make a memory file": lambda: os.memfd_create("x"),
    "wait for ever": lambda: __import__("time").sleep(0.01),
}
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
import resource, time
confinement.Lock().close()
for name, attempt in attempts.items():
    try:
        attempt()
        verdict = "allowed"
    except (OSError, RuntimeError, ValueError):
        verdict = "refused"
    os.write(1, f"{name}: {verdict}\\n".encode())
os._exit(0)
"""


def test_a_confined_process_can_ask_the_kernel_for_nothing():
    folder = Path(expressions.__file__).parent
    command = [sys.executable, "-I", "-c", SYSTEM_CALLS, folder]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    verdicts = dict(line.split(": ") for line in answer.stdout.splitlines())
    assert len(verdicts) == SYSTEM_CALLS.count("lambda:") + 2  # and fork, and a pipe
    assert set(verdicts.values()) == {"refused"}


def test_children_have_an_empty_environment_and_one_socket():
    value_of("1 + 1", {})
    eventually(are_all_caged)


def are_all_caged() -> bool:
    """The child that has served last is gone, and those that wait can do nothing."""
    waiting = children_of(sandbox())
    return len(waiting) == stock.current().spare_children and all(map(is_caged, waiting))


def is_caged(pid: int) -> bool:
    process = Path(f"/proc/{pid}")
    with suppress(FileNotFoundError, ProcessLookupError):
        links = [link.readlink().name.partition(":")[0] for link in (process / "fd").iterdir()]
        environment, status = (process / "environ").read_bytes(), (process / "status").read_text()
        is_confined = "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status
        return is_confined and links == ["socket"] and not environment
    return False


def test_the_health_page_is_told_that_children_are_confined():
    assert expressions.status() == {"available": True, "confined": True, "detail": "confined"}


# What a kernel without seccomp answers, and some containers: a filter laid on beforehand sees to it.
WITHOUT_SECCOMP = """
import ctypes, json, platform, struct, sys
from flows.expressions import EvaluationError, Limits, configure, status
from tests.flows.expressions.making import value_of
prctl, seccomp = {"x86_64": (157, 317), "aarch64": (167, 277)}[platform.machine()]
load, equal, give, allow, invalid = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000 | 22
program = [
    (load, 0, 0, 0), (equal, 4, 0, seccomp), (equal, 0, 2, prctl),
    (load, 0, 0, 16), (equal, 1, 0, 22), (give, 0, 0, allow), (give, 0, 0, invalid),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Filter(len(program), ctypes.cast(code, ctypes.c_void_p))), 0, 0) == 0
configure(Limits(allow_unconfined=sys.argv[1] == "allowed"))
try:
    value = value_of("20 + 22")
except EvaluationError as error:
    value = str(error)
print(json.dumps([status(), value]))
"""


def test_without_seccomp_no_expression_runs():
    status, refusal = without_seccomp("refused")
    assert (status["available"], status["confined"]) == (False, False)
    assert "cannot run safely on this machine: this kernel takes no seccomp filter" in status["detail"]
    assert "this kernel takes no seccomp filter" in refusal


def test_without_seccomp_expressions_run_if_the_operator_says_so_and_the_status_says_it():
    status, value = without_seccomp("allowed")
    assert value == 42
    assert status == {
        "available": True,
        "confined": False,
        "detail": "unconfined: this kernel takes no seccomp filter",
    }


def without_seccomp(choice: str) -> tuple[dict[str, Any], Any]:
    command = [sys.executable, "-c", WITHOUT_SECCOMP, choice]
    root = Path(__file__).parents[3]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=root)
    return tuple(json.loads(answer.stdout))


def test_a_machine_that_no_filter_is_written_for_is_refused_unless_the_operator_says_so(monkeypatch):
    monkeypatch.setattr(confinement.os, "uname", lambda: SimpleNamespace(machine="riscv64"))
    with pytest.raises(confinement.Unconfined, match="riscv64"):
        server.verdict(allow_unconfined=False)
    assert server.verdict(allow_unconfined=True).startswith("unconfined: ")


def test_an_expression_that_takes_all_the_time_to_compile_is_the_one_that_is_named(quick):
    # At each parenthesis the engine looks through all that is in it, and asks no clock meanwhile.
    slow = "(" * 800 + "+".join(["1"] * 100_000) + ")" * 800
    with pytest.raises(EvaluationError, match=r"took more than|were not ready") as caught:
        evaluate(fields(quick=expression("1 + 1"), slow=expression(slow)), make_scope({}))
    assert [problem.place for problem in caught.value.problems] == ["slow"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage that is long enough for a head",
        wire.pack([]),
        wire.pack(["{}", "{}"]),
        wire.pack(["{}\n{}"]),
        b"\xff" * 16,
        wire.pack(["x"])[:-1],
    ],
)
def test_a_child_that_answers_what_no_honest_child_would_is_ended(monkeypatch, answer):
    """As one might that has been taken over through a fault of the engine."""
    real, parts = wire.receive, iter([answer])
    monkeypatch.setattr(children.wire, "receive", lambda read, **limits: real(lambda size: next(parts, b""), **limits))
    with pytest.raises(EvaluationError, match="brought its sandbox down"):
        value_of("while (Date.now() % 7 < 8);", {})
    monkeypatch.undo()
    eventually(are_all_caged)
    assert value_of("20 + 22", {}) == 42


@pytest.mark.parametrize(
    "answer", ["not JSON", "[" * 100_000, '{"value":1e99999999999999999999}', "{}},{", "{},{}", "5"]
)
def test_an_answer_that_is_no_json_fails_the_step_alone(monkeypatch, answer):
    monkeypatch.setattr(stock, "cross", lambda *arguments: [answer])
    with pytest.raises(EvaluationError):
        value_of("1 + 1", {})


def test_a_refusal_fails_the_step_and_names_the_reason(monkeypatch):
    def refused(*arguments):
        raise SandboxUnavailable("expressions cannot run safely on this machine: no seccomp")

    monkeypatch.setattr(stock, "cross", refused)
    with pytest.raises(EvaluationError, match="cannot run safely on this machine: no seccomp"):
        value_of("1 + 1", {})


def assert_contained(source: str, message: str) -> None:
    """The source fails with such a message; the next run is served; nothing is left running."""
    with pytest.raises(EvaluationError, match=message) as caught:
        value_of(source, {})
    assert "brought its sandbox down" not in str(caught.value)
    assert value_of("20 + 22", {}) == 42
    eventually(lambda: len(children_of(sandbox())) <= stock.current().spare_children)
