// From what an expression gave to JSON: `host.json(value)` gives its text, or undefined for undefined.
(function (host) {
  'use strict';
  const { stringify, rawJSON } = JSON;
  const { isArray } = Array;
  const { isFinite, isNaN } = Number;
  const { mistake } = host;
  const asText = String;
  const BuiltIn = { Promise, Map, Set, WeakMap, WeakSet, Date, RegExp, Error };
  const WORTH_A_LOOK = /null|\{\}|"_value":/;
  const MAX_DIGITS = 1000;

  let limit = 0;

  host.limitResults = (characters) => { limit = characters; };

  const unfit = (message, remedy) => mistake({ message, remedy });
  host.tooLarge = () => unfit(`the result is larger than ${limit} characters`);
  host.isTooLarge = (length) => length > limit;

  host.json = function (value) {
    if (value === undefined) return undefined;
    refuse(value, 'the result');
    const text = written(value);
    if (text !== undefined && host.isTooLarge(text.length)) throw host.tooLarge();
    return text;
  };

  function written(value) {
    let text;
    try {
      text = stringify(value);
    } catch {
      return stringify(value, careful());
    }
    if (typeof value !== 'object' || text === undefined || host.isTooLarge(text.length)) return text;
    return WORTH_A_LOOK.test(text) ? stringify(value, careful()) : text;
  }

  // A replacer that knows where it is, for results that plain JSON would quietly bend.
  function careful() {
    const places = new BuiltIn.Map();
    return function (key, value) {
      const isWhole = key === '' && !places.has(this);
      const place = isWhole ? 'the result' : `${places.get(this) ?? 'result'}${step(this, key)}`;
      const original = this[key];
      if (typeof original === 'bigint') return exactly(original);
      if (typeof original !== 'function' && typeof original !== 'symbol') refuse(original, place);
      if (typeof value === 'object' && value !== null) places.set(value, key === '' ? 'result' : place);
      return value;
    };
  }

  const step = (holder, key) => (isArray(holder) ? `[${key}]` : `.${key}`);

  function exactly(integer) {
    const digits = asText(integer);
    if (digits.length > MAX_DIGITS) throw unfit(`the result is a whole number of more than ${MAX_DIGITS} digits`);
    return rawJSON(digits);
  }

  function refuse(value, place) {
    const kind = typeof value;
    if (kind === 'number' && !isFinite(value)) throw notFinite(value, place);
    if (kind === 'function') throw unfit(`${place} is a function, not a value`, 'Call it: add `()`.');
    if (kind === 'symbol') throw unfit(`${place} is a symbol, not a value`);
    if (kind === 'object' && value !== null) refuseObject(value, place);
  }

  function notFinite(value, place) {
    if (!isNaN(value)) {
      return unfit(`${place} is ${value}`, 'A division by zero gives this, or a number beyond 1.8e308.');
    }
    return unfit(
      `${place} is NaN, not a number`,
      'Something in the calculation is text or is missing; `numeral(x).value() ?? 0` gives a number.',
    );
  }

  function refuseObject(value, place) {
    if (value instanceof BuiltIn.Promise) {
      throw unfit(`${place} is a promise`, 'Nothing can be waited for here: remove `async` and `await`.');
    }
    if (value instanceof BuiltIn.Map || value instanceof BuiltIn.Set) {
      throw unfit(`${place} is a ${value instanceof BuiltIn.Map ? 'Map' : 'Set'}`, 'Spread it: `[...value]`.');
    }
    if (value instanceof BuiltIn.WeakMap || value instanceof BuiltIn.WeakSet) {
      throw unfit(`${place} has no JSON form`);
    }
    if (value instanceof BuiltIn.RegExp) throw unfit(`${place} is a pattern`, 'Use it: `.test(text)`.');
    if (value instanceof BuiltIn.Error) throw unfit(`${place} is an error: ${value.message}`);
    if (isInvalidDate(value)) {
      throw unfit(`${place} is not a valid date`, 'Test it first with `dayjs(x).isValid()`.');
    }
    if ('_value' in value && '_input' in value && typeof value.format === 'function') {
      throw unfit(`${place} is a numeral object`, 'End with `.value()` or `.format(...)`.');
    }
  }

  function isInvalidDate(value) {
    if (value instanceof BuiltIn.Date) return isNaN(value.getTime());
    return '$d' in value && typeof value.isValid === 'function' && !value.isValid();
  }
})
