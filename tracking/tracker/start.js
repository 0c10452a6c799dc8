/* Who may be known, and the start. */
/* [name, ...] of what the page calls, and of clicks: the second file does all that
   can wait until the page has its numbers, and takes them from here. */
const later = window.ringtrail?.q || [];
const more = document.createElement('script');

/* A browser that says no to all sites is overruled by a yes to this one only. */
function allowed() {
  const { state: said, source } = state.consent || {};
  return (!navigator.globalPrivacyControl || source === 'own') &&
    (said === 'granted' || !said && !isAsking);
}
/* A page that is loaded ahead, in case it is asked for, takes no number from the pool. */
function start() {
  if (state.running || document.prerendering) return;
  if (allowed()) {
    state.running = true;
    state.visitor = cookie('ringtrail', '[\\da-f-]{36}') || state.visitor || uuid();
    const held = state.numbers.filter(number =>
      state.seen + number.expires_in * 1000 > Date.now());
    if (held[0]) show(held);
    beatEvery();
  }
  view(document.referrer);
}

window.ringtrail = (...call) => later.push(call);
window.ringtrail.core = [
  state, later, happened, view, start, show, leave, remember, swap, isAsking, memory, location.href,
  script.dataset.fields
];
addEventListener('click', event => later.push(['click', event.composedPath()]), true);
/* Only an unload is leaving: a hidden page, or one kept for the back button, may come back. */
addEventListener('pagehide', event => { if (!event.persisted) leave(); });
document.addEventListener('visibilitychange', beat);
document.addEventListener('prerenderingchange', start);
/* A no that was called before stands above a yes that is remembered. */
if (!later.some(([name, given]) => name === 'consent' && !given)) start();
more.src = at('ringtrail-leads.js');
more.nonce = script.nonce;
document.head.append(more);
