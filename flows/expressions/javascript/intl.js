// As much of Intl as en-US formatting and time zones need; the engine has none of its own.
// What is not covered (other locales, compact notation, long zone names) says so instead of guessing.
'use strict';

const MONTHS = ('January February March April May June July August September October November December').split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const SYMBOLS = {
  USD: '$', EUR: '€', GBP: '£', JPY: '¥', CAD: 'CA$', AUD: 'A$', NZD: 'NZ$', MXN: 'MX$', CNY: 'CN¥', INR: '₹',
  KRW: '₩', BRL: 'R$', ILS: '₪', VND: '₫', TWD: 'NT$', HKD: 'HK$', PHP: '₱', XAF: 'FCFA', XOF: 'F CFA', XCD: 'EC$',
  XCG: 'Cg.', XPF: 'CFPF',
};
const WITHOUT_CENTS = (
  'AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL SOS SYP UGX VND ' +
  'VUV XAF XOF XPF YER'
).split(' ');
const WITH_MILLS = 'BHD JOD KWD LYD OMR TND'.split(' ');

function refuse(what) {
  throw new RangeError(`${what} is not covered here; see the help page on expressions`);
}

function checkLocale(locales) {
  const wanted = Array.isArray(locales) ? locales[0] : locales;
  if (wanted !== undefined && !['en', 'en-US', 'default'].includes(String(wanted))) refuse(`the locale ${wanted}`);
}

// Options that would change the result, and are there only with the value that changes nothing.
function onlyAs(options, allowed) {
  for (const name of Object.keys(allowed)) {
    if (options[name] !== undefined && options[name] !== allowed[name]) refuse(`${name} '${options[name]}'`);
  }
}

// --- time zones -------------------------------------------------------------------------------

const data = JSON.parse(resource('timezones'));
const histories = Object.create(null);
const names = Object.create(null);
for (const name of Object.keys(data.zones)) names[name.toLowerCase()] = name;

const LAST_YEAR = 2054;
const CYCLE = 28 * 365.25 * 86400; // after so many seconds the calendar repeats, until 2100

function zoneNamed(name = 'UTC') {
  const found = names[String(name).toLowerCase()];
  if (!found) throw new RangeError(`Invalid time zone specified: ${name}`);
  return found;
}

function history(zone) {
  return (histories[zone] ??= data.histories[data.zones[zone]].split(' ').map((text) => parseInt(text, 36)));
}

function offsetAt(zone, milliseconds) {
  let seconds = Math.floor(milliseconds / 1000);
  while (new Date(seconds * 1000).getUTCFullYear() > LAST_YEAR) seconds -= CYCLE;
  const steps = history(zone);
  let low = 0;
  let high = (steps.length - 1) / 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[2 * middle - 1] <= seconds) low = middle;
    else high = middle - 1;
  }
  return steps[2 * low];
}

function offsetName(seconds, { long = false } = {}) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = String(Math.floor(minutes / 60));
  const rest = minutes % 60 ? `:${pad(minutes % 60)}` : '';
  if (long) return `GMT${seconds < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes % 60)}`;
  return `GMT${seconds < 0 ? '-' : '+'}${hours}${rest}`;
}

const WESTERN = /Casablanca|Aaiun|Fa(e)?roe|Madeira|Canary|Azores|Lisbon|Portugal|WET|Scoresbysund/;
const STANDARD = { E: -5, C: -6, M: -7, P: -8, AK: -9, A: -4, H: -10, HA: -10 };

function zoneName(style, zone, seconds) {
  if (style === 'longOffset') return offsetName(seconds, { long: true });
  if (style === 'shortOffset') return offsetName(seconds);
  if (style === 'long' && /^(Etc\/)?(UTC|UCT|Zulu|Universal)$/.test(zone)) return 'Coordinated Universal Time';
  if (style !== 'short') refuse(`timeZoneName '${style}' for ${zone}`);
  if (/^((Etc\/)?(UTC|UCT|Zulu|Universal|GMT)|GMT[+-]?0)$/.test(zone)) return 'UTC';
  const letter = data.letters[zone];
  if (!letter) return seconds === 0 && !WESTERN.test(zone) ? 'GMT' : offsetName(seconds);
  return `${letter}${seconds === STANDARD[letter] * 3600 ? 'S' : 'D'}T`;
}

// --- dates ------------------------------------------------------------------------------------

