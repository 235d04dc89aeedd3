"""The help page of expressions. Each example on it is evaluated by a test."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Example:
    """`result` is JSON, as the expression gives it for SAMPLE."""

    meaning: str
    expression: str
    result: str


SAMPLE = """{
  "date": "2026-03-28T09:30:00Z",
  "vendor": {"name": "  acme steel "},
  "lines": [{"item": "Bolt", "amount": 12.50}, {"item": "Beam", "amount": 850.00}]
}"""

EXAMPLES = {
    "Data": [
        Example("A field of what came in", "flow.trigger.data.vendor.name", '"  acme steel "'),
        Example("A field that may be missing", "flow.trigger.data.project?.code ?? 'none'", '"none"'),
        Example("The first of a list", "flow.trigger.data.lines[0]?.item", '"Bolt"'),
    ],
    "Text": [
        Example("Without blanks, in capitals", "flow.trigger.data.vendor.name.trim().toUpperCase()", '"ACME STEEL"'),
        Example("Put together", "`${flow.trigger.data.lines.length} lines`", '"2 lines"'),
        Example("Filled up to a width", "String(7).padStart(3, '0')", '"007"'),
    ],
    "Numbers and money": [
        Example("A sum", '_.sumBy(flow.trigger.data.lines, "amount")', "862.5"),
        Example("Text as a number", "numeral('1,250.50').value()", "1250.5"),
        Example("As money", "numeral(862.5).format('$0,0.00')", '"$862.50"'),
    ],
    "Dates": [
        Example("Another form", "dayjs(flow.trigger.data.date).format('YYYY-MM-DD')", '"2026-03-28"'),
        Example("The end of the month", "dayjs(flow.trigger.data.date).endOf('month').format('D MMM')", '"31 Mar"'),
        Example("In a time zone", "dayjs(flow.trigger.data.date).tz('America/Denver').format('HH:mm')", '"03:30"'),
    ],
    "Lists": [
        Example("Some of them", "flow.trigger.data.lines.filter(line => line.amount > 100).length", "1"),
        Example("In order", "_.orderBy(flow.trigger.data.lines, 'amount', 'desc')[0].item", '"Beam"'),
        Example("One text from many", "flow.trigger.data.lines.map(line => line.item).join(', ')", '"Bolt, Beam"'),
    ],
}

HELPERS = [
    ("flow.trigger.data", "what came in"),
    ("flow.trigger.event", "how and when it came in"),
    (
        "flow.trigger.isActionSuccess(), .isActionFail()",
        "whether what came in is the close-out of an action, and how it went",
    ),
    (
        "flow.trigger.isCacheCreate(), .isCacheUpdate(), .isCacheDelete()",
        "whether what came in is the change of a record, and which",
    ),
    ('flow.step("id").output', "what an earlier step made"),
    (
        'flow.step("id").actionResponse',
        "the answer to an earlier Connector Action: its status, with data, result or error",
    ),
    ('flow.step("id").actionRequest', "what that action sent"),
    ('flow.step("id").isActionSuccess(), .isActionFail(), .isQueueActionSuccess()', "how that action went"),
    (
        "flow.mapItem(), flow.loopItem()",
        "the element at hand in an Array Map; in an Error Condition the failure, as {status, result}",
    ),
    ("flow.config.name", "a configuration value of the integration"),
    ("flow.info(), workspace.info()", "this flow and this integration"),
    ('flow.todo("message")', "stops on purpose, with the message"),
]

RESULTS = [
    ("undefined", "leaves the property out; as an element of a list it becomes null"),
    ("a date", "becomes its ISO text"),
    ("a BigInt", "becomes a whole number, exactly"),
    (
        "NaN, an infinity, an invalid date, a function, a promise, a Map or Set, a cycle",
        "is an error that says what to do",
    ),
]

NOT_COVERED = [
    "Dates, numbers, money and order in other languages than en-US: toLocaleString, Intl and localeCompare know no "
    "other, nor do toLocaleUpperCase and toLocaleLowerCase.",
    "Of numbers: compact, scientific and engineering notation, units, names of currencies, other ways to round than "
    "half away from zero, and formatToParts.",
    "Of dates: other calendars and digits, long names of time zones except UTC, eras, parts of the day, a weekday with "
    "the year and only one of month and day, and formatRange.",
    "Of Intl: ListFormat, PluralRules, RelativeTimeFormat, DisplayNames, DurationFormat, Segmenter and Locale. Day.js "
    "has fromNow() and duration().",
    "Anything that waits or reaches outside: await, setTimeout, _.debounce, _.throttle, _.delay, _.defer, fetch, "
    "require, files.",
    "Buffer, URL, URLSearchParams, TextEncoder, TextDecoder and structuredClone; _.cloneDeep copies.",
]


@require_safe
def expressions(request: HttpRequest) -> HttpResponse:
    context = {
        "sample": SAMPLE,
        "examples": EXAMPLES,
        "helpers": HELPERS,
        "results": RESULTS,
        "not_covered": NOT_COVERED,
    }
    return render(request, "flows/help_expressions.html", context)


urlpatterns = [path("help/expressions/", expressions, name="help-expressions")]
