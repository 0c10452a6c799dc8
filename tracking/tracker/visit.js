/* Page views, beats, leaving. */
const IDLE = 30 * 60 * 1000; /* the server ends a visit after as long without a sign of life */
let lastSeen = Date.now();
let timer = 0;
let address = '';
let asking = [];

/* What stands after a name that sounds personal, or is an e-mail address. */
const PERSONAL = new RegExp(
  '([?&](?!utm_)[^=&]*(mail|phone|\\btel|name|pass|token|secret|card)[^=&]*=)[^&]*|' +
  '[^/?&=]+(@|%40)[^/?&=]+', 'gi');
/* The server scrubs once more, and more closely. */
function scrubbed(url) {
  return url.split('#')[0].replace(PERSONAL, '$1').slice(0, 8192);
}
function view(referrer) {
  if (!running && tier !== 'cookieless') return;
  address = scrubbed(location.href);
  const page = { url: address, referrer: scrubbed(referrer), consent: consentNow() };
  tell('visit', running ? {
    ...page, title: document.title.slice(0, 255), language: navigator.language,
    screen: [screen.width, screen.height].map(Math.round),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    webdriver: navigator.webdriver,
    /* What other tools on the page call this visitor, for exports to them. */
    client_ids: {
      ga: cookie('_ga'), ga_session: cookie('_ga_\\w+'), ym: cookie('_ym_uid'),
      fbp: cookie('_fbp'), fbc: cookie('_fbc')
    }
  } : { ...page, visitor: null, mode: 'cookieless' });
}
function arrived({ visitor, visit, numbers, beat_every: seconds }) {
  if (!running) {
    show(numbers);
    return;
  }
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
function beatEvery(seconds) {
  clearInterval(timer);
  timer = setInterval(beat, seconds * 1000);
}
function sign() {
  const { visit, numbers } = state;
  return stamped({
    visit, leases: numbers.map(number => number.lease).filter(Boolean), consent: consentNow()
  });
}
function beat() {
  const { visit } = state;
  if (document.hidden || !running) return;
  if (state.unsent[0]) send();
  else if (visit && Date.now() - lastSeen > IDLE) view(address);
  else if (visit) {
    post('beat', { ...sign(), page: address }).then(answer => {
      if (state.visit !== visit) return;
      if (answer.numbers) take(state.numbers.map(held => inPlaceOf(held, answer.numbers)));
      else prolong();
    }, () => { /* the next beat tries again */ });
  }
}
/* A beat is told only of numbers that take the place of lost ones. */
function inPlaceOf(held, numbers) {
  return numbers.find(number => number.original === held.original) || held;
}
function leave() {
  if (state.visit) navigator.sendBeacon(at('leave'), body(sign()));
}
function navigated() {
  if (address && scrubbed(location.href) !== address) view(address);
}
/* The number that is called stays with this visitor until the call has come. */
function clicked(event) {
  const link = event.composedPath().find(node => /^(tel|callto):/.test(node.href));
  const held = link && state.numbers.find(({ number, country_code: code }) =>
    digitsOf(decoded(link.href)).endsWith(digitsOf(number).slice(code.length)));
  if (held?.lease) happened('click', { lease: held.lease });
}
/* A number of the pool that someone has written into a page is seen by all. The server alone knows
   the pool: it is told of linked numbers that are none of this visit's, once, and of five at most:
   the page may be a directory. */
function linked(href) {
  const number = '+' + digitsOf(href.split(/[;,]/)[0]);
  const { asked, numbers } = state, known = asked.concat(numbers.map(held => held.number));
  if (!running || asked[4] || !/^tel:\+/.test(href) || known.includes(number)) return;
  asked.push(number);
  happened('custom', { name: 'hard_coded_number', number, page: address });
}
/* The server takes at most 30 fields, each a text of 1,000 characters. */
function happened(kind, fields) {
  const texts = Object.entries(fields).slice(0, 30)
    .map(([name, value]) => [name, value && ('' + value).slice(0, 1000)]);
  if (running) tell('event', { kind, fields: Object.fromEntries(texts), page: address });
}
function listen() {
  ['pushState', 'replaceState'].forEach(name => {
    const original = history[name];
    history[name] = (...told) => {
      original.apply(history, told);
      setTimeout(navigated); /* once the page has set its title */
    };
  });
  window.addEventListener('popstate', navigated);
  /* Only an unload is leaving: a hidden page, or one kept for the back button, may come back. */
  window.addEventListener('pagehide', event => { if (!event.persisted) leave(); });
  window.addEventListener('online', send);
  document.addEventListener('visibilitychange', beat);
  window.addEventListener('click', clicked, true);
  /* What is withdrawn in one tab is withdrawn in all. */
  window.addEventListener('storage', event => {
    if (event.key === memory && /"denied"/.test(event.newValue)) decide(false);
  });
  ['load', 'focusin', 'blur'].forEach(type => window.addEventListener(type, watchLeads));
}
/* Forms and chats are watched by a second file, once there are some: it is looked for at the start,
   and when someone enters a field or the frame of a chat. */
const VENDOR = /jivo|tawk|livechat|intercom|carrotquest|bitrix|b24|hsforms/;
let watching = null;
function watchLeads() {
  const sources = Array.from(document.scripts, loaded => loaded.src);
  if (!running || watching || !(document.forms[0] || leads != null || VENDOR.test(sources))) return;
  watching = document.createElement('script');
  watching.src = new URL('ringtrail-leads.js', script.src);
  watching.nonce = script.nonce;
  document.head.append(watching);
}