const DATE_FIELDS = ['weekday', 'year', 'month', 'day'];
const TIME_FIELDS = ['hour', 'minute', 'second', 'fractionalSecondDigits'];
const KNOWN_FIELDS = [...DATE_FIELDS, ...TIME_FIELDS, 'timeZoneName'];
const DATE_STYLES = {
  full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' },
  short: { year: '2-digit', month: 'numeric', day: 'numeric' },
};
const TIME_STYLES = {
  full: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'long' },
  long: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
  medium: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
  short: { hour: 'numeric', minute: '2-digit' },
};
const DATE = { year: 'numeric', month: 'numeric', day: 'numeric' };
const TIME = { hour: 'numeric', minute: '2-digit', second: '2-digit' };
const DEFAULTS = { any: { ...DATE, ...TIME }, date: DATE, time: TIME };

function pad(number, width = 2) {
  return String(number).padStart(width, '0');
}

const WIDTHS = ['numeric', '2-digit'];
const WORDS = ['long', 'short', 'narrow'];
const CHOICES = {
  weekday: WORDS, year: WIDTHS, month: [...WIDTHS, ...WORDS], day: WIDTHS, hour: WIDTHS, minute: WIDTHS, second: WIDTHS,
};

function oneOf(options, name, choices) {
  const value = options[name];
  if (value !== undefined && !choices.includes(value)) throw new RangeError(`${name} cannot be '${value}'`);
}

function fieldsOf(options, required, defaults) {
  if (options.dateStyle || options.timeStyle) {
    oneOf(options, 'dateStyle', Object.keys(DATE_STYLES));
    oneOf(options, 'timeStyle', Object.keys(TIME_STYLES));
    const own = KNOWN_FIELDS.find((name) => options[name] && name !== 'timeZoneName');
    if (own) throw new TypeError(`${own} cannot stand beside dateStyle or timeStyle`);
    return { ...DATE_STYLES[options.dateStyle], ...TIME_STYLES[options.timeStyle] };
  }
  for (const name of Object.keys(CHOICES)) oneOf(options, name, CHOICES[name]);
  const wanted = Object.fromEntries(KNOWN_FIELDS.flatMap((name) => (options[name] ? [[name, options[name]]] : [])));
  const needed = { any: [...DATE_FIELDS, ...TIME_FIELDS], date: DATE_FIELDS, time: TIME_FIELDS }[required];
  return needed.some((name) => wanted[name]) ? wanted : { ...defaults, ...wanted };
}

class DateTimeFormat {
  #zone;
  #fields;
  #cycle;

  constructor(locales, options = {}, required = 'any', defaults = DATE) {
    checkLocale(locales);
    for (const name of ['era', 'dayPeriod', 'calendar', 'numberingSystem']) if (options[name]) refuse(`'${name}'`);
    this.#zone = zoneNamed(options.timeZone);
    this.#fields = fieldsOf(options, required, defaults);
    this.#cycle = cycleOf(options);
  }

  format = (date) => this.formatToParts(date).map(({ value }) => value).join('');

