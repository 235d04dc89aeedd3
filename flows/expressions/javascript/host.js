// Runs the units of one crossing (see flows/expressions/templates.py) and says what each gave, as JSON:
// {"value"}, {} for undefined, {"rows"} for an array map, or {"error"}. Answers are put together without arrays and
// their methods, so that an expression that breaks a built-in forges none.
(function (host) {
  'use strict';
  const { parse } = JSON;
  const { isArray } = Array;
  const { Fault, failed, inOnePiece, json, uncurried } = host;
  const { create, defineProperty, fromEntries, getPrototypeOf, keys } = Object;
  const plain = Object.prototype;
  const Copies = Map;
  const copyOf = uncurried(Map.prototype.get);
  const keep = uncurried(Map.prototype.set);
  const AnyDate = Date;
  const timeOf = uncurried(Date.prototype.getTime);
  const MAX_ERRORS = 20;
  const MAX_PREPARED = 1000;
  const SKIPPED = '{"skipped":true}';

  let asked = {};
  let errors = 0;

  function fail(raised, expression) {
    errors++;
    return failed(raised, expression);
  }

  function call(unit) {
    const source = unit[1];
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

  function runMap(unit) {
    const list = unit[1];
    const units = unit[2];
    try {
      return `{"rows":[${rowsOf(elementsFor(list, areChanging(units)), units)}]}`;
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
    v: (tree) => tree[1],
    e: valueOfExpression,
    l: (tree) => tree[1].map(valueOf),
    o: (tree) => fromEntries(keys(tree[1]).map((name) => [name, valueOf(tree[1][name])])),
    m: (tree) => mapped(elementsFor(tree[1], changesData(tree[2])), tree[2]),
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
  function changesData(unit) {
    const kind = unit[0];
    if (kind === 'e') return unit[2];
    if (kind === 'm') return changesData(unit[1]) || (isTree(unit[2]) ? changesData(unit[2]) : areChanging(unit[2]));
    if (kind === 'l') return areChanging(unit[1]);
    return kind === 'o' && areChanging(keys(unit[1]).map((name) => unit[1][name]));
  }

  function areChanging(units) {
    for (let at = 0; at < units.length; at++) if (changesData(units[at])) return true;
    return false;
  }

  // What a map makes of each element: units where it is a unit itself, one tree where it stands in a list.
  const isTree = (item) => typeof item[0] === 'string';

  // Arrays, plain objects and dates anew, all the way down; functions and the like as they are.
  function copy(value, copies = new Copies()) {
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof AnyDate) return new AnyDate(timeOf(value));
    const prototype = getPrototypeOf(value);
    if (!isArray(value) && prototype !== plain && prototype !== null) return value;
    const known = copyOf(copies, value);
    if (known) return known;
    const made = isArray(value) ? [] : create(prototype);
    keep(copies, value, made);
    if (isArray(value)) made.length = value.length;
    const names = keys(value);
    for (let at = 0; at < names.length; at++) hold(made, names[at], copy(value[names[at]], copies));
    return made;
  }

  function hold(object, name, value) {
    if (name !== '__proto__') object[name] = value;
    else defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  }

  // --- for cage/engine.py -------------------------------------------------------------------

  // A long text may take all the time to compile, and must do so where it is known which one it is.
  function prepare(unit) {
    if (unit[0] !== 'e') unit[2].forEach(prepare);
    else if (unit[1].length <= MAX_PREPARED) host.compile(unit[1]);
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
