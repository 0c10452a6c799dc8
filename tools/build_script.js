/* Builds what is served, tracking/tracker/built/*, from the readable parts in tracking/tracker.

     cd tools && npm ci && npm run build        (add -- FOLDER to write elsewhere)

   Needed only by whoever changes a part: the built files are committed, and a test says when they
   are older than their parts. terser is pure JavaScript and pinned, so every machine builds the
   same bytes. package-lock.json holds no address of a registry (see .npmrc): npm asks its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const source = new URL('../tracking/tracker/', import.meta.url);
const target = process.argv[2] ? new URL(`file://${process.argv[2]}/`) : new URL('built/', source);
/* The parts of a file share one scope, in this order: what one declares, the next may use. */
const NUMBERS = ['memory', 'digits', 'page', 'outbox', 'visit', 'consent', 'commands'];
const FILES = {
  ringtrail: [
    ...NUMBERS, 'navigation', 'services', 'links', 'fields', 'forms', 'chats', 'leads', 'start'
  ],
  'ringtrail-numbers': [...NUMBERS, 'start'],
};
/* The syntax is ES2020, and no look-behind in regular expressions: Safari before 16.4 would refuse
   the whole file. */
const OPTIONS = {
  ecma: 2020,
  compress: { passes: 3, unsafe: true, unsafe_arrows: true, unsafe_methods: true, hoist_funs: true },
  format: { ascii_only: true },
};

mkdirSync(target, { recursive: true });
const read = new Set();
for (const [name, parts] of Object.entries(FILES)) {
  const texts = parts.map(part => readFileSync(new URL(`${part}.js`, source), 'utf8'));
  parts.forEach((part, index) => {
    read.add(`${createHash('sha256').update(texts[index]).digest('hex')}  ${part}.js\n`);
  });
  /* One function, so that a page sees none of the names. */
  const whole = `(function (window, document) {
${texts.join('\n')}
})(window, document);`;
  const { code } = await minify(whole, OPTIONS);
  writeFileSync(new URL(`${name}.min.js`, target), code + '\n');
}
writeFileSync(new URL('parts.sha256', target), [...read].join(''));
