// Intl.NumberFormat.

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
