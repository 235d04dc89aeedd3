// As much of Intl as en-US formatting and time zones need; the engine has none of its own.
// What is not covered (other locales, compact notation, long zone names) says so instead of guessing.
// The files of this folder are one module: cage/engine.py puts them together, this one first.
'use strict';

function refuse(what) {
  throw new RangeError(`${what} is not covered here; see the help page on expressions`);
}

function checkLocale(locales) {
  const wanted = Array.isArray(locales) ? locales[0] : locales;
  if (wanted !== undefined && !['en', 'en-US', 'default'].includes(String(wanted))) refuse(`the locale ${wanted}`);
}

// Options that would change the result, and are there only with the value that changes nothing.
function onlyAs(options, allowed) {
  for (const name of Object.keys(allowed)) {
    if (options[name] !== undefined && options[name] !== allowed[name]) refuse(`${name} '${options[name]}'`);
  }
}

function oneOf(options, name, choices) {
  const value = options[name];
  if (value !== undefined && !choices.includes(value)) throw new RangeError(`${name} cannot be '${value}'`);
}

function pad(number, width = 2) {
  return String(number).padStart(width, '0');
}
