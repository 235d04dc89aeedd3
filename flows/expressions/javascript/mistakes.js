// What goes wrong in an expression, kept and written in a form that no expression can forge, by functions taken before
// any of them runs. flows/expressions/answers.py says what that form is.
(function (host) {
  'use strict';
  const asText = String;
  const { stringify } = JSON;
  // A method as a function of its own, which nobody can replace later.
  const uncurried = (method) => Function.prototype.call.bind(method);
  host.uncurried = uncurried;
  const slice = uncurried(String.prototype.slice);
  const toWellFormed = uncurried(String.prototype.toWellFormed);
  const includes = uncurried(String.prototype.includes);
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

  // What went wrong in which expression, and where its line numbers start.
  host.Fault = class {
    constructor(error, source, linesBefore = 0, compiling = false) {
      this.error = error;
      this.source = source;
      this.linesBefore = linesBefore;
      this.compiling = compiling;
    }
  };

  const MEMORY = '{"error":{"kind":"memory"}}';

  // The answer of a unit that failed; `source` is its expression, where the fault does not name its own.
  host.failed = function (raised, source) {
    let fault = new host.Fault(undefined, source);
    try {
      fault = raised instanceof host.Fault ? raised : new host.Fault(raised, source);
      return described(fault);
    } catch (second) {
      if (second === null) return MEMORY; // there is not even enough left to say so
      return answer(fault, { message: 'the expression threw something that cannot be shown' }, '');
    }
  };

  function described(fault) {
    const { error, source } = fault;
    if (error === null) return includes(source, 'throw') ? answer(fault, THREW_NULL, '') : MEMORY;
    const fields = typeof error === 'object' ? recall(ours, error) : undefined;
    if (fields) return answer(fault, fields, error.stack);
    if (!(error instanceof AnyError)) return answer(fault, { message: `the expression threw ${shown(error)}` }, '');
    const { message, name, stack } = error;
    if (!message && (!stack || isEngines(name, source))) return MEMORY; // it had none left for its message
    return answer(fault, { message: message || name }, stack);
  }

  const isEngines = (name, source) => name === 'InternalError' && !includes(source, 'throw');

  // The engine throws null, too, where no memory is left for an error.
  const THREW_NULL = {
    message: 'the expression threw null, or had no memory left',
    remedy: 'Throw an `Error` with a message, or work on less data at a time.',
  };

  function answer({ source, linesBefore, compiling }, fields, stack) {
    let text = `"message":${quoted(fields.message)},"stack":${quoted(stack ?? '')}`;
    if (fields.kind) text += `,"kind":${quoted(fields.kind)}`;
    if (fields.remedy) text += `,"remedy":${quoted(fields.remedy)}`;
    if (fields.step !== undefined) text += `,"step":${quoted(fields.step)}`;
    if (fields.list) text += `,"list":${quoted(fields.list)}`;
    text += `,"linesBefore":${linesBefore | 0},"compiling":${compiling === true}`;
    return `{"error":{${text},"expression":${stringify(source)}}}`;
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
