/* The page: reading its text, rewriting it in place, watching it change. */
/* Not text for people, or the number of a messenger account: calls do not reach it. */
const HANDS_OFF = 'script,style,textarea,input,select,noscript,template,iframe,' +
  '[data-rt-skip],[contenteditable]:not([contenteditable=false i]),' +
  'a[href*="//wa.me/" i],a[href*=whatsapp i],a[href*="//t.me/" i],a[href*="//line.me/" i],' +
  'a[href^="viber:" i],a[href^="tg:" i],a[href^="sms:" i],a[href^="mailto:" i],a[href^="fax:" i]';
const INLINE = new RegExp('^(a|abbr|b|bdi|bdo|big|data|del|em|font|i|ins|label|mark|nobr|s|small|' +
  'span|strong|sub|sup|time|tspan|u|wbr)$');
const ATTRIBUTES = ['href', 'title', 'aria-label', 'alt'];
const WATCHED = {
  childList: true, subtree: true, characterData: true, attributeFilter: ATTRIBUTES
};
/* node -> {data or attribute: {own, text, since, times}}: the page's own text and ours. Each
   rewrite starts from the page's own, so a renewal or a withdrawal loses no formatting. */
const rewritten = new WeakMap();
const observer = new MutationObserver(notice);
const waiting = new Set();

function read(node, name) { return name === 'data' ? node.data : node.getAttribute(name); }
function ownText(node, name) {
  const last = rewritten.get(node)?.[name], text = read(node, name);
  return last?.text === text ? last.own : text;
}
function write(node, name, own, text) {
  if (read(node, name) === text) return;
  const texts = rewritten.get(node) || {}, now = Date.now();
  let last = texts[name];
  if (!last || now - last.since > 1000) last = { since: now, times: 0 };
  texts[name] = last;
  rewritten.set(node, texts);
  /* A script that puts its own text back at once would be fought with for ever: wait a second. */
  if (++last.times === 6) setTimeout(() => swap(blockOf(node)), 1001);
  if (last.times > 5 && text !== own) return;
  Object.assign(last, { own, text });
  if (name === 'data') node.data = text; else node.setAttribute(name, text);
}
function swap(root) {
  if (!pattern || !root || isHandsOff(root)) return;
  linesIn(root).forEach(rewriteLine);
  observer.takeRecords(); /* our own changes need no second look */
}
function isHandsOff(node) {
  for (let at = node; at; at = at.parentNode || at.host) {
    if (at.nodeType === Node.ELEMENT_NODE && at.matches(HANDS_OFF)) return true;
  }
  return false;
}
function isInline(node) {
  return node.nodeType === Node.TEXT_NODE || INLINE.test(node.localName);
}
/* The text nodes under `root`, grouped as they are read: a number may be split over inline
   elements, never over blocks. By tag name, for asking the computed style forces a layout. */
function linesIn(root) {
  const lines = [];
  let line = [];
  function endLine() {
    if (line.some(node => /\d/.test(node.data))) lines.push(line);
    line = [];
  }
  function enter(node) {
    if (node.nodeType === Node.TEXT_NODE) { line.push(node); return; }
    const isElement = node.nodeType === Node.ELEMENT_NODE;
    if (!isElement && node !== root) return;
    if (isElement && node.matches(HANDS_OFF)) { endLine(); return; }
    if (isElement) rewriteAttributes(node);
    const inline = isInline(node);
    if (!inline) endLine();
    if (node.shadowRoot) {
      observer.observe(node.shadowRoot, WATCHED);
      node.shadowRoot.childNodes.forEach(enter);
      endLine();
    }
    node.childNodes.forEach(enter);
    if (!inline) endLine();
  }
  enter(root);
  endLine();
  return lines;
}
function rewriteLine(nodes) {
  const texts = nodes.map(node => ownText(node, 'data'));
  const changes = changesTo(texts.join(SEAM));
  let offset = 0;
  nodes.forEach((node, index) => {
    const own = texts[index];
    write(node, 'data', own, changed(own, changes, offset));
    offset += own.length + SEAM.length;
  });
}
function rewriteAttributes(element) {
  ATTRIBUTES.forEach(name => {
    const own = ownText(element, name);
    if (!own || !/\d/.test(own)) return;
    if (name !== 'href') write(element, name, own, changed(own, changesTo(own), 0));
    else if (/^(tel|callto):/i.test(own)) write(element, name, own, withLeasedNumber(own));
  });
}
/* A link may be percent-encoded, and is so again afterwards: `#` ends a link but is a key to dial. */
function withLeasedNumber(href) {
  let plain = href;
  try { plain = decodeURIComponent(href); } catch (malformed) { /* as it stands */ }
  const changes = changesTo(plain, true);
  if (!changes.length) return href;
  const link = changed(plain, changes, 0);
  return plain === href ? link : encodeURI(link).replace(/#/g, '%23');
}
/* Late changes wait for the next frame, so that each block is looked through once, unseen. */
function notice(records) {
  const asked = waiting.size;
  records.forEach(record => {
    if (record.type !== 'childList') waiting.add(blockOf(record.target));
    else record.addedNodes.forEach(node => waiting.add(blockOf(node)));
  });
  if (!asked && waiting.size) requestAnimationFrame(swapWaiting);
}
function swapWaiting() {
  waiting.forEach(block => { if (block.isConnected) swap(block); });
  waiting.clear();
}
function blockOf(node) {
  while (node.parentNode && isInline(node)) node = node.parentNode;
  return node;
}
function show(numbers) {
  aim(numbers);
  if (pattern) observer.observe(document.documentElement, WATCHED);
  swap(document.body);
  window.dispatchEvent(new CustomEvent('ringtrail:swap', { detail: numbers }));
}
