"""What parent and child work through beforehand, so that the child is quick when it is needed.

A forked child shares its pages with its parent and copies each at the first touch. Touching the
usual ones beforehand takes that time out of the crossing; so does what Python and JavaScript make
at the first use, if the parent has it made before it forks. Nothing of a rehearsal is left behind.
"""

from . import wire

# Without double quotes and backslashes: each stands in JSON as it is.
_EXPRESSIONS = {
    "": (
        "flow.trigger.data.lines.filter((line) => line.a > 1).map((line) => `${line.b}`).join(', ')",
        "flow.step('a').output?.b ?? flow.trigger.data.lines.reduce((sum, line) => sum + line.a, 0)",
        "const a = flow.trigger.data.lines[0].b.toUpperCase().slice(0, 1); return { a, b: [a.trim()] }",
        "`${flow.trigger.data.lines[1].c.name}, ${flow.trigger.data.lines[1].a}`",
        "flow.trigger.data.lines[2].c?.id > 5 ? 'large' : 'small'",
        "flow.trigger.data.lines.length * 2 + 1",
        "flow.trigger.data.lines.some((line) => line.b === 'two')",
        "Object.keys(flow.trigger.data.lines[0]).slice(1)",
        "flow.step('a').output.c[0] ?? null",
        "missing.field",
    ),
    "_": ("_.sumBy(flow.trigger.data.lines, 'a')", "_.orderBy(flow.trigger.data.lines, ['a'], ['desc'])"),
    "dayjs": ("dayjs('2026-01-31').add(1, 'month').format('YYYY-MM-DD')", "dayjs().endOf('month').format()"),
    "numeral": ("numeral('1,234.5').format('0,0.00')",),
}
# As much as a usual run brings along, so that the memory for it is there as well.
_LINE = '{"a":1.5,"b":"one","c":{"id":7,"name":"Main Street"},"d":[null,true]}'
_DATA = f'{{"lines":[{",".join([_LINE] * 24)}]}}'
_OUTPUT = '{"output":{"c":[1]}}'


def crossing(libraries: frozenset[str]) -> bytes:
    """A crossing that uses these libraries, as it comes over the wire."""
    sources = [_EXPRESSIONS[name] for name in _EXPRESSIONS if not name or name in libraries]
    units = [f'["e","{source}",false]' for group in sources for source in group]
    header = f'{{"units":[{",".join(units)}],"steps":["a"]}}'
    return wire.pack(["run", str(len(units)), header]) + wire.pack(["data", _DATA, "step a", _OUTPUT])