  formatToParts(date = Date.now()) {
    const at = Number(date);
    if (Number.isNaN(at)) throw new RangeError('Invalid time value');
    const offset = offsetAt(this.#zone, at);
    const local = new Date(at + offset * 1000);
    if (Number.isNaN(local.getTime())) throw new RangeError('Invalid time value');
    const groups = given(datePart(this.#fields, local), timePart(this.#fields, local, this.#cycle));
    const parts = joined(groups, this.#beforeTime());
    const style = this.#fields.timeZoneName;
    if (!style) return parts;
    const name = [{ type: 'timeZoneName', value: zoneName(style, this.#zone, offset) }];
    return joined(given(parts, name), this.#fields.hour || this.#fields.minute ? ' ' : ', ');
  }

  #beforeTime() {
    const { month, day, year } = this.#fields;
    if (!month && !day && !year) return ' ';
    return month === 'long' ? ' at ' : ', ';
  }

  formatRange() { refuse('formatRange'); }

  resolvedOptions() {
    return { locale: 'en-US', calendar: 'gregory', numberingSystem: 'latn', timeZone: this.#zone, ...this.#fields };
  }

  static supportedLocalesOf() {
    return ['en-US'];
  }
}

function cycleOf({ hour12, hourCycle }) {
  if (hour12 !== undefined) return hour12 ? 'h12' : 'h24';
  return hourCycle ?? 'h12';
}

function joined(groups, literal) {
  return groups.flatMap((group, index) => (index ? [{ type: 'literal', value: literal }, ...group] : group));
}

function part(type, value) {
  return [{ type, value: String(value) }];
}

function datePart(fields, local) {
  const { weekday, year, month, day } = fields;
  const parts = {
    weekday: weekday && part('weekday', named(WEEKDAYS[local.getUTCDay()], weekday)),
    year: year && part('year', year === '2-digit' ? pad(local.getUTCFullYear() % 100) : local.getUTCFullYear()),
    day: day && part('day', day === '2-digit' ? pad(local.getUTCDate()) : local.getUTCDate()),
    month: month && part('month', monthText(month, local)),
  };
  const isNumeric = !month || month === 'numeric' || month === '2-digit';
  if (weekday && !(month && day) && (month || day || year)) return weekdayLast(parts);
  const date = isNumeric ? joined(given(parts.month, parts.day, parts.year), '/') : monthInWords(parts);
  return joined(given(parts.weekday, date), ', ');
}

const given = (...groups) => groups.filter((group) => group?.length);

function weekdayLast({ weekday, year, month, day }) {
  if (given(year, month, day).length > 1) refuse('a weekday with only a part of the date');
  return joined(given(day, month, year, weekday), ' ');
}

function monthInWords({ month, day, year }) {
  const monthAndDay = joined(given(month, day), ' ');
  return joined(given(monthAndDay, year), day ? ', ' : ' ');
}

function monthText(style, local) {
  const number = local.getUTCMonth() + 1;
  if (style === 'numeric') return number;
  return style === '2-digit' ? pad(number) : named(MONTHS[number - 1], style);
}

function named(name, style) {
  return style === 'long' ? name : name.slice(0, style === 'narrow' ? 1 : 3);
}

function timePart(fields, local, cycle) {
  const { hour, minute, second, fractionalSecondDigits: digits } = fields;
  const fraction = digits ? `.${pad(local.getUTCMilliseconds(), 3).slice(0, digits)}` : '';
  const alone = [hour, minute, second].filter(Boolean).length === 1;
  const clock = given(
    hour && part('hour', hourText(hour, local.getUTCHours(), cycle)),
    minute && part('minute', alone ? local.getUTCMinutes() : pad(local.getUTCMinutes())),
    second && part('second', alone ? local.getUTCSeconds() : pad(local.getUTCSeconds())),
  );
  const parts = joined(clock, ':');
  if (fraction) parts.push(...part('literal', '.'), ...part('fractionalSecond', fraction.slice(1)));
  const half = hour && cycle[1] === '1' && part('dayPeriod', local.getUTCHours() < 12 ? 'AM' : 'PM');
  return joined(given(parts, half), ' ');
}

function hourText(style, hours, cycle) {
  if (cycle === 'h23') return pad(hours);
  if (cycle === 'h24') return pad(hours || 24);
  const number = cycle === 'h11' ? hours % 12 : hours % 12 || 12;
  return style === '2-digit' ? pad(number) : number;
}

// --- numbers ----------------------------------------------------------------------------------

const AS_EVER = {
  numberingSystem: 'latn',
  roundingMode: 'halfExpand',
  roundingPriority: 'auto',
  roundingIncrement: 1,
  trailingZeroDisplay: 'auto',
};

class NumberFormat {
  #options;

  constructor(locales, options = {}) {
    checkLocale(locales);
    if ((options.notation ?? 'standard') !== 'standard') refuse(`notation '${options.notation}'`);
    if (!['decimal', 'percent', 'currency'].includes(options.style ?? 'decimal')) refuse(`style '${options.style}'`);
    if (options.style === 'currency' && !options.currency) throw new TypeError('currency style needs a currency');
    if (options.currency && !/^[a-z]{3}$/i.test(options.currency)) throw new RangeError('a currency has three letters');
    onlyAs(options, AS_EVER);
    const { useGrouping } = options;
    if (![undefined, true, false, 'auto', 'always'].includes(useGrouping)) refuse(`useGrouping '${useGrouping}'`);
    this.#options = { style: 'decimal', ...options, ...fractionDigits(options) };
  }

  format = (value) => {
    const options = this.#options;
    const number = typeof value === 'bigint' ? value : Number(value);
    const negative = number < 0 || Object.is(number, -0);
    const digits = digitsOf(number, options);
    return signed(withUnit(digits, options), negative, /[1-9∞]/.test(digits), options);
  };

  formatRange() { refuse('formatRange'); }
  formatToParts() { refuse('formatToParts of a number'); }

  resolvedOptions() {
    return { locale: 'en-US', numberingSystem: 'latn', notation: 'standard', useGrouping: 'auto', ...this.#options };
  }

  static supportedLocalesOf() {
    return ['en-US'];
  }
}

function fractionDigits({ style, currency, minimumFractionDigits: least, maximumFractionDigits: most }) {
  const code = String(currency).toUpperCase();
  const cents = WITHOUT_CENTS.includes(code) ? 0 : WITH_MILLS.includes(code) ? 3 : 2;
  const [defaultLeast, defaultMost] = style === 'currency' ? [cents, cents] : style === 'percent' ? [0, 0] : [0, 3];
  const minimum = least ?? Math.min(defaultLeast, most ?? defaultLeast);
  const maximum = most ?? Math.max(defaultMost, minimum);
  if (!(minimum <= maximum && minimum >= 0 && maximum <= 100)) throw new RangeError('fraction digits out of range');
  return { minimumFractionDigits: minimum, maximumFractionDigits: maximum };
}

function digitsOf(number, options) {
  if (Number.isNaN(number)) return 'NaN';
  if (number === Infinity || number === -Infinity) return '∞';
  const [whole, fraction] = rounded(decimal(number, options.style === 'percent' ? 2 : 0), options);
  const padded = whole.padStart(options.minimumIntegerDigits ?? 1, '0');
  const grouped = options.useGrouping === false ? padded : padded.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction ? `${grouped}.${fraction}` : grouped;
}

// Whole and fraction digits of the shortest decimal form, the point moved to the right.
function decimal(number, shift) {
  const [mantissa, exponent = '0'] = String(number).replace(/^-/, '').split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + shift;
  if (point <= 0) return ['0', '0'.repeat(-point) + digits];
  return [digits.slice(0, point).padEnd(point, '0').replace(/^0+(?=\d)/, ''), digits.slice(point)];
}

function rounded([whole, fraction], options) {
  const { minimumSignificantDigits: least, maximumSignificantDigits: most } = options;
  if (least === undefined && most === undefined) {
    const [units, rest] = cut(whole, fraction, options.maximumFractionDigits);
    return [units, rest.replace(/0+$/, '').padEnd(options.minimumFractionDigits, '0')];
  }
  const leading = whole !== '0' || !/[1-9]/.test(fraction) ? whole.length : -/^0*/.exec(fraction)[0].length;
  const [units, rest] = cut(whole, fraction, (most ?? 21) - leading);
  return [units, rest.replace(/0+$/, '').padEnd(Math.max((least ?? 1) - leading, 0), '0')];
}

// Round half away from zero, keeping so many digits after the point (before it when negative).
function cut(whole, fraction, keep) {
  const all = whole + fraction;
  const length = whole.length + keep;
  if (length >= all.length) return [whole, fraction];
  if (length < 0) return ['0', ''];
  const up = all[length] >= '5' ? 1n : 0n;
  const kept = (BigInt(all.slice(0, length) || '0') + up).toString().padStart(length, '0');
  if (keep <= 0) return [kept === '0' ? '0' : kept + '0'.repeat(-keep), ''];
  return [kept.slice(0, kept.length - keep), kept.slice(kept.length - keep)];
}

function withUnit(digits, { style, currency, currencyDisplay = 'symbol' }) {
  if (style === 'percent') return `${digits}%`;
  if (style !== 'currency') return digits;
  if (currencyDisplay === 'name') refuse("currencyDisplay 'name'");
  const code = String(currency).toUpperCase();
  const full = currencyDisplay === 'code' ? code : (SYMBOLS[code] ?? code);
  const symbol = currencyDisplay === 'narrowSymbol' ? full.replace(/^[A-Z]+(?=[^A-Z])/, '') : full;
  return /[A-Z]$/.test(symbol) ? `${symbol}\u00a0${digits}` : `${symbol}${digits}`;
}

function signed(text, negative, isNonZero, { signDisplay = 'auto', currencySign }) {
  if (signDisplay === 'never') return text;
  const minus = signDisplay === 'exceptZero' || signDisplay === 'negative' ? negative && isNonZero : negative;
  if (minus) return currencySign === 'accounting' ? `(${text})` : `-${text}`;
  return signDisplay === 'always' || (signDisplay === 'exceptZero' && isNonZero) ? `+${text}` : text;
}

// --- order of text ----------------------------------------------------------------------------

const ORDER = '_-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz';
const RANK = Object.create(null);
for (let at = 0; at < ORDER.length; at++) RANK[ORDER[at]] = at + 2;

class Collator {
  #options;

  constructor(locales, options = {}) {
    checkLocale(locales);
    onlyAs(options, { ignorePunctuation: false, caseFirst: 'false', usage: 'sort' });
    oneOf(options, 'sensitivity', ['base', 'accent', 'case', 'variant']);
    this.#options = options;
  }

  compare = (first, second) => compareText(String(first), String(second), this.#options);

  resolvedOptions() {
    return { locale: 'en-US', usage: 'sort', sensitivity: 'variant', numeric: false, ...this.#options };
  }
}

// Letters first, then accents, then case: "a" < "á" < "b", and "a" < "A".
function compareText(first, second, { sensitivity = 'variant', numeric = false }) {
  const [a, b] = [first, second].map((text) => text.normalize('NFD').replace(/ß/g, 'ss'));
  const [bareA, bareB] = [bare(a), bare(b)];
  const letters = order(keys(bareA.toLowerCase(), numeric), keys(bareB.toLowerCase(), numeric));
  if (letters || sensitivity === 'base') return letters;
  const accents = sensitivity === 'case' ? 0 : order([...a.toLowerCase()].map(code), [...b.toLowerCase()].map(code));
  if (accents || sensitivity === 'accent') return accents;
  return order([...bareA].map(isUpper), [...bareB].map(isUpper));
}

// Letters that Unicode does not take apart, though an accent is all that makes them.
const BARE = {
  ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ø: 'o', Ø: 'O', ħ: 'h', Ħ: 'H', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE',
};

function bare(text) {
  return text.replace(/\p{M}/gu, '').replace(/[łđðøħæœ]/gi, (letter) => BARE[letter]);
}

const code = (character) => character.codePointAt(0);
const isUpper = (character) => (character === character.toLowerCase() ? 0 : 1);

function keys(text, numeric) {
  const pieces = numeric ? text.match(/\d+|\D/gu) ?? [] : [...text];
  return pieces.map((piece) => (/^\d{2,}$/.test(piece) ? RANK[0] + Number(piece) / 1e9 : rank(piece, numeric)));
}

function rank(character, numeric) {
  if (numeric && character >= '0' && character <= '9') return RANK[0] + Number(character) / 1e9;
  return RANK[character] ?? (/\s/.test(character) ? 1 : 1000 + code(character));
}

function order(first, second) {
  for (let at = 0; at < Math.min(first.length, second.length); at++) {
    if (first[at] !== second[at]) return first[at] < second[at] ? -1 : 1;
  }
  return Math.sign(first.length - second.length);
}

// --- for javascript/libraries.js --------------------------------------------------------------

function construct(Format) {
  return new Proxy(Format, { apply: (target, self, given) => new target(...given) });
}

const absent = (name) => [name, function () { refuse(`Intl.${name}`); }];
const ABSENT = 'DisplayNames DurationFormat ListFormat Locale PluralRules RelativeTimeFormat Segmenter'.split(' ');

const Intl = {
  ...Object.fromEntries(ABSENT.map(absent)),
  Collator: construct(Collator),
  DateTimeFormat: construct(DateTimeFormat),
  NumberFormat: construct(NumberFormat),
  getCanonicalLocales: (locales) => [].concat(locales ?? []),
  supportedValuesOf: (key) => (key === 'timeZone' ? Object.keys(data.zones) : refuse(`the list of '${key}'`)),
};

Object.defineProperties(Intl, {
  number: { value: (value, locales, options) => new NumberFormat(locales, options).format(value) },
  date: {
    value(date, required, locales, options) {
      if (Number.isNaN(Number(date))) return 'Invalid Date';
      return new DateTimeFormat(locales, options, required, DEFAULTS[required]).format(date);
    },
  },
  compare: { value: (value, other, locales, options) => new Collator(locales, options).compare(value, other) },
});

module.exports = Intl;
