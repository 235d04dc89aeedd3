"""Settings come from the environment, strictly: what is not understood stops the start."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from integrations.environment import Environment

ROOT = Path(__file__).resolve().parent.parent
FILE = Path("/srv/throughline.sqlite3")


def make_environment(**variables: str) -> Environment:
    return Environment(variables)


@pytest.mark.parametrize("word", ["true", "True", "1", "yes", "ON"])
def test_words_for_true(word):
    assert make_environment(DEBUG=word).boolean("DEBUG", False) is True


@pytest.mark.parametrize("word", ["false", "FALSE", "0", "no", "off"])
def test_words_for_false_mean_false(word):
    assert make_environment(DEBUG=word).boolean("DEBUG", True) is False


@pytest.mark.parametrize("word", ["fales", "2", "none", "truefalse"])
def test_any_other_word_stops_the_start_and_names_the_variable(word):
    with pytest.raises(ImproperlyConfigured, match=f"DEBUG={word}: write true or false"):
        make_environment(DEBUG=word).boolean("DEBUG", False)


@pytest.mark.parametrize("variables", [{}, {"DEBUG": ""}, {"DEBUG": "  "}])
def test_unset_and_empty_both_mean_the_default(variables):
    environment = Environment(variables)
    assert environment.boolean("DEBUG", True) is True
    assert environment.integer("DEBUG", 7) == 7
    assert environment.text("DEBUG", "a") == "a"
    assert environment.words("DEBUG", ["a"]) == ["a"]


def test_an_integer_within_its_limits():
    assert make_environment(WORKERS=" 4 ").integer("WORKERS", 2, minimum=1, maximum=64) == 4


@pytest.mark.parametrize("word", ["0", "65", "four", "4.0", "-1", "--4", "²"])
def test_an_integer_outside_its_limits_or_not_a_number(word):
    with pytest.raises(ImproperlyConfigured, match=r"WORKERS=.*a whole number from 1 to 64"):
        make_environment(WORKERS=word).integer("WORKERS", 2, minimum=1, maximum=64)


def test_words_are_separated_by_commas_and_empty_ones_dropped():
    assert make_environment(ALLOWED_HOSTS="a.example, b.example,,").words("ALLOWED_HOSTS", []) == [
        "a.example",
        "b.example",
    ]


def test_the_default_database_is_a_sqlite_file_that_waits_for_its_lock():
    database = make_environment().database("DATABASE_URL", FILE)
    assert database["NAME"] == str(FILE)
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_a_sqlite_path_may_be_relative_and_hold_spaces():
    database = make_environment(DATABASE_URL="sqlite:///our%20data.db").database("DATABASE_URL", FILE)
    assert database["NAME"] == "our data.db"


def test_the_default_file_may_lie_in_a_folder_with_odd_signs():
    odd = Path("/srv/50% #1?/flows.sqlite3")
    assert make_environment().database("DATABASE_URL", odd)["NAME"] == str(odd)


def test_a_postgresql_address_with_a_password_of_special_characters():
    url = "postgres://flow:p%40ss%2Fword@db.example:6432/throughline?sslmode=require"
    database = make_environment(DATABASE_URL=url).database("DATABASE_URL", FILE)
    assert database["USER"] == "flow"
    assert database["PASSWORD"] == "p@ss/word"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "6432", "throughline")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@127.0.0.1/flows",
        "throughline.sqlite3",
        "sqlite://",
        "sqlite:///",
        "postgres://flow@db.example",
        "postgres://flow@db.example:port/flows",
        "postgres://flow@[::1/flows",
    ],
)
def test_an_address_that_is_no_database_stops_the_start_and_names_the_variable(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        make_environment(DATABASE_URL=url).database("DATABASE_URL", FILE)


def test_the_message_about_an_address_never_repeats_its_password():
    with pytest.raises(ImproperlyConfigured) as refused:
        make_environment(DATABASE_URL="mysql://root:secret@db/flows").database("DATABASE_URL", FILE)
    assert "secret" not in str(refused.value)


def test_the_manual_lists_every_setting_and_no_other():
    sources = [ROOT / "integrations/settings.py", ROOT / "integrations/gunicorn.py"]
    calls = "".join(source.read_text() for source in sources)
    read = set(re.findall(r"env\.\w+\(\s*['\"]([A-Z_]+)", calls))
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(re.findall(r"[A-Z_]{4,}", " ".join(rows))) == read
