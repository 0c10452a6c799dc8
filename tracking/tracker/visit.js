/* Page views, beats, leaving. */
const IDLE = 30 * 60 * 1000; /* the server ends a visit after as long without a sign of life */
let timer;
let address = '';

/* What stands after a name that sounds personal, or is an e-mail address. */
const PERSONAL =
  /([?&][^=&]*(mail|phone|\btel|name|pass|token|card)[^=&]*=)[^&]*|[^/?&=]+(@|%40)[^/?&=]+/gi;
/* The server scrubs once more, and more closely. */
function scrubbed(url) {
  return url.split('#')[0].replace(PERSONAL, '$1');
}
function view(referrer = address) {
  if (!running && tier !== 'cookieless') return;
  address = scrubbed(location.href);
  queue('visit', {
    url: address, referrer: scrubbed(referrer), consent: state.consent, ...running ? {
      title: document.title, language: navigator.language, screen: [screen.width, screen.height],
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      webdriver: navigator.webdriver,
      /* What other tools on the page call this visitor, for exports to them. */
      client_ids: {
        ga: cookie('_ga'), ga_session: cookie('_ga_\\w+'), ym: cookie('_ym_uid'),
        fbp: cookie('_fbp'), fbc: cookie('_fbc')
      }
    } : { visitor: null, mode: tier }
  });
}
function happened(kind, fields) {
  if (running) queue('event', { kind, fields, page: address });
}
/* A page view is answered with all numbers of the visit; a beat and an event with those that are
   new, each in the place of the one held for the same original. */
function arrived({ visitor, visit, numbers, beat_every: seconds, cookie: given }) {
  const isWhole = seconds >= 0;
  if (numbers) {
    state.numbers = [...numbers, ...state.numbers.filter(held =>
      !isWhole && !numbers.some(number => number.original === held.original))];
    if (isWhole && running) {
      state.visitor = visitor;
      state.visit = visit;
      state.cookie = given;
      if (given && !cookie('ringtrail')) document.cookie = given;
      beatEvery(seconds);
    }
    show(state.numbers);
  }
  if (running) {
    /* The next page may show the numbers at once as long as they are held for this visit. */
    state.seen = Date.now();
    remember();
  }
}
function beatEvery(seconds) {
  clearInterval(timer);
  timer = setInterval(beat, (seconds || 30) * 1000);
}
function sign() {
  const { visit, numbers, consent } = state;
  return stamped({ visit, leases: numbers.flatMap(number => number.lease || []), consent });
}
function beat() {
  const { visit, seen, unsent } = state;
  if (document.hidden || !running) return;
  if (unsent[0]) send();
  else if (visit && Date.now() - seen > IDLE) view();
  else if (visit) {
    post('beat', { ...sign(), page: address }).then(answer => {
      if (state.visit !== visit) return;
      arrived(answer);
    }, () => { /* the next beat tries again */ });
  }
}
function leave() {
  if (state.visit) post('leave', sign()).catch(() => { /* its time runs out */ });
}
