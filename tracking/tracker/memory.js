/* What the script knows of its site and remembers of its visitor. */
const script = document.currentScript;
const site = script.getAttribute('data-site');
const api = new URL('v1/', script.src).href;
const memory = 'ringtrail:' + site;

/* What the visitor's browser remembers: {visitor, visit, numbers, expires} or {refused: true}. */
let state = {};

function recall() {
  try { state = JSON.parse(localStorage.getItem(memory)) || {}; } catch (unreadable) { /* none */ }
}
function remember() {
  try { localStorage.setItem(memory, JSON.stringify(state)); } catch (forbidden) { /* this page only */ }
}
