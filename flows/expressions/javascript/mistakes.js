// What goes wrong in an expression, kept and written so that no expression can forge it: by functions taken before
// any expression runs, and never by what an object says of itself. explanations.py reads what stands here.
(function (host) {
  'use strict';
  const asText = String;
  const { stringify } = JSON;
  const uncurried = (method) => Function.prototype.call.bind(method);
  const slice = uncurried(String.prototype.slice);
  const toWellFormed = uncurried(String.prototype.toWellFormed);
  const matches = uncurried(RegExp.prototype.test);
  const AnyError = Error;
  const LONGEST = 2000;

  // The fields of a mistake that is ours, by the error that was thrown for it.
  const ours = new WeakMap();
  const remember = uncurried(WeakMap.prototype.set);
  const recall = uncurried(WeakMap.prototype.get);

  // {message, remedy, step, list, kind}, as texts.
  host.mistake = (fields) => {
    const error = new AnyError(fields.message);
    remember(ours, error, fields);
    return error;
  };

  // What is put together of narrow and wide text is a rope, which cannot leave the engine; a slice of it can.
  host.inOnePiece = (text) => slice(text, 0);

  // What went wrong, and where its line numbers start.
  host.Fault = class {
    constructor(error, linesBefore, compiling) {
      this.error = error;
      this.linesBefore = linesBefore;
      this.compiling = compiling;
    }
  };

  const MEMORY = '{"error":{"kind":"memory"}}';

  // The answer of a unit that failed.
  host.failed = function (raised, expression) {
    const { error, linesBefore, compiling } = raised instanceof host.Fault ? raised : new host.Fault(raised, 0, false);
    try {
      return host.inOnePiece(described(error, expression, linesBefore, compiling));
    } catch (second) {
      if (isOfMemory(second, '')) return MEMORY; // there is not even enough left to say so
      return answer({ message: 'the expression threw something that cannot be shown' }, '', expression, 0, false);
    }
  };

  function described(error, expression, linesBefore, compiling) {
    if (isOfMemory(error, expression)) return MEMORY;
    const fields = typeof error === 'object' ? recall(ours, error) : undefined;
    if (fields) return answer(fields, error.stack, expression, linesBefore, compiling);
    if (!(error instanceof AnyError)) return answer({ message: `the expression threw ${shown(error)}` }, '', expression, 0, false);
    return answer({ message: error.message || error.name }, error.stack, expression, linesBefore, compiling);
  }

  // What the engine throws when no memory is left for an error.
  function isOfMemory(error, expression) {
    if (error === null) return !matches(/\bthrow\b/, expression);
    return error instanceof AnyError && !error.message && (!error.stack || error.name === 'InternalError');
  }

  function answer(fields, stack, expression, linesBefore, compiling) {
    let text = `"message":${quoted(fields.message)},"stack":${quoted(stack ?? '')}`;
    if (fields.kind) text += `,"kind":${quoted(fields.kind)}`;
    if (fields.remedy) text += `,"remedy":${quoted(fields.remedy)}`;
    if (fields.step !== undefined) text += `,"step":${quoted(fields.step)}`;
    if (fields.list) text += `,"list":${quoted(fields.list)}`;
    const place = `"linesBefore":${linesBefore},"compiling":${compiling},"expression":${stringify(expression)}`;
    return `{"error":{${text},${place}}}`;
  }

  // A text of its own has no `toJSON`.
  const quoted = (value) => stringify(shown(value));

  function shown(value) {
    let text;
    try {
      text = asText(value);
    } catch {
      text = 'something that is no text';
    }
    return toWellFormed(slice(text, 0, LONGEST));
  }
})
