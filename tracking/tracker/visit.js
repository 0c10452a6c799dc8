/* Talking to the server: page views, beats, leaving. */
const IDLE = 30 * 60 * 1000; /* the server ends a visit after as long without a sign of life */
let views = []; /* page views that the server has not answered yet, the oldest first */
let sending = false;
let lastSeen = Date.now();
let timer = 0;
let address = '';
let asking = [];

/* crypto.randomUUID exists on https pages only. */
function uuid() {
  const digit = () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16);
  return 'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, digit);
}
function stamped(fields) { return { event_id: uuid(), site, at: Date.now(), ...fields }; }
function body(told) { return JSON.stringify({ ...told, sent_at: Date.now() }); }
/* Text needs no preflight; the server reads JSON whatever the type. Rejects when it is worth
   trying again, and answers {} when it is not. */
function post(path, told) {
  return fetch(api + path, {
    method: 'POST', body: body(told), keepalive: true, credentials: 'omit',
    headers: { 'Content-Type': 'text/plain' }
  }).then(answer => {
    if (answer.status >= 500 || answer.status === 429) throw answer;
    return answer.ok ? answer.json() : {};
  });
}
function view(referrer) {
  address = location.href;
  views.push(stamped({
    url: address.slice(0, 8192), referrer: referrer.slice(0, 8192), title: document.title.slice(0, 255),
    screen: [Math.round(screen.width), Math.round(screen.height)], language: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    client_ids: clientIds(), consent: { state: 'granted' }
  }));
  sendViews();
}
/* What other tools on the page call this visitor, for exports to them. */
function clientIds() {
  const ids = { ga: '_ga', ga_session: '_ga_\\w+', ym: '_ym_uid', fbp: '_fbp', fbc: '_fbc' };
  Object.keys(ids).forEach(name => {
    const found = document.cookie.match('(?:^|; )' + ids[name] + '=([^;]{1,255})');
    ids[name] = found && found[1];
  });
  return ids;
}
/* One at a time: the answer to the first names the visitor and the visit of the others. */
function sendViews() {
  const first = views[0];
  if (sending || !first) return;
  const { visitor = null, visit = null } = state;
  sending = true;
  post('visit', { ...first, visitor, visit }).then(answer => {
    sending = false;
    if (views[0] === first) {
      views.shift();
      if (answer.numbers) arrived(answer);
    }
    sendViews();
  }, () => { sending = false; /* the next beat tries again */ });
}
function arrived({ visitor, visit, numbers, beat_every: seconds }) {
  Object.assign(state, { visitor, visit });
  take(numbers);
  beatEvery(seconds);
  asking.forEach(tell => tell(visitor, visit));
  asking = [];
}
function take(numbers) {
  state.numbers = numbers;
  prolong();
  show(numbers);
}
/* The next page may show the numbers at once as long as they are held for this visit. */
function prolong() {
  lastSeen = Date.now();
  state.expires = lastSeen + 1000 * Math.min(...state.numbers.map(number => number.expires_in));
  remember();
}
function leases() { return (state.numbers || []).map(number => number.lease).filter(Boolean); }
function beatEvery(seconds) {
  clearInterval(timer);
  timer = setInterval(beat, seconds * 1000);
}
function beat() {
  if (document.hidden || state.refused) return;
  if (views.length) { sendViews(); return; }
  if (!state.visit) return;
  if (Date.now() - lastSeen > IDLE) { view(address); return; }
  const { visit } = state;
  post('beat', stamped({ visit, leases: leases(), page: address.slice(0, 8192) })).then(answer => {
    if (state.visit !== visit) return;
    if (answer.numbers) take(state.numbers.map(held => inPlaceOf(held, answer.numbers)));
    else prolong();
  }, () => { /* the next beat tries again */ });
}
/* A beat is told only of numbers that take the place of lost ones. */
function inPlaceOf(held, numbers) {
  return numbers.find(number => number.original === held.original) || held;
}
function leave() {
  const { visit } = state;
  if (visit) navigator.sendBeacon(api + 'leave', body(stamped({ visit, leases: leases() })));
}
function navigated() {
  const left = address.split('#')[0];
  if (left && !state.refused && location.href.split('#')[0] !== left) view(address);
}
function listen() {
  ['pushState', 'replaceState'].forEach(name => {
    const original = history[name];
    history[name] = function () {
      const result = original.apply(this, arguments);
      setTimeout(navigated); /* once the page has set its title */
      return result;
    };
  });
  window.addEventListener('popstate', navigated);
  /* Only an unload is leaving: a hidden page, or one kept for the back button, may come back. */
  window.addEventListener('pagehide', event => { if (!event.persisted) leave(); });
  window.addEventListener('pageshow', event => { if (event.persisted) beat(); });
  document.addEventListener('visibilitychange', beat);
  /* What is withdrawn in one tab is withdrawn in all. */
  window.addEventListener('storage', event => {
    if (event.key === memory && /refused/.test(event.newValue)) consent(false);
  });
}
