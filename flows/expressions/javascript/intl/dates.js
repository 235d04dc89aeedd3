// Intl.DateTimeFormat.

const MONTHS = ('January February March April May June July August September October November December').split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

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

const WIDTHS = ['numeric', '2-digit'];
const WORDS = ['long', 'short', 'narrow'];
const CHOICES = {
  weekday: WORDS, year: WIDTHS, month: [...WIDTHS, ...WORDS], day: WIDTHS, hour: WIDTHS, minute: WIDTHS, second: WIDTHS,
};

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
