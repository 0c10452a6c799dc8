/* Who may be known: by what was said here, to a consent service of the page, or by the browser. */
function consentNow() { return state.consent || { state: 'unknown', source: 'default' }; }
/* A browser that says no to all sites is overruled by a yes to this one only. */
function allowed() {
  const { state: said, source } = consentNow();
  return (!navigator.globalPrivacyControl || source === 'own') &&
    (said === 'granted' || !isAsking && said !== 'denied');
}
/* What was said to this script itself stands above what its page's services tell. */
function decide(given, source = 'own', user = given, personal = given, version) {
  if (source !== 'own' && consentNow().source === 'own') return;
  if (!given && !running && !allowed()) return;
  const consent = state.consent = {
    state: given ? 'granted' : 'denied',
    ad_user_data: user, ad_personalization: personal, source, version
  };
  if (!given) {
    leave();
    keepInCookie('', 0);
    clearInterval(timer);
    running = false;
    refresh({ consent });
    show([]);
    observer.disconnect();
  }
  remember();
  start();
}
/* A page that is loaded ahead, in case it is asked for, takes no number from the pool. */
function start() {
  if (running || document.prerendering) return;
  running = allowed();
  if (running) {
    const known = cookie('ringtrail');
    state.visitor = /^[\da-f-]{36}$/.test(known) ? known : state.visitor || uuid();
    keepInCookie(state.visitor, 400 * DAY);
    if (state.expires > Date.now()) show(state.numbers);
    beatEvery(30);
    watchLeads();
  }
  view(document.referrer);
}
function hearServices() {
  const layer = window.dataLayer = window.dataLayer || [], { push } = layer, signals = {};
  const yes = name => signals[name] === 'granted';
  /* Google's consent mode. A default of any region may say no; only an update withdraws. */
  function hear(entry) {
    if (entry?.[0] !== 'consent') return;
    const [, kind, said] = entry, isUpdate = kind === 'update';
    for (const name in said) {
      if (isUpdate || signals[name] !== 'denied') signals[name] = said[name];
    }
    const given = yes('ad_storage') && yes('analytics_storage');
    if (given || isUpdate) decide(given, 'google', yes('ad_user_data'), yes('ad_personalization'));
  }
  layer.forEach(hear);
  layer.push = (...entries) => {
    entries.forEach(hear);
    return push.apply(layer, entries);
  };
  /* The IAB's framework: purpose 1 is storage, 7 measuring, 3 and 4 personal advertising. */
  window.__tcfapi?.('addEventListener', 2, ({ gdprApplies, eventStatus, purpose }, isKnown) => {
    const agreed = (...ids) => gdprApplies === false || ids.every(id => purpose.consents[id]);
    if (isKnown && eventStatus !== 'cmpuishown') {
      decide(agreed(1, 7), 'tcf', agreed(1, 7), agreed(3, 4));
    }
  });
}
