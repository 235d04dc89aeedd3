// Runs the units of one crossing (see flows/expressions/templates.py) and says what each gave, as JSON:
// {"value"}, {} for undefined, {"rows"} for an array map, or {"error"}.
(function (host) {
  'use strict';
  // Taken before any expression runs, so that one that breaks a built-in only breaks itself.
  const { parse, stringify, rawJSON } = JSON;
  const { isArray } = Array;
  const { isFinite, isNaN } = Number;
  const inGlobalScope = eval;
  const BuiltIn = { Function, Promise, Map, Set, WeakMap, WeakSet, Date, RegExp, Error };
  const MAX_ERRORS = 20;
  const WORTH_A_LOOK = /null|\{\}|"_value":/;

  let asked = {};
  let limit = 0;
  let errors = 0;

  class Unfit extends Error {
    constructor(message, remedy) {
      super(message);
      this.mistake = { message, remedy };
    }
  }

  const EMPTY = new Unfit('the expression is empty', 'Write one, or leave the value out.');

  // What went wrong, and where its line numbers start.
  class Fault {
    constructor(error, linesBefore, compiling) {
      this.error = error;
      this.linesBefore = linesBefore;
      this.compiling = compiling;
    }
  }

  // --- source to function -------------------------------------------------------------------

  const compiled = Object.create(null);

  function compile(source) {
    return (compiled[source] ??= compileAfresh(source));
  }

  function compileAfresh(source) {
    const text = bare(source);
    if (!text) return { failure: new Fault(EMPTY) };
    const asValue = inForm(VALUE_FORM, text);
    if (!asValue.failure) return asValue;
    const asStatements = inForm(/\breturn\b/.test(source) ? BODY_FORM : SCRIPT_FORM, source);
    return asStatements.failure ? { failure: further(asValue.failure, asStatements.failure) } : asStatements;
  }

  function inForm({ make, linesBefore }, source) {
    try {
      return { run: make(source), linesBefore };
    } catch (error) {
      return { failure: new Fault(error, linesBefore, true) };
    }
  }

  const VALUE_FORM = { linesBefore: 3, make: (source) => BuiltIn.Function(`return (\n${source}\n)`) };
  const BODY_FORM = { linesBefore: 2, make: (source) => BuiltIn.Function(source) };
  // Statements without `return` give what their last one gives: `flow.config.a; // the company`.
  const SCRIPT_FORM = {
    linesBefore: 2,
    make(source) {
      BuiltIn.Function(source);
      return () => inGlobalScope(`\n\n${source}`);
    },
  };

  function bare(source) {
    let end = source.length;
    while (end && '; \t\r\n'.includes(source[end - 1])) end--;
    return end === source.length ? source : source.slice(0, end);
  }

  function further(first, second) {
    const line = placeOf(second)[0] - placeOf(first)[0];
    return (line || placeOf(second)[1] - placeOf(first)[1]) > 0 ? second : first;
  }

  function placeOf({ error, linesBefore }) {
    const [, line, column] = /:(\d+):(\d+)/.exec(error.stack) ?? [0, 0, 0];
    return [line - linesBefore, column];
  }

  // A value that closes a bracket it did not open would only show in another frame.
  function mistakeIn(source) {
    const { failure, linesBefore } = compile(source);
    if (failure || linesBefore !== VALUE_FORM.linesBefore) return failure;
    try {
      BuiltIn.Function(`\nreturn [\n${bare(source)}\n]`);
    } catch (error) {
      return new Fault(error, linesBefore + 1, true);
    }
  }

  function call([, source, changesData]) {
    const { failure, run, linesBefore } = compile(source);
    if (failure) throw failure;
    try {
      return run();
    } catch (error) {
      throw new Fault(error, linesBefore, false);
    } finally {
      if (changesData) host.forgetParsed();
    }
  }

  // --- value to JSON ------------------------------------------------------------------------

  function json(value) {
    if (value === undefined) return undefined;
    refuse(value, 'the result');
    let text;
    try {
      text = stringify(value);
    } catch {
      return stringify(value, careful());
    }
    if (text === undefined) return undefined;
    if (text.length > limit) throw new Unfit(`the result is larger than ${limit} characters`);
    return typeof value === 'object' && WORTH_A_LOOK.test(text) ? stringify(value, careful()) : text;
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
    const digits = String(integer);
    if (digits.length > 1000) throw new Unfit('the result is a whole number of more than 1000 digits');
    return rawJSON(digits);
  }

  function refuse(value, place) {
    const kind = typeof value;
    if (kind === 'number' && !isFinite(value)) throw notFinite(value, place);
    if (kind === 'function') throw new Unfit(`${place} is a function, not a value`, 'Call it: add `()`.');
    if (kind === 'symbol') throw new Unfit(`${place} is a symbol, not a value`);
    if (kind === 'object' && value !== null) refuseObject(value, place);
  }

  function notFinite(value, place) {
    if (!isNaN(value)) return new Unfit(`${place} is ${value}`, 'A division by zero gives this.');
    return new Unfit(
      `${place} is NaN, not a number`,
      'Something in the calculation is text or is missing; `numeral(x).value() ?? 0` gives a number.',
    );
  }

  function refuseObject(value, place) {
    if (value instanceof BuiltIn.Promise) {
      throw new Unfit(`${place} is a promise`, 'Nothing can be waited for here: remove `async` and `await`.');
    }
    if (value instanceof BuiltIn.Map || value instanceof BuiltIn.Set) {
      throw new Unfit(`${place} is a ${value instanceof BuiltIn.Map ? 'Map' : 'Set'}`, 'Spread it: `[...value]`.');
    }
    if (value instanceof BuiltIn.WeakMap || value instanceof BuiltIn.WeakSet) {
      throw new Unfit(`${place} has no JSON form`);
    }
    if (value instanceof BuiltIn.RegExp) throw new Unfit(`${place} is a pattern`, 'Use it: `.test(text)`.');
    if (value instanceof BuiltIn.Error) throw new Unfit(`${place} is an error: ${value.message}`);
    if (isInvalidDate(value)) {
      throw new Unfit(`${place} is not a valid date`, 'Test it first with `dayjs(x).isValid()`.');
    }
    if ('_value' in value && '_input' in value && typeof value.format === 'function') {
      throw new Unfit(`${place} is a numeral object`, 'End with `.value()` or `.format(...)`.');
    }
  }

  function isInvalidDate(value) {
    if (value instanceof BuiltIn.Date) return isNaN(value.getTime());
    return '$d' in value && typeof value.isValid === 'function' && !value.isValid();
  }

  // --- errors -------------------------------------------------------------------------------

  function described(raised, expression) {
    const { error, linesBefore, compiling } = raised instanceof Fault ? raised : new Fault(raised, 0, false);
    if (error?.mistake) return { ...error.mistake, stack: shown(error.stack), linesBefore, expression };
    // What the engine throws when no memory is left for an error.
    if (error === null && !/\bthrow\s+null\b/.test(expression)) return { kind: 'memory' };
    if (!(error instanceof BuiltIn.Error)) return { message: `the expression threw ${shown(error)}`, expression };
    const { name, message, stack } = error;
    if (!message && (!stack || name === 'InternalError')) return { kind: 'memory' };
    return { message: shown(message || name), stack: shown(stack), linesBefore, compiling, expression };
  }

  function shown(value) {
    let text;
    try {
      text = String(value);
    } catch {
      text = 'something that is no text';
    }
    return text.slice(0, 2000);
  }

  function failed(raised, expression) {
    errors++;
    try {
      return `{"error":${stringify(described(raised, expression))}}`;
    } catch {
      return '{"error":{"kind":"memory"}}'; // there is not even enough left to say so
    }
  }

  // --- units --------------------------------------------------------------------------------

  const RUN = {
    e: runExpression,
    m: ([, list, units]) => runMap(list, units),
  };

  function run(unit) {
    if (errors >= MAX_ERRORS) return '{"skipped":true}';
    return RUN[unit[0]](unit);
  }

  function compileAll([kind, source, units]) {
    if (kind === 'e') compile(source);
    else units.forEach(compileAll);
  }

  function runExpression(unit) {
    try {
      const text = json(call(unit));
      return text === undefined ? '{}' : `{"value":${text}}`;
    } catch (error) {
      return failed(error, unit[1]);
    }
  }

  function runMap(list, units) {
    let elements;
    try {
      elements = asList(valueOf(list));
    } catch (error) {
      return failed(error, list[0] === 'e' ? list[1] : '');
    }
    const rows = [];
    let size = 0;
    for (let at = 0; at < elements.length; at++) {
      rows.push(runRow(elements[at], units));
      size += rows[at].length;
      if (size > limit) return failed(new Unfit(`the result is larger than ${limit} characters`), '');
    }
    return `{"rows":[${rows.join(',')}]}`;
  }

  function runRow(element, units) {
    const answers = [];
    for (let at = 0; at < units.length; at++) answers.push(withItem(element, () => run(units[at]), units[at]));
    return `[${answers.join(',')}]`;
  }

  // An expression that changes its element gets one of its own, so that the order of fields is no matter.
  function withItem(element, action, unit) {
    host.pushItem(unit[0] === 'e' && unit[2] && typeof element === 'object' ? parse(stringify(element)) : element);
    try {
      return action();
    } finally {
      host.popItem();
    }
  }

  const VALUE = {
    v: ([, value]) => value,
    e: call,
    l: ([, trees]) => trees.map(valueOf),
    o: ([, trees]) => Object.fromEntries(Object.keys(trees).map((name) => [name, valueOf(trees[name])])),
    m: ([, list, item]) => asList(valueOf(list)).map((element) => withItem(element, () => valueOf(item), item)),
  };

  function valueOf(tree) {
    return VALUE[tree[0]](tree);
  }

  function asList(value) {
    if (isArray(value)) return value;
    if (value !== null && typeof value === 'object') return [value];
    throw Object.assign(new Unfit('no list'), { mistake: { kind: 'list', message: 'no list', list: typeOf(value) } });
  }

  const typeOf = (value) => (value === null ? 'null' : typeof value);

  host.reset = () => {
    asked = {};
    errors = 0;
    for (const source in compiled) delete compiled[source];
    host.forgetAll();
  };
  host.begin = (header, largest) => {
    asked = parse(header);
    limit = largest;
    host.expect(asked.steps ?? []);
  };
  host.compile = (index) => compileAll(asked.units[index]);
  host.run = (index) => run(asked.units[index]);
  host.check = (index) => {
    const failure = mistakeIn(asked.sources[index]);
    return failure ? failed(failure, asked.sources[index]) : '{}';
  };
})
