/* Which digits to look for, and what to write instead. */
const OPEN = '[(\uff08]', PLUS = '[+\uff0b]', DASH = '\u2010-\u2015\u2212\uff0d-';
/* Between the texts of two nodes: a gap inside a number, an end to the digits of two. */
const SEAM = '\0';
/* What may stand between two digits of one number. */
const GAP = `[\\s\0./()[\\]\u00ad\u00b7\u2000-\u206f\uff08\uff09\u2212\uff0d-]*`;
const ABROAD = `(?:${PLUS}|00)${GAP}`;
/* The match is the tail of a longer number, or the country's code before it is another one. */
const TAIL = new RegExp(`\\d[.${DASH}]$|${PLUS}\\d{0,3}${GAP}$`);

/* Every tracking number this page has shown, by its digits: after a renewal they are looked for as
   well, in nodes that the page has cloned or kept aside. */
const shown = {};
let aims = [];
let pattern = null;

function aim(numbers) {
  const wanted = {};
  numbers.forEach(number => { wanted[number.original] = number; });
  for (const digits in shown) {
    const { original } = shown[digits];
    wanted[digits] = wanted[original] ||
      { ...shown[digits], number: original, national: original, international: original };
  }
  numbers.forEach(number => {
    delete wanted[number.number];
    if (number.number !== number.original) shown[number.number] = number;
  });
  aims = Object.keys(wanted).map(digits => target(digits, wanted[digits]));
  pattern = aims[0] &&
    new RegExp(`(^|\\D)(?:${aims.map(aimed => aimed.source).join('|')})(?![.${DASH}]?\\d)`, 'g');
}
function digitsOf(number) { return number.replace(/\D/g, ''); }
/* `from` as people write it: (prefix)(digits without country's code or trunk prefix). */
function target(from, number) {
  const { country_code: country, trunk_prefix: trunk } = number;
  const code = digitsOf(from).startsWith(country) ? country : '';
  const local = digitsOf(from).slice(code.length), put = digitsOf(number.number).slice(code.length);
  const inside = trunk ? `(?:${OPEN}${trunk}[)\uff09]${GAP})?|${trunk}${GAP}` : '';
  return {
    source: `((?:${OPEN}${GAP})?(?:${code ? `(?:${ABROAD})?${code}${GAP}${inside}` : ABROAD})?)` +
      `(${local.split('').join(GAP)})`,
    /* As many digits in the same country: they change one by one and the page's own way of
       writing stays. Otherwise the whole number is replaced. */
    digits: code && put.length === local.length && put,
    code,
    number
  };
}
/* `text` with the leased numbers; its seams stay. */
function withNumbers(text, isLink) {
  return text.replace(pattern, (match, before, ...groups) => {
    const which = aims.findIndex((_, index) => groups[2 * index + 1]);
    const { digits, code, number } = aims[which], prefix = groups[2 * which];
    const start = groups[2 * aims.length] + before.length;
    if (TAIL.test(text.slice(0, start).slice(-16))) return match;
    const written = match.slice(before.length);
    let next = -prefix.replace(/\D/g, '').length;
    if (digits) {
      return before + written.replace(/\d/g, digit => next++ < 0 ? digit : digits[next - 1]);
    }
    const name = isLink ? 'number' :
      !code || /[+\uff0b]|^\D*00/.test(prefix) ? 'international' : 'national';
    /* A bracket that closes after the number is the sentence's, not the number's. */
    const outer = /^[(\uff08][^)\uff09]*$/.test(written) ? written[0] : '';
    return before + outer + number[name] + written.replace(/[^\0]/g, '');
  });
}
