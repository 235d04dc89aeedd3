// From the text of an expression to a function: `host.compile(source)` gives {run, linesBefore} or {failure}.
(function (host) {
  'use strict';
  const { Fault, mistake } = host;
  const MakeFunction = Function;
  const inGlobalScope = eval;
  const EMPTY = mistake({ message: 'the expression is empty', remedy: 'Write one, or leave the value out.' });

  let compiled = Object.create(null);

  host.compile = (source) => (compiled[source] ??= compileAfresh(source));
  host.forgetCompiled = () => { compiled = Object.create(null); };

  function compileAfresh(source) {
    const value = bare(source);
    if (!value) return { failure: new Fault(EMPTY, source) };
    const asValue = inForm(VALUE_FORM, value, source);
    if (!asValue.failure) return asValue;
    const statements = upToLast(source, isBlank);
    const asBody = inForm(BODY_FORM, statements, source);
    if (asBody.failure) return { failure: further(asValue.failure, asBody.failure) };
    return returns(statements) ? asBody : { run: () => script(inGlobalScope, `\n\n${statements}`), linesBefore: 2 };
  }

  function inForm({ make, linesBefore }, text, source) {
    try {
      return { run: make(text), linesBefore };
    } catch (error) {
      return { failure: new Fault(error, source, linesBefore, true) };
    }
  }

  const VALUE_FORM = { linesBefore: 3, make: (text) => MakeFunction(`return (\n${text}\n)`) };
  const BODY_FORM = { linesBefore: 2, make: (text) => MakeFunction(text) };
  // Within brackets of another kind than the forms above: what closes one that it did not open fails in either.
  const ENCLOSED_VALUE = { linesBefore: 4, make: (text) => MakeFunction(`\nreturn [\n${text}\n]`) };
  const ENCLOSED_BODY = { linesBefore: 3, make: (text) => MakeFunction(`return [function () {\n${text}\n}]`) };
  const UNREACHED = { linesBefore: 1, make: (text) => inGlobalScope(`if (false) {\n${text}\n}`) };

  // Statements without `return` give what their last one gives: `flow.config.a; // the company`. In a function, so that
  // what they declare is theirs alone.
  const script = MakeFunction('eval', '$source', 'return eval($source)');

  // A `return` outside any function, where no script may have one.
  function returns(statements) {
    return statements.includes('return') && Boolean(inForm(UNREACHED, statements, statements).failure);
  }

  const isBlank = (letter) => letter === ' ' || letter === '\t' || letter === '\r' || letter === '\n';
  const isIdle = (letter) => letter === ';' || isBlank(letter);
  const bare = (source) => upToLast(source, isIdle);

  function upToLast(source, isLeftOut) {
    let end = source.length;
    while (end && isLeftOut(source[end - 1])) end--;
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

  // What is wrong with the text itself. Nothing of it is run: what could slip out of its form is found before.
  host.mistakeIn = function (source) {
    const value = inForm(ENCLOSED_VALUE, bare(source), source);
    const body = inForm(ENCLOSED_BODY, upToLast(source, isBlank), source);
    if (value.failure && body.failure) return further(value.failure, body.failure);
    return host.compile(source).failure;
  };
})
