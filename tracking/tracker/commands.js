/* The page's own calls, and the start. */
function begin() {
  if (state.numbers && state.expires > Date.now()) show(state.numbers);
  beatEvery(30);
  view(document.referrer);
}
function withdraw() {
  leave();
  clearInterval(timer);
  views = [];
  state = { refused: true };
  remember();
  show([]);
  observer.disconnect();
}
function consent(given) {
  if (!given && !state.refused) withdraw();
  if (given && state.refused) {
    state = {};
    begin();
  }
}
function command(name, value) {
  if (name === 'swap') swap(document.body);
  if (name === 'consent') consent(value);
  if (name === 'id' && state.visit && !views.length) value(state.visitor, state.visit);
  else if (name === 'id') asking.push(value);
}
/* A page that is loaded ahead, in case it is asked for, takes no number from the pool. */
function start() { if (!state.refused && !address) begin(); }

const queued = window.ringtrail?.q || [];
window.ringtrail = command;
recall();
listen();
queued.forEach(call => command(...call));
if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
else start();
