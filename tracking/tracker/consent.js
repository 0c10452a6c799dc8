/* A yes, a no, and the cookie of who said yes. */
function decide(given, told) {
  /* Nothing is kept of someone who was asked and never said yes. */
  if (!given && isAsking && !state.visitor) return;
  state.consent = {
    state: given ? 'granted' : 'denied',
    ad_user_data: given, ad_personalization: given, source: 'own', ...told
  };
  if (!given) {
    leave();
    keepInCookie('', 0);
    for (const name in state) if (name !== 'consent') delete state[name];
    state.numbers = state.unsent = [];
    show([]);
  }
  remember();
  start();
}
/* For the site and its subdomains: a browser refuses the domains that are no one's own, so the
   widest that it takes is the site's. No seconds: deletes. A cookie that is there is not touched,
   for one that the server has set lives longer in Safari. */
function keepInCookie(visitor, seconds) {
  location.hostname.split('.').reduceRight((parent, label) => {
    if (!seconds || !/(^|; )ringtrail=/.test(document.cookie)) {
      document.cookie = `ringtrail=${visitor};max-age=${seconds};domain=${label + parent};path=/` +
        ';samesite=lax' + (isSecureContext ? ';secure' : '');
    }
    return '.' + label + parent;
  }, '');
}
