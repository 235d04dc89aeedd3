// What the module is: Intl, and what libraries.js calls for toLocaleString and localeCompare.

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
