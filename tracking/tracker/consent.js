/* Who may be known: a yes and a no. */
/* A browser that says no to all sites is overruled by a yes to this one only. */
function allowed() {
  const { state: said, source } = state.consent || {};
  return (!navigator.globalPrivacyControl || source === 'own') &&
    (said ? said === 'granted' : !isAsking);
}
function decide(given, told) {
  /* Nothing is kept of someone who was asked and never said yes. */
  if (!given && isAsking && !state.visitor) return;
  state.consent = {
    state: given ? 'granted' : 'denied',
    ad_user_data: given, ad_personalization: given, source: 'own', ...told
  };
  if (!given) {
    leave();
    document.cookie = state.cookie + ';max-age=0';
    state = { numbers: [], unsent: [], consent: state.consent };
    running = false;
    show([]);
  }
  remember();
  start();
}
/* What is withdrawn in one tab is withdrawn in all. */
addEventListener('storage', event => {
  if (event.key === memory && /"denied"/.test(event.newValue)) decide(false);
});
