"""Which regular expressions are kept, and which left out."""

import pytest

from connectors.openapi.patterns import Verdict, judge

HOSTILE = [
    r"^(a+)+$",
    r"(a*)*",
    r"(a|a)*",
    r"(a|aa)+$",
    r"([a-zA-Z]+)*$",
    r"(.*,)*x",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(\w+\s?)*$",
    r"(\d+|\d+x)*",
    r"(?:a?b?)*c",
    r"(a+){20}",
    r"(a{1,50}){1,50}",
    r"(x{1000}){1000}",
    r"a{1000000}",
    "a" * 6000,
]
KEPT = [
    "",
    "github",
    r"^\d+\.\d+\.\d+$",
    r"^[a-f0-9]{64}$",
    r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
    r"^([0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?)$",
    r"^(([0-9a-f]{2}){6}:)+$",
    r"^(\w+\.)*\w+$",
    r"^\w+([-+.']\w+)*@\w+([-.]\w+)*\.\w+([-.]\w+)*$",
    r"^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\-]*[A-Za-z0-9])$",
    r"^(25[0-5]|2[0-4]\d|[01]?\d\d?)(\.(25[0-5]|2[0-4]\d|[01]?\d\d?)){3}$",
    r"^https?://[^/]+(/[^/]*)*$",
    r"^[\s\S]{0,255}$",
    r"^\/[a-z]+?$",
    r"^#?([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$",
    r"^([а-я]+[А-Я])*$",
    r"[\]\-x]*[^\d]\x41",
    r"^[[a-z]+$",
]
UNSUPPORTED = [
    r"^(?!x)a+$",
    r"(a)\1",
    r"a++",
    r"\p{L}+",
    r"^.{0,5000}$",
    r"^[\s\S]{1,32767}$",
    "[a",
    "(a",
    "a)",
    "*a",
    "\\",
    "a{2,1}",
    "(" * 100 + "a" + ")" * 100,
    "[\ud800]",
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_what_blows_up_is_left_out(pattern):
    assert judge(pattern) is Verdict.HOSTILE


@pytest.mark.parametrize("pattern", KEPT)
def test_ordinary_patterns_are_kept(pattern):
    assert judge(pattern) is Verdict.KEPT


@pytest.mark.parametrize("pattern", UNSUPPORTED)
def test_what_re2_cannot_compile_is_left_out(pattern):
    assert judge(pattern) is Verdict.UNSUPPORTED


def test_a_pattern_too_large_to_examine_is_left_out_in_no_time():
    characters = "|".join(chr(200 + number) for number in range(380))

    assert judge(f"({characters})*") is Verdict.UNSUPPORTED
