// Rebuilds ../codemirror.min.js and ../LICENSE from package-lock.json; needs node and npm, nothing else does:
//     node static/vendor/codemirror/build/build.mjs [folder for the results]
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const results = process.argv[2] ?? dirname(here);
const { devDependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const versions = Object.entries(devDependencies).filter(([name]) => name !== 'esbuild');

const work = mkdtempSync(join(tmpdir(), 'codemirror-'));
for (const name of ['package.json', 'package-lock.json', 'entry.js']) copyFileSync(join(here, name), join(work, name));
execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });

createRequire(join(work, 'package.json'))('esbuild').buildSync({
  entryPoints: ['entry.js'],
  absWorkingDir: work,
  outfile: join(results, 'codemirror.min.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'CodeMirror',
  target: 'es2022',
  legalComments: 'none',
  banner: { js: `/*! CodeMirror 6 (MIT, see LICENSE): ${versions.map((pair) => pair.join(' ')).join(', ')} */` },
});
writeFileSync(join(results, 'LICENSE'), readFileSync(join(work, 'node_modules/@codemirror/view/LICENSE'), 'utf8'));
rmSync(work, { recursive: true });
