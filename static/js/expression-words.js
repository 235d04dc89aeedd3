/*
 * What every expression can say, whatever the flow: the helpers and the libraries. Each word is an
 * expression, written as one would type it, beside what it gives; the page adds those of its own data.
 */

const FLOW = [
  ["flow.trigger.data", "what came in"],
  ["flow.trigger.event", "about the event"],
  ["flow.trigger.isCacheCreate()", "a record is new"],
  ["flow.trigger.isCacheUpdate()", "a record has changed"],
  ["flow.trigger.isCacheDelete()", "a record is gone"],
  ["flow.trigger.isActionSuccess()", "the action succeeded"],
  ["flow.trigger.isActionFail()", "the action failed"],
  ["flow.step()", "an earlier step"],
  ["flow.step().output", "all that it gave"],
  ["flow.step().actionResponse", "status and data"],
  ["flow.step().actionRequest", "what was sent"],
  ["flow.step().isActionSuccess()", "its action succeeded"],
  ["flow.step().isActionFail()", "its action failed"],
  ["flow.step().isQueueActionSuccess()", "its action is queued"],
  ["flow.mapItem()", "the current element"],
  ["flow.loopItem()", "the current element"],
  ["flow.config", "configuration values"],
  ["flow.info()", "this flow"],
  ["flow.info().registrationId", "its number"],
  ["flow.info().url", "its address"],
  ["flow.todo()", "fails on purpose"],
  ["workspace.info()", "this integration"],
  ["workspace.info().id", "its number"],
  ["workspace.info().name", "its name"],
];

const LODASH = `add assign at camelCase capitalize castArray ceil chain chunk clamp clone cloneDeep cloneWith compact concat
  cond conforms conformsTo constant countBy deburr defaultTo defaults defaultsDeep difference differenceBy differenceWith
  divide drop dropRight dropRightWhile dropWhile endsWith entries eq escape escapeRegExp every fill filter find findIndex
  findKey findLast findLastIndex findLastKey first flatMap flatMapDeep flatMapDepth flatten flattenDeep flattenDepth floor
  flow forEach forIn forOwn fromPairs get groupBy gt gte has head identity inRange includes indexOf initial intersection
  intersectionBy intersectionWith invert invertBy invokeMap isArray isBoolean isDate isEmpty isEqual isEqualWith isFinite
  isFunction isInteger isMatch isNaN isNil isNull isNumber isObject isPlainObject isString isUndefined join kebabCase keyBy
  keys last lastIndexOf lowerCase lowerFirst lt lte map mapKeys mapValues matches matchesProperty max maxBy mean meanBy
  merge mergeWith min minBy multiply negate nth omit omitBy orderBy over overEvery overSome pad padEnd padStart parseInt
  partition pick pickBy property pull pullAll pullAt random range reduce reduceRight reject remove repeat replace result
  reverse round sample sampleSize set shuffle size slice snakeCase some sortBy sortedIndex sortedUniq split startCase
  startsWith subtract sum sumBy tail take takeRight takeRightWhile takeWhile template times toArray toFinite toInteger
  toLower toNumber toPairs toPath toString toUpper transform trim trimEnd trimStart truncate unescape union unionBy
  unionWith uniq uniqBy uniqWith uniqueId unset unzip update upperCase upperFirst values without words xor xorBy zip
  zipObject zipObjectDeep zipWith`;

// Of a date or a number: what gives another one, and what ends the chain.
const CHAINS = {
  "dayjs()": {
    again: "add subtract set startOf endOf utc local tz clone locale",
    ends: `format diff isValid isSame isBefore isAfter isBetween isSameOrBefore isSameOrAfter isToday isTomorrow isYesterday
      isLeapYear toISOString toJSON toDate toArray toObject unix valueOf fromNow from toNow to calendar daysInMonth
      dayOfYear year quarter month week isoWeek weekday isoWeekday date day hour minute second millisecond utcOffset get`,
  },
  "numeral()": { again: "add subtract multiply divide set clone", ends: "format value difference" },
};

const LIBRARIES = {
  dayjs: "duration extend isDayjs isDuration max min months monthsShort tz unix utc weekdays weekdaysShort",
  numeral: "isNumeral locale validate zeroFormat nullFormat",
  uuid: "v1 v3 v4 v5 validate version parse stringify",
};

const words = (text) => text.trim().split(/\s+/);
const methods = (base, names, about) => words(names).map((name) => [`${base}.${name}()`, about]);

/** [expression, what it gives] pairs. */
export const WORDS = [
  ...FLOW,
  ...methods("_", LODASH, "Lodash"),
  ...Object.entries(LIBRARIES).flatMap(([name, members]) => methods(name, members, "")),
  ...Object.entries(CHAINS).flatMap(([base, { again, ends }]) => methods(base, `${again} ${ends}`, "")),
  ["dayjs()", "dates: Day.js"],
  ["numeral()", "numbers: Numeral.js"],
  ["_", "lists and objects: Lodash"],
  ["uuid", "new identifiers"],
];

/** [what gives it, what it is the same as] pairs: the links of a chain. */
export const SAME = [
  ...Object.entries(CHAINS).flatMap(([base, { again }]) => words(again).map((name) => [`${base}.${name}()`, base])),
  ["dayjs.utc()", "dayjs()"],
  ["dayjs.tz()", "dayjs()"],
  ["dayjs.unix()", "dayjs()"],
  ["dayjs.max()", "dayjs()"],
  ["dayjs.min()", "dayjs()"],
];

/** For a value of which nothing is known: what texts and lists can do. */
export const OF_ANY_VALUE = [
  ...words("at concat filter find flatMap includes indexOf join length map reduce reverse slice some every sort").map(
    (name) => [name, "of a list"],
  ),
  ...words(`endsWith match padEnd padStart replace replaceAll split startsWith substring toLowerCase toUpperCase
    trim`).map((name) => [name, "of a text"]),
];

/** What JavaScript brings by itself and an expression may need. */
export const JAVASCRIPT = { Array, Boolean, Date, JSON, Math, Number, Object, String, isNaN, parseFloat, parseInt };
