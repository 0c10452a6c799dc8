/* What the script knows of its site and remembers of its visitor. */
const script = document.currentScript;
const { site, wait, leads, fields, consent: tier } = script.dataset;
/* Who must be asked before: nobody, unless the tier is 'required' or 'cookieless'. */
const isAsking = tier && tier !== 'off';
const memory = 'ringtrail:' + site;
const DAY = 24 * 60 * 60;

/* {visitor, visit, numbers, expires, unsent, asked, consent}; after a refusal only {consent}. */
let state;
/* Whether this visitor may be known: nothing is kept or asked of the browser before. */
let running = false;

function refresh(known) { state = { numbers: [], unsent: [], asked: [], ...known }; }
/* A browser may forbid its storage: then what is remembered ends with the page. */
function recall() {
  try { refresh(JSON.parse(localStorage.getItem(memory))); } catch { refresh(); }
}
function remember() {
  try { localStorage.setItem(memory, JSON.stringify(state)); } catch { /* this page only */ }
}
function cookie(name) {
  return document.cookie.match('(?:^|; )' + name + '=([^;]{1,255})')?.[1];
}
/* For the site and its subdomains: a browser refuses the domains that are no one's own, so the
   widest that it takes is the site's. No seconds: deletes. A cookie that is there is not touched,
   for one that the server has set lives longer in Safari. */
function keepInCookie(visitor, seconds) {
  location.hostname.split('.').reduceRight((parent, label) => {
    if (!seconds || !cookie('ringtrail')) {
      document.cookie = `ringtrail=${visitor};max-age=${seconds};domain=${label + parent};path=/` +
        ';samesite=lax' + (isSecureContext ? ';secure' : '');
    }
    return '.' + label + parent;
  }, '');
}
