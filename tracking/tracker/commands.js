/* What is called of the page and what goes on while it is open; the start of this file. */
const COMMANDS = {
  swap() { swap(document.body); },
  consent(given, version) { decide(given, { version }); },
  lead(kind, told) { tell(kind, 'api', told); },
  identify(told) { tell('custom', 'api', told, 'identify'); },
  click: clicked,
  id(callback) {
    asking.push(callback);
    arrived();
  }
};
/* Callbacks that wait for the visitor's and the visit's id. */
let asking = [];
let here = bare(opened);

/* Numbers have come: the visitor and the visit are known, unless the page has said more since. */
function arrived() {
  const { running, visitor, visit, unsent } = state;
  if (running) keepInCookie(visitor, 400 * 24 * 60 * 60);
  if (!visit || unsent[0]) return;
  asking.forEach(callback => callback(visitor, visit));
  asking = [];
  report();
}
function bare(url) { return url.split('#')[0]; }
function navigated() {
  if (here !== (here = bare(location.href))) view();
}

/* Once the page has set its title. */
['pushState', 'replaceState'].forEach(name => overhear(history, name, () => setTimeout(navigated)));
addEventListener('popstate', navigated);
/* What is withdrawn in one tab is withdrawn in all. */
addEventListener('storage', event => {
  if (event.key === memory && /"denied"/.test(event.newValue)) decide(false);
});
addEventListener('ringtrail:swap', arrived);
if (isAsking) hearServices();
later.push = ([name, ...told]) => COMMANDS[name]?.(...told);
later.splice(0).forEach(later.push);
navigated();
arrived();
