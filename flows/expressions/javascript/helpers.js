// The helpers of an expression: flow, workspace. flows/expressions/helpers.py gives the same answers.
// The data comes as JSON texts, piece by piece, and each piece is parsed when it is first asked for.
(function (host) {
  'use strict';
  const { parse } = JSON;
  const { freeze, defineProperty } = Object;
  const { mistake } = host;
  const texts = Object.create(null);
  let parsed = Object.create(null);
  const knownSteps = Object.create(null);
  let current; // {item, outer}, the innermost first

  function piece(name) {
    if (!(name in parsed)) parsed[name] = name in texts ? parse(texts[name]) : undefined;
    return parsed[name];
  }

  host.expect = (steps) => {
    for (const id of steps) knownSteps[id] = true;
  };
  host.accept = (name, text) => { texts[name] = text; };
  host.forgetAll = () => {
    for (const table of [knownSteps, texts]) for (const name in table) delete table[name];
    parsed = Object.create(null);
  };
  host.forgetParsed = () => { parsed = Object.create(null); };
  host.pushItem = (item) => { current = { item, outer: current }; };
  host.popItem = () => { current = current.outer; };

  const event = () => piece('event') ?? {};
  const changed = (kind) => String(event().CacheChangeType).toLowerCase() === kind;

  const trigger = freeze({
    get data() { return piece('data'); },
    get event() { return piece('event'); },
    isCacheCreate: () => changed('create'),
    isCacheUpdate: () => changed('update'),
    isCacheDelete: () => changed('delete'),
    isActionSuccess: () => event().status === 'ACTION_HANDLED_SUCCESSFUL',
    isActionFail: () => event().status === 'ACTION_HANDLED_FAILED',
  });

  function step(id) {
    const name = String(id);
    if (!(name in knownSteps)) throw mistake({ kind: 'step', step: name, message: `there is no step ${name}` });
    const result = () => piece(`step ${name}`);
    const ended = (status) => () => result()?.status === status;
    return freeze({
      get output() { return result()?.output; },
      get actionResponse() { return result()?.output?.Response?.Content; },
      get actionRequest() { return result()?.output?.Request; },
      isActionSuccess: ended('ACTION_HANDLED_SUCCESSFUL'),
      isActionFail: ended('ACTION_HANDLED_FAILED'),
      isQueueActionSuccess: ended('QUEUE_ACTION_SUCCESSFUL'),
    });
  }

  function currentItem() {
    if (current) return current.item;
    if ('item' in texts) return piece('item');
    throw mistake({
      message: '`flow.mapItem()` has no value here',
      remedy: 'It is the current element inside an array map, a loop or a retry condition.',
    });
  }

  function todo(message) {
    throw mistake({ message: `to do: ${message}`, remedy: 'Replace `flow.todo(...)` by the value.' });
  }

  const define = (name, value) => defineProperty(globalThis, name, { value, enumerable: true });
  define('flow', freeze({
    get config() { return piece('config'); },
    info: () => piece('flow'),
    loopItem: currentItem,
    mapItem: currentItem,
    step,
    todo,
    trigger,
  }));
  define('workspace', freeze({ info: () => piece('workspace') }));
})
