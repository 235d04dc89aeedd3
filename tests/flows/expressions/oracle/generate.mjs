// Writes expected.json: what Node gives for each line of expressions.txt, with the libraries the sandbox has.
//     TZ=UTC node tests/flows/expressions/oracle/generate.mjs > tests/flows/expressions/oracle/expected.json
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const here = dirname(fileURLToPath(import.meta.url));
const libraries = join(here, '../../../../flows/expressions/libraries');
const scope = readFileSync(join(here, 'data.json'), 'utf8');

const expressions = readFileSync(join(here, 'expressions.txt'), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('# '));

function library(name) {
  const module = { exports: {} };
  new Function('module', 'exports', readFileSync(join(libraries, `${name}.js`), 'utf8'))(module, module.exports);
  return module.exports;
}

const found = { _: library('lodash'), dayjs: library('dayjs'), numeral: library('numeral'), uuid: library('uuid') };

function helpers() {
  const data = JSON.parse(scope);
  const kind = (name) => () => data.trigger.event.CacheChangeType === name;
  const ended = (status, name) => () => status === name;
  const flow = {
    config: data.config,
    trigger: {
      data: data.trigger.data,
      event: data.trigger.event,
      isCacheCreate: kind('Create'),
      isCacheUpdate: kind('Update'),
      isCacheDelete: kind('Delete'),
      isActionSuccess: ended(data.trigger.event.status, 'ACTION_HANDLED_SUCCESSFUL'),
      isActionFail: ended(data.trigger.event.status, 'ACTION_HANDLED_FAILED'),
    },
    info: () => data.flow,
    mapItem: () => data.mapItem,
    loopItem: () => data.mapItem,
    todo(message) { throw new Error(message); },
    step(id) {
      const step = data.steps[id];
      if (!step) throw new Error(`no step ${id}`);
      return {
        output: step.output,
        actionResponse: step.output?.Response?.Content,
        actionRequest: step.output?.Request,
        isActionSuccess: ended(step.status, 'ACTION_HANDLED_SUCCESSFUL'),
        isActionFail: ended(step.status, 'ACTION_HANDLED_FAILED'),
        isQueueActionSuccess: ended(step.status, 'QUEUE_ACTION_SUCCESSFUL'),
      };
    },
  };
  return { flow, workspace: { info: () => data.workspace } };
}

function run(source) {
  Object.assign(globalThis, found, helpers());
  const bare = source.replace(/[;\s]+$/, '');
  let call;
  try {
    call = new Function(`return (\n${bare}\n)`);
  } catch {
    call = isScript(source) ? () => vm.runInThisContext(`{\n${source}\n}`) : new Function(source);
  }
  return call();
}

// A script has no `return` outside of its functions.
function isScript(source) {
  try {
    return Boolean(new vm.Script(source));
  } catch {
    return false;
  }
}

function expected(source) {
  let value;
  try {
    value = run(source);
  } catch (error) {
    return { fails: error.name };
  }
  if (value === undefined) return { undefined: true };
  if (typeof value === 'number' && !Number.isFinite(value)) return { fails: String(value) };
  if (typeof value === 'function' || typeof value === 'symbol') return { fails: typeof value };
  const unfit = [Promise, Map, Set, RegExp, Error].find((kind) => value instanceof kind);
  if (unfit) return { fails: unfit.name };
  try {
    return { value: JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    return { fails: error.name };
  }
}

const results = expressions.map((source) => ({ expression: source, ...expected(source) }));
console.log(JSON.stringify({ node: process.version, results }, null, 1));
