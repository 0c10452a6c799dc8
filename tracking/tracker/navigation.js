/* Navigation within the page. */
/* Hears what `object[name]` is called with before it is called; it may not be there yet. */
function overhear(object, name, hear) {
  const own = object[name];
  object[name] = (...told) => {
    hear(...told);
    return own?.apply(object, told);
  };
}
function navigated() {
  if (address !== scrubbed(location.href)) view();
}
/* Once the page has set its title. */
['pushState', 'replaceState'].forEach(name => overhear(history, name, () => setTimeout(navigated)));
addEventListener('popstate', navigated);
