/* The start, and the end. */
/* A page that is loaded ahead, in case it is asked for, takes no number from the pool. */
function start() {
  if (running || document.prerendering) return;
  if (allowed()) {
    running = true;
    state.visitor = cookie('ringtrail', '[\\da-f-]{36}') || state.visitor || uuid();
    const held = state.numbers.filter(number =>
      state.seen + number.expires_in * 1000 > Date.now());
    if (held[0]) show(held);
    beatEvery();
  }
  view(document.referrer);
}
/* Only an unload is leaving: a hidden page, or one kept for the back button, may come back. */
addEventListener('pagehide', event => { if (!event.persisted) leave(); });
document.addEventListener('visibilitychange', beat);
document.addEventListener('prerenderingchange', start);
/* A no that was called before stands above a yes that is remembered. */
if (!calls.some(([name, given]) => name === 'consent' && !given)) start();
calls.forEach(call => window.ringtrail(...call));
