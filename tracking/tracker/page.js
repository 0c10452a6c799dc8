/* The page: reading its text, rewriting it in place, watching it change. */
/* Not text for people, or the number of a messenger account: calls do not reach it. */
const HANDS_OFF = 'script,style,textarea,input,select,noscript,' +
  '[data-rt-skip],[contenteditable]:not([contenteditable=false i])';
const MESSENGER = /whatsapp|\/\/(wa|t|line)\.me\/|^(viber|tg|sms|mailto|fax):/i;
const INLINE = new RegExp('^(a|abbr|b|bdi|bdo|big|data|del|em|font|i|ins|label|mark|nobr|s|small|' +
  'span|strong|sub|sup|time|tspan|u|wbr)$');
const CALL = /^(tel|callto):/i;
const ATTRIBUTES = ['href', 'title', 'aria-label', 'alt'];
const WATCHED = {
  childList: true, subtree: true, characterData: true, attributeFilter: ATTRIBUTES
};
/* text or attribute node -> [the page's own text, ours, since when, how often written]. Each
   rewrite starts from the page's own, so a renewal or a withdrawal loses no formatting. */
const rewritten = new WeakMap();
/* What changes late is looked through before the browser paints it, each block once. */
const observer = new MutationObserver(records => new Set(
  records.flatMap(({ target, addedNodes: [...added] }) => added[0] ? added : target).map(blockOf)
).forEach(swap));
let line = [];

function ownText(node) {
  const [own, ours] = rewritten.get(node) || [], text = node.nodeValue;
  return text === ours ? own : text;
}
function write(node, text) {
  const own = ownText(node), now = Date.now();
  let [, , since = 0, times] = rewritten.get(node) || [];
  if (node.nodeValue === text) return;
  if (now - since > 1000) {
    since = now;
    times = 0;
  }
  /* A script that puts its own text back at once would be fought with for ever: wait a second. */
  if (++times === 6) setTimeout(swap, 1001, document.body);
  if (times < 6 || text === own) node.nodeValue = text;
  rewritten.set(node, [own, text, since, times]);
}
function isHandsOff(node) {
  return node.matches?.(HANDS_OFF) || MESSENGER.test(node.getAttribute?.('href'));
}
function isInline(node) { return node.nodeType === 3 || INLINE.test(node.localName); }
function swap(root) {
  for (let at = root; at; at = at.parentNode || at.host) if (isHandsOff(at)) return;
  if (aims[0] && root) {
    rewrite(root);
    endLine();
  }
  observer.takeRecords(); /* our own changes need no second look */
}
/* Text is read in lines: a number may be split over inline elements, never over blocks. By tag
   name, for asking the computed style forces a layout. */
function endLine() {
  if (line.some(node => /\d/.test(node.data))) {
    const texts = withNumbers(line.map(ownText).join('\0')).split('\0');
    /* Unless the page's own text has had a seam in it. */
    if (texts.length === line.length) line.forEach((node, index) => write(node, texts[index]));
  }
  line = [];
}
function rewrite(node) {
  if (node.nodeType === 3) line.push(node);
  else if (isHandsOff(node)) endLine();
  else if (node.nodeType !== 8) {
    ATTRIBUTES.forEach(name => {
      const attribute = node.getAttributeNode?.(name), own = attribute && ownText(attribute);
      /* Of a link, what a number is written with is decoded: `#` and others stay as they are. */
      const isLink = name === 'href';
      if (/\d/.test(own) && (!isLink || CALL.test(own))) {
        write(attribute, withNumbers(isLink ? own.replace(/%2[089b]/gi, unescape) : own, isLink));
      }
    });
    const inline = isInline(node);
    if (!inline) endLine();
    if (node.shadowRoot) {
      observer.observe(node.shadowRoot, WATCHED);
      rewrite(node.shadowRoot);
    }
    for (let child = node.firstChild; child; child = child.nextSibling) rewrite(child);
    if (!inline) endLine();
  }
}
function blockOf(node) {
  while (node.parentNode && isInline(node)) node = node.parentNode;
  return node;
}
function show(numbers) {
  /* A page that is put together in the browser may ask to be left alone until then. */
  if (wait && document.readyState !== 'complete') {
    addEventListener('load', () => show(numbers));
    return;
  }
  aim(numbers);
  if (aims[0]) observer.observe(document.documentElement, WATCHED);
  swap(document.body);
  dispatchEvent(new CustomEvent('ringtrail:swap', { detail: numbers }));
}
