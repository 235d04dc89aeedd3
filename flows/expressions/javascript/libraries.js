// Lodash, Day.js, Numeral, uuid and Intl: each is loaded when it is first named, and not before.
(function (host) {
  'use strict';
  const { defineProperty } = Object;
  const load = Function;
  const sources = Object.create(null);
  const loaded = Object.create(null);
  const resource = (name) => sources[name];

  host.provide = (name, source) => { sources[name] = source; };

  function library(name) {
    if (!(name in loaded)) {
      loaded[name] = undefined; // what a library finds that looks for an older self
      const module = { exports: {} };
      load('module', 'exports', 'resource', sources[name])(module, module.exports, resource);
      loaded[name] = module.exports;
    }
    return loaded[name];
  }

  function lazily(global, name) {
    const hold = (value) => defineProperty(globalThis, global, { value, writable: true, configurable: true });
    defineProperty(globalThis, global, {
      configurable: true,
      get() {
        hold(library(name));
        return library(name);
      },
      set: hold,
    });
  }

  lazily('_', 'lodash');
  lazily('dayjs', 'dayjs');
  lazily('numeral', 'numeral');
  lazily('uuid', 'uuid');
  lazily('Intl', 'intl');

  // What the engine has only in a form without locales.
  function localized(prototype, method, format) {
    const value = { [method](...given) { return format(library('intl'), this, ...given); } }[method];
    defineProperty(prototype, method, { value, writable: true, configurable: true });
  }

  localized(Number.prototype, 'toLocaleString', (intl, value, ...given) => intl.number(value, ...given));
  localized(BigInt.prototype, 'toLocaleString', (intl, value, ...given) => intl.number(value, ...given));
  localized(Date.prototype, 'toLocaleString', (intl, value, ...given) => intl.date(value, 'any', ...given));
  localized(Date.prototype, 'toLocaleDateString', (intl, value, ...given) => intl.date(value, 'date', ...given));
  localized(Date.prototype, 'toLocaleTimeString', (intl, value, ...given) => intl.date(value, 'time', ...given));
  localized(String.prototype, 'localeCompare', (intl, value, other, ...given) => intl.compare(value, other, ...given));

  // The engine leaves a date as it is where the standard makes it an invalid one: `date.setDate(NaN)`.
  const { apply } = Reflect;
  const { setTime } = Date.prototype;
  const setters = Object.getOwnPropertyNames(Date.prototype).filter((name) => /^set(?!Time)/.test(name));
  for (const name of setters) {
    const set = Date.prototype[name];
    const strictly = { [name](...given) {
      const time = apply(set, this, given);
      return time === time ? time : apply(setTime, this, [NaN]);
    } }[name];
    defineProperty(Date.prototype, name, { value: strictly, writable: true, configurable: true });
  }

  const ignore = () => {};
  globalThis.console = { debug: ignore, error: ignore, info: ignore, log: ignore, warn: ignore };

  host.warm = (names) => { for (const name of names.split(' ')) globalThis[name]; };
})
