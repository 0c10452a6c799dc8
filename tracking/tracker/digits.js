/* Which digits to look for, and what to write instead. */
const raw = String.raw;
const OPEN = raw`[(\uff08]`, CLOSE = raw`[)\uff09]`, PLUS = raw`[+\uff0b]`;
const DASH = raw`\-\u2010-\u2015\u2212\uff0d`;
/* What may stand between two digits of one number. */
const GAP = raw`[\s./()\[\]\u00ad\u00b7\u200b-\u200f\u202a-\u202e\u2060\uff08\uff09${DASH}]*`;
const ABROAD = raw`(?:${PLUS}|00)${GAP}`;
/* Between the texts of two nodes: a gap inside a number, an end to the digits of two. */
const SEAM = '\u200b';
/* The match is the tail of a longer number, or the country's code before it is another one. */
const TAIL = new RegExp(raw`\d[.${DASH}]$|${PLUS}\d{0,3}${GAP}$`);
const GOES_ON = new RegExp(raw`^[.${DASH}]\d`);

/* Every tracking number this page has shown: after a renewal they are looked for as well, in
   nodes that the page has cloned or kept aside. */
const shown = new Map();
let aims = [];
let pattern = null;

function aim(numbers) {
  const current = new Map(numbers.map(number => [number.original, number]));
  const wanted = new Map(current);
  shown.forEach((number, digits) => {
    wanted.set(digits, current.get(number.original) || undone(number));
  });
  numbers.forEach(number => {
    wanted.delete(number.number);
    if (number.number !== number.original) shown.set(number.number, number);
  });
  aims = Array.from(wanted, ([from, number]) => target(from, number));
  const sources = aims.map(aimed => aimed.source).join('|');
  pattern = sources && new RegExp(raw`(^|\D)(?:${sources})(?!\d)`, 'g');
}
function undone(number) {
  const own = number.original;
  return { ...number, number: own, national: own, international: own };
}
function digitsOf(number) { return number.replace(/\D/g, ''); }
/* `from` as people write it: (prefix)(digits without country's code or trunk prefix). */
function target(from, number) {
  const code = digitsOf(from).startsWith(number.country_code) ? number.country_code : '';
  const local = digitsOf(from).slice(code.length), put = digitsOf(number.number).slice(code.length);
  const trunk = code && number.trunk_prefix;
  const inside = trunk ? raw`(?:${OPEN}${trunk}${CLOSE}${GAP})?|${trunk}${GAP}` : '';
  const prefix = code ? raw`(?:${ABROAD})?${code}${GAP}${inside}` : ABROAD;
  return {
    source: raw`((?:${OPEN}${GAP})?(?:${prefix})?)(${local.split('').join(GAP)})`,
    /* As many digits in the same country: they change one by one and the page's own way of
       writing stays. Otherwise the whole number is replaced. */
    digits: code && put.length === local.length ? put : '',
    abroad: !code,
    number
  };
}
/* Changes [start, end, replacement] that turn `text` into one with the leased numbers. */
function changesTo(text, isLink) {
  const changes = [];
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(text));) {
    const which = aims.findIndex((_, index) => match[3 + 2 * index]);
    const prefix = match[2 + 2 * which], start = match.index + match[1].length, end = pattern.lastIndex;
    const before = text.slice(Math.max(0, start - 16), start), after = text.slice(end, end + 2);
    if (TAIL.test(before) || GOES_ON.test(after)) continue;
    if (aims[which].digits) digitByDigit(text, start + prefix.length, aims[which].digits, changes);
    else changes.push(whole(text, start, end, prefix, aims[which], isLink));
  }
  return changes;
}
function digitByDigit(text, at, digits, changes) {
  for (let next = 0; next < digits.length; at++) {
    if (/\d/.test(text[at])) changes.push([at, at + 1, digits[next++]]);
  }
}
function whole(text, start, end, prefix, { abroad, number }, isLink) {
  const international = abroad || /[+\uff0b]|^\D*00/.test(prefix);
  /* A bracket that closes after the number is the sentence's, not the number's. */
  const outer = /^[(\uff08]/.test(prefix) && !/[)\uff09]/.test(text.slice(start, end));
  const written = isLink ? number.number : international ? number.international : number.national;
  return [outer ? start + 1 : start, end, written];
}
/* `text`, which begins at `offset` of what the changes were made for, with them made. */
function changed(text, changes, offset) {
  let out = '', done = 0;
  changes.forEach(([from, to, replacement]) => {
    const start = from - offset, end = Math.min(to - offset, text.length);
    if (end <= 0 || start >= text.length) return;
    out += text.slice(done, Math.max(0, start)) + (start >= 0 ? replacement : '');
    done = end;
  });
  return out + text.slice(done);
}
