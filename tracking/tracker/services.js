/* Consent services of the page, where somebody must be asked: Google's consent mode and TCF. */
/* What was said to this script itself stands above what they tell. */
function heard(source, given, ad_user_data, ad_personalization) {
  if (state.consent?.source !== 'own') {
    decide(given, { source, ad_user_data, ad_personalization });
  }
}
function hearServices() {
  const layer = window.dataLayer = window.dataLayer || [], signals = {};
  const yes = name => signals[name] === 'granted';
  /* A default of any region may say no; only an update withdraws. */
  function hear({ 0: name, 1: kind, 2: said } = {}) {
    if (name !== 'consent') return;
    const isUpdate = kind === 'update';
    for (const name in said) {
      if (isUpdate || signals[name] !== 'denied') signals[name] = said[name];
    }
    const given = yes('ad_storage') && yes('analytics_storage');
    if (given || isUpdate) heard('google', given, yes('ad_user_data'), yes('ad_personalization'));
  }
  layer.forEach(hear);
  overhear(layer, 'push', (...entries) => entries.forEach(hear));
  /* The IAB's framework: purpose 1 is storage, 7 measuring, 3 and 4 personal advertising. */
  window.__tcfapi?.('addEventListener', 2, ({ gdprApplies, eventStatus, purpose }, isKnown) => {
    const agreed = (...ids) => gdprApplies === false || ids.every(id => purpose.consents[id]);
    if (isKnown && eventStatus !== 'cmpuishown') {
      heard('tcf', agreed(1, 7), agreed(1, 7), agreed(3, 4));
    }
  });
}
if (isAsking) hearServices();
