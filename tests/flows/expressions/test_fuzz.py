"""Any data, any path, any text: the sandbox keeps what it is given and never falls over."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.expressions import Scope, check, evaluate_many, paths
from tests.flows.expressions.making import array_map, expression, fields, make_scope

texts = st.text(max_size=12)
safe_numbers = st.integers(-(2**53), 2**53) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4
)
values = st.recursive(
    st.none() | st.booleans() | safe_numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)
keys = st.sampled_from(["a", "b", "length", "0", "1", "constructor", "toString", "map", "__proto__", "odd name"])
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
links = st.builds(
    lambda key, optional, bracket: linked(key, optional=optional, bracket=bracket),
    keys,
    st.booleans(),
    st.booleans(),
)
sources = st.text(alphabet="flow.trigdaetp()[]{}'\"`$;:=>+-*/?!,&|<01_ \n\\\u2028é\0\ud800", max_size=40)

quickly = settings(max_examples=120, deadline=None)


@quickly
@given(values)
def test_any_value_comes_through_the_sandbox_as_it_went_in(value):
    (evaluation,) = evaluate_many(
        [("", expression("((x) => x)(flow.trigger.data)"))], Scope(trigger={"data": value}, steps={})
    )
    assert evaluation.problems == []
    assert same(evaluation.value, value)


@quickly
@given(values)
def test_any_value_comes_through_array_maps(value):
    rows = array_map(expression("[flow.trigger.data]"), fields(v=expression("flow.mapItem()")))
    plain = array_map({"mode": "constant", "value": [value]}, fields(v=expression("(flow.mapItem())")))
    for evaluation in evaluate_many([("", rows), ("", plain)], Scope(trigger={"data": value}, steps={})):
        assert same(evaluation.value, [{"v": value}])


@quickly
@given(trees, st.lists(links, max_size=4))
def test_a_plain_path_gives_what_the_sandbox_gives(tree, path):
    """The same path, once followed in Python and once by JavaScript."""
    plain = f"flow.trigger.data{''.join(path)}"
    templates = [("", expression(plain)), ("", expression(f"({plain})"))]
    assert paths.parse(plain)
    assert not paths.parse(f"({plain})")
    ours, theirs = evaluate_many(templates, Scope(trigger={"data": tree}, steps={}))
    if ours.problems and "is a function" in ours.problems[0].message:
        return  # JavaScript may go on from a built-in function; a path of ours ends there
    assert bool(ours.problems) == bool(theirs.problems)
    assert (ours.value, ours.missing) == (theirs.value, theirs.missing)
    assert [problem.remedy for problem in ours.problems] == [problem.remedy for problem in theirs.problems]


@quickly
@given(sources)
def test_any_text_is_a_value_or_a_problem_that_says_where(source):
    (evaluation,) = evaluate_many([("here", expression(source))], make_scope({"a": 1}))
    for problem in [*evaluation.problems, *check(source, place="here")]:
        assert problem.place == "here"
        assert problem.message
        assert 0 <= problem.line <= source.count("\n") + source.count("\u2028") + 1
        assert "brought its sandbox down" not in str(problem)


@quickly
@given(texts, texts)
def test_no_name_of_a_step_or_a_field_confuses_the_sandbox(step, field):
    scope = Scope(trigger={}, steps={step: {"output": {field: 1}}})
    find = f"flow.step({as_javascript(step)}).output[{as_javascript(field)}] + 1"
    (evaluation,) = evaluate_many([("", expression(find))], scope)
    assert evaluation.value == 2


def linked(key: str, *, optional: bool, bracket: bool) -> str:
    if key.isdecimal():
        return f"{'?.' if optional else ''}[{key}]"
    if bracket or not key.isidentifier():
        return f"{'?.' if optional else ''}['{key}']"
    return f"{'?.' if optional else '.'}{key}"


def as_javascript(text: str) -> str:
    return "'" + "".join(f"\\u{unit:04x}" for unit in utf16(text)) + "'"


def utf16(text: str) -> list[int]:
    raw = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]


def same(ours, theirs) -> bool:
    """Equal as JSON, where 1 and True are two things."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | Decimal) and isinstance(theirs, int | Decimal):
        return float(ours) == float(theirs)
    return ours == theirs
