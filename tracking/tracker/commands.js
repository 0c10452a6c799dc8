/* What the page calls; other parts add to it. */
/* [name, ...] of what it has called before this script was there. */
const calls = window.ringtrail?.q || [];
const COMMANDS = {
  swap() { swap(document.body); },
  consent(given, version) { decide(given, { version }); }
};
window.ringtrail = (name, ...told) => COMMANDS[name]?.(...told);
