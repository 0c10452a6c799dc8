/* What the script knows of its site and remembers of its visitor. */
const script = document.currentScript;
const { site, wait, consent: tier } = script.dataset;
/* Who must be asked before: nobody, unless the tier is 'required' or 'cookieless'. */
const isAsking = tier && tier !== 'off';
const memory = 'ringtrail:' + site;

/* {visitor, visit, cookie, numbers, seen, unsent, asked, consent}; after a refusal only {consent}.
   `running`: this visitor may be known; nothing is kept or asked of the browser before. */
let state = { numbers: [], unsent: [], ...recalled() };
let running = false;

/* A browser may forbid its storage: then what is remembered ends with the page. */
function recalled() {
  try { return JSON.parse(localStorage[memory]); } catch { /* a new visitor */ }
}
function remember() {
  try { localStorage[memory] = JSON.stringify(state); } catch { /* this page only */ }
}
function cookie(name, value = '[^;]+') {
  return document.cookie.match(`(^|; )${name}=(${value})`)?.[2];
}
