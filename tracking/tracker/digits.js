/* Which digits to look for, and what to write instead. */
const DASH = '[.\u2010-\u2015-]';
/* What may stand between two digits of one number. `\0` is the seam between the texts of two nodes:
   a gap inside a number, an end to the digits of two. */
const GAP = '[\\s\0(-/[\\]\u00ad-\u00b7\u2000-\u2212\uff08-\uff0f]*';
const PLUS = '[+\uff0b]';
/* A match that begins so is the tail of a longer number, or another country's. */
const ALIEN = `(\\d${DASH}?|${PLUS}\\d{0,3}${GAP})??`;

/* Every tracking number this page has shown: after a renewal they are looked for as well, in nodes
   that the page has cloned or kept aside. */
const shown = {};
/* One for each number that is looked for: (text, whether it is a link) -> text. */
let aims = [];

function aim(numbers) {
  const wanted = {};
  numbers.forEach(number => { wanted[number.original] = number; });
  for (const old in shown) {
    const original = shown[old].original;
    wanted[old] = wanted[original] ||
      { ...shown[old], number: original, national: original, international: original };
  }
  numbers.forEach(number => {
    delete wanted[number.number];
    shown[number.number] = number;
  });
  aims = Object.keys(wanted).map(from => aimed(from, wanted[from]));
}
/* Looks for `from` as people write it: (prefix)(digits without country's code or trunk prefix). */
function aimed(from, number) {
  /* The code is that of both numbers; of two countries it is empty. */
  const { country_code: code, trunk_prefix: trunk } = number, ours = code.length + 1;
  const local = from.slice(ours), put = number.number.slice(ours);
  const find = RegExp(`${ALIEN}((?:(?:(?:${PLUS}|00)${GAP})?${code && code + GAP})?` +
    `(?:${trunk && trunk + GAP})?)(${[...local].join(GAP)})(?!${DASH}?\\d)`, 'g');
  return (text, isLink) => text.replace(find, (match, alien, prefix, digits) => {
    let next = 0;
    if (alien) return match;
    /* As many digits in the same country: they change one by one and the page's own way of
       writing stays. Otherwise the whole number is replaced. */
    if (code && put.length === local.length) {
      return prefix + digits.replace(/\d/g, () => put[next++]);
    }
    return number[isLink ? 'number' : !code || /^\D|^00/.test(prefix) ? 'international' :
      'national'] +
      /* A bracket around the area's code was opened before the number. */
      (/^[^(]*\)/.test(digits) ? ')' : '') + match.replace(/[^\0]/g, '');
  });
}
/* `text` with the leased numbers; its seams stay. */
function withNumbers(text, isLink) {
  return aims.reduce((written, aimed) => aimed(written, isLink), text);
}
