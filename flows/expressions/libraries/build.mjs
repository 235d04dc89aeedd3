// Rebuilds the files beside this one from the published packages; needs node and npm, nothing else does:
//     node flows/expressions/libraries/build.mjs
// Each result is the body of a CommonJS module, loaded by javascript/host.js.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = { lodash: '4.17.21', dayjs: '1.11.13', numeral: '2.0.6', uuid: '9.0.1' };

// All of Day.js' plugins but devHelper and badMutable, which change what dates do.
const DAYJS_PLUGINS = [
  'utc', 'timezone', 'arraySupport', 'objectSupport', 'customParseFormat', 'bigIntSupport', 'advancedFormat',
  'buddhistEra', 'calendar', 'dayOfYear', 'duration', 'isBetween', 'isLeapYear', 'isMoment', 'isSameOrAfter',
  'isSameOrBefore', 'isToday', 'isTomorrow', 'isYesterday', 'isoWeek', 'isoWeeksInYear', 'localeData',
  'localizedFormat', 'minMax', 'negativeYear', 'pluralGetSet', 'preParsePostFormat', 'quarterOfYear',
  'relativeTime', 'toArray', 'toObject', 'updateLocale', 'weekOfYear', 'weekYear', 'weekday',
];

const UUID_MODULES = [
  'rng', 'native', 'regex', 'validate', 'stringify', 'parse', 'md5', 'sha1', 'v35', 'v1', 'v3', 'v4', 'v5', 'nil',
  'version', 'index',
];

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'libraries-'));
const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
writeFileSync(join(work, 'package.json'), '{}');
execFileSync('npm', ['install', '--ignore-scripts', '--no-package-lock', ...packages], { cwd: work });

const read = (path) => readFileSync(join(work, 'node_modules', path), 'utf8').trim();
const licence = (name, file) => `/*! ${name} ${VERSIONS[name]}\n\n${read(`${name}/${file}`)}\n*/\n`;
const asExpression = (source) =>
  `(function () { var module = { exports: {} }, exports = module.exports; ${source}\nreturn module.exports; })()`;

const withoutComments = (source) => source.replace(/^\s*\/\*[\s\S]*?\*\/\n/gm, '');

function dayjs() {
  const plugins = DAYJS_PLUGINS.map((name) => `dayjs.extend(${asExpression(read(`dayjs/plugin/${name}.js`))});`);
  return [`var dayjs = ${asExpression(read('dayjs/dayjs.min.js'))};`, ...plugins, 'module.exports = dayjs;'].join('\n');
}

function uuid() {
  const modules = UUID_MODULES.map(
    (name) => `'./${name}.js': function (exports, require) {${withoutComments(read(`uuid/dist/commonjs-browser/${name}.js`))}\n}`,
  );
  return `var modules = {${modules.join(',\n')}}, loaded = {};
function require(name) {
  if (!loaded[name]) modules[name]((loaded[name] = {}), require);
  return loaded[name];
}
module.exports = require('./index.js');`;
}

const write = (name, text) => writeFileSync(join(here, `${name}.js`), `${text}\n`);
write('lodash', licence('lodash', 'LICENSE') + read('lodash/lodash.min.js'));
write('dayjs', licence('dayjs', 'LICENSE') + dayjs());
write('numeral', licence('numeral', 'LICENSE') + read('numeral/min/numeral.min.js'));
write('uuid', licence('uuid', 'LICENSE.md') + uuid());
rmSync(work, { recursive: true });
