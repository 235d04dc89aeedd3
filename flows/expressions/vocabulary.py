"""Words that people write in expressions: those that are there, and what to write for those that are not."""

from flows.expressions import prototypes

LIBRARIES_THERE = "The libraries are there already: `_`, `dayjs`, `numeral` and `uuid`."
_NO_WAITING = "Nothing can be waited for here."
_OUTSIDE = "Nothing outside can be reached from here; use a step that calls the other system."
_CONDITION = "Write `condition ? value : otherwise`."
INSTEAD_OF_NAMES = {
    "lodash": "Lodash is `_` here.",
    "moment": "Dates are `dayjs(...)` here.",
    "DateTime": "Dates are `dayjs(...)` here.",
    "TODAY": "Write `dayjs().format('YYYY-MM-DD')`.",
    "NOW": "Write `dayjs().format()`.",
    "require": LIBRARIES_THERE,
    "setTimeout": _NO_WAITING,
    "setInterval": _NO_WAITING,
    "await": _NO_WAITING,
    "fetch": _OUTSIDE,
    "XMLHttpRequest": _OUTSIDE,
    "process": _OUTSIDE,
    "window": "There is no browser page here.",
    "document": "There is no browser page here.",
    "appNetwork": "Links to files are not there.",
    "structuredClone": "Write `_.cloneDeep(value)`.",
    "Step": 'Write `flow.step("id").output`.',
    "step": 'Write `flow.step("id").output`.',
    "$": 'Write `flow.step("id").output` for a step, `flow.trigger.data` for what came in.',
    "Data": "What came in is `flow.trigger.data`.",
    "data": "What came in is `flow.trigger.data`.",
    "trigger": "What came in is `flow.trigger.data`.",
    "item": "The element at hand is `flow.mapItem()`.",
    "mapItem": "Write `flow.mapItem()`.",
    "loopItem": "Write `flow.loopItem()`.",
    "config": "Write `flow.config.name`.",
    "GetConfigValue": "Write `flow.config.name`.",
    "IF": _CONDITION,
    "IIF": _CONDITION,
    "SUM": 'Write `_.sumBy(list, "field")`.',
    "CONCATENATE": "Write `${first} ${second}` between backticks.",
    "CONCAT": "Write `${first} ${second}` between backticks.",
    "LEFT": "Write `text.slice(0, 3)`.",
    "VLOOKUP": "Write `list.find((item) => item.code === code)`.",
    "None": "Write `null`.",
    "nil": "Write `null`.",
    "alert": "What an expression gives is seen beside it, in the preview.",
}
INSTEAD_OF_CALLS = {
    "length": "It is a number: write `.length`, without `()`.",
    "Length": "Write `.length`, without `()`.",
    "Count": "Write `.length`, without `()`.",
    "count": "Write `.length`, without `()`.",
    "size": "Write `.length`, without `()`.",
    "Contains": "Did you mean `includes`?",
    "contains": "Did you mean `includes`?",
    "Where": "Did you mean `filter`?",
    "Select": "Did you mean `map`?",
    "Any": "Did you mean `some`?",
    "any": "Did you mean `some`?",
    "All": "Did you mean `every`?",
    "First": "Write `[0]`.",
    "FirstOrDefault": "Write `[0]`.",
    "first": "Write `[0]`.",
    "Last": "Write `.at(-1)`.",
    "last": "Write `.at(-1)`.",
    "Add": "Did you mean `push`?",
    "add": "Dates have it: `dayjs(x).add(1, 'day')`. Numbers are added with `+`.",
    "AddDays": "Write `dayjs(x).add(1, 'day')`.",
    "addDays": "Write `dayjs(x).add(1, 'day')`.",
    "format": "Write `dayjs(x).format(...)` for a date, `numeral(x).format(...)` for a number.",
    "Format": "Write `dayjs(x).format(...)` for a date, `numeral(x).format(...)` for a number.",
    "IsNullOrEmpty": "Write `!text`.",
    "isEmpty": "Write `_.isEmpty(x)`.",
    "isNull": "Write `x === null`.",
    "sum": 'Write `_.sum(list)`, or `_.sumBy(list, "field")`.',
    "Sum": 'Write `_.sum(list)`, or `_.sumBy(list, "field")`.',
    "average": 'Write `_.meanBy(list, "field")`.',
    "debounce": _NO_WAITING,
    "throttle": _NO_WAITING,
    "delay": _NO_WAITING,
    "defer": _NO_WAITING,
    "formatRange": "Format the two ends, each by itself.",
    "uuid": "Write `uuid.v4()`.",
}


def _words(text: str) -> list[str]:
    return text.split()


GLOBALS = _words("""
    flow workspace _ dayjs numeral uuid Math JSON Object Number String Array Date Boolean parseInt parseFloat isNaN
    null true false undefined
""")
LODASH = _words("""
    assign camelCase capitalize chunk clone cloneDeep compact concat countBy defaults difference differenceBy endsWith
    every filter find findIndex findLast first flatMap flatten flattenDeep forEach get groupBy has head includes indexOf
    intersection intersectionBy invert isArray isEmpty isEqual isNil isNumber isString join kebabCase keyBy keys last
    lowerCase lowerFirst map mapKeys mapValues max maxBy mean meanBy merge min minBy omit omitBy orderBy pad padEnd
    padStart partition pick pickBy pull range reduce reject repeat replace reverse round set size slice snakeCase some
    sortBy split startCase startsWith sum sumBy tail take template times toLower toNumber toPairs toString toUpper trim
    truncate union unionBy uniq uniqBy unset unzip upperCase upperFirst values without words zip zipObject
""")
METHODS = sorted(
    {
        *prototypes.METHODS,
        *_words("""
    add dayOfYear daysInMonth diff endOf format fromNow isAfter isBefore isBetween isSame isSameOrAfter isSameOrBefore
    isValid isoWeek local locale month quarter startOf subtract toDate toISOString toJSON toString tz unix utc utcOffset
    value valueOf week weekday year
"""),
    }
)
TAKING_FUNCTIONS = _words("""
    every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort
""")
