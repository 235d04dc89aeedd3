// Runs the units of one crossing (see flows/expressions/templates.py) and says what each gave, as JSON:
// {"value"}, {} for undefined, {"rows"} for an array map, or {"error"}. Answers are put together without arrays and
// their methods, so that an expression that breaks a built-in only breaks itself.
(function (host) {
  'use strict';
  const { parse } = JSON;
  const { isArray } = Array;
  const { defineProperty, getPrototypeOf, keys, fromEntries } = Object;
  const plain = Object.prototype;
  const Copies = Map;
  const { Fault, failed, inOnePiece, json } = host;
  const MAX_ERRORS = 20;
  const MAX_PREPARED = 1000;
  const SKIPPED = '{"skipped":true}';

  let asked = {};
  let errors = 0;

  function fail(raised, expression) {
    errors++;
    return failed(raised, expression);
  }

  function call([, source]) {
    const { failure, run, linesBefore } = host.compile(source);
    if (failure) throw failure;
    try {
      return run();
    } catch (error) {
      throw new Fault(error, source, linesBefore);
    }
  }

  // --- units --------------------------------------------------------------------------------

  const RUN = { e: runExpression, m: runMap };

  function run(unit) {
    if (errors >= MAX_ERRORS) return SKIPPED;
    return RUN[unit[0]](unit);
  }

  function runExpression(unit) {
    try {
      const text = json(call(unit));
      return text === undefined ? '{}' : `{"value":${text}}`;
    } catch (error) {
      return fail(error, unit[1]);
    } finally {
      if (changesData(unit)) host.forgetParsed();
    }
  }

  function runMap([, list, units]) {
    try {
      return `{"rows":[${rowsOf(elementsFor(list, units.some(changesData)), units)}]}`;
    } catch (error) {
      return fail(error, list[0] === 'e' ? list[1] : '');
    }
  }

  function rowsOf(elements, units) {
    let rows = '';
    for (let at = 0; at < elements.length; at++) {
      rows += `${at ? ',' : ''}[${rowOf(elements[at], units)}]`;
      if (host.isTooLarge(rows.length)) throw host.tooLarge();
    }
    return rows;
  }

  function rowOf(element, units) {
    let row = '';
    for (let at = 0; at < units.length; at++) {
      const unit = units[at];
      row += `${at ? ',' : ''}${withItem(changesData(unit) ? copy(element) : element, () => run(unit))}`;
    }
    return row;
  }

  function withItem(element, action) {
    host.pushItem(element);
    try {
      return action();
    } finally {
      host.popItem();
    }
  }

  // --- lists --------------------------------------------------------------------------------

  const VALUE = {
    v: ([, value]) => value,
    e: valueOfExpression,
    l: ([, trees]) => trees.map(valueOf),
    o: ([, trees]) => fromEntries(keys(trees).map((name) => [name, valueOf(trees[name])])),
    m: ([, list, item]) => mapped(elementsFor(list, changesData(item)), item),
  };

  function valueOf(tree) {
    return VALUE[tree[0]](tree);
  }

  function valueOfExpression(unit) {
    try {
      return call(unit);
    } finally {
      if (changesData(unit)) host.forgetParsed();
    }
  }

  function mapped(elements, item) {
    const isChanged = changesData(item);
    return elements.map((element) => withItem(isChanged ? copy(element) : element, () => valueOf(item)));
  }

  // A list of its own, for an expression may sort or cut the one it came from; of elements of its own where one may
  // change those.
  function elementsFor(list, areChanged) {
    const found = asList(valueOf(list));
    const elements = [];
    for (let at = 0; at < found.length; at++) elements[at] = areChanged ? copy(found[at]) : found[at];
    return elements;
  }

  function asList(value) {
    if (isArray(value)) return value;
    if (value !== null && typeof value === 'object') return [value];
    throw host.mistake({ kind: 'list', message: 'no list', list: value === null ? 'null' : typeof value });
  }

  // --- what changes -------------------------------------------------------------------------

  // Does any expression in a unit or tree change the data that others see?
  function changesData([kind, first, second]) {
    if (kind === 'e') return second;
    if (kind === 'm') return changesData(first) || (isUnits(second) ? second.some(changesData) : changesData(second));
    if (kind === 'l') return first.some(changesData);
    return kind === 'o' && keys(first).some((name) => changesData(first[name]));
  }

  // What a map asks of each element: units where it is a unit itself, one tree where it stands in a list.
  const isUnits = (item) => typeof item[0] !== 'string';

  // Arrays and plain objects anew, all the way down; dates, functions and the like as they are.
  function copy(value, copies = new Copies()) {
    if (value === null || typeof value !== 'object') return value;
    if (copies.has(value)) return copies.get(value);
    if (!isArray(value) && getPrototypeOf(value) !== plain) return value;
    const made = isArray(value) ? [] : {};
    copies.set(value, made);
    for (const name of keys(value)) hold(made, name, copy(value[name], copies));
    return made;
  }

  function hold(object, name, value) {
    if (name !== '__proto__') object[name] = value;
    else defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  }

  // --- for cage/engine.py -------------------------------------------------------------------

  // A long text may take all the time to compile, and must do so where it is known which one it is.
  function prepare([kind, source, units]) {
    if (kind !== 'e') units.forEach(prepare);
    else if (source.length <= MAX_PREPARED) host.compile(source);
  }

  host.reset = () => {
    asked = {};
    errors = 0;
    host.forgetCompiled();
    host.forgetAll();
  };
  host.begin = (header, largest) => {
    asked = parse(header);
    host.limitResults(largest);
    host.expect(asked.steps ?? []);
  };
  host.prepare = () => asked.units.forEach(prepare);
  host.run = (index) => inOnePiece(run(asked.units[index]));
  host.check = (index) => {
    const failure = host.mistakeIn(asked.sources[index]);
    return failure ? inOnePiece(failed(failure, asked.sources[index])) : '{}';
  };
})
