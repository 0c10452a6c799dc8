/* The page: reading its text, rewriting it in place, watching it change. */
/* Not text for people, or the number of a messenger account: calls do not reach it. */
const HANDS_OFF = 'script,style,textarea,input,select,noscript,' +
  '[data-rt-skip],[contenteditable]:not([contenteditable=false i])';
const MESSENGER = /whatsapp|\/\/(wa|t|line)\.me\/|^(viber|tg|sms|mailto|fax):/i;
const INLINE = new RegExp('^(a|abbr|b|bdi|bdo|big|data|del|em|font|i|ins|label|mark|nobr|s|small|' +
  'span|strong|sub|sup|time|tspan|u|wbr)$');
const ATTRIBUTES = ['href', 'title', 'aria-label', 'alt'];
const WATCHED = {
  childList: true, subtree: true, characterData: true, attributeFilter: ATTRIBUTES
};
/* text or attribute node -> {own, text, since, times}: the page's own text and ours. Each rewrite
   starts from the page's own, so a renewal or a withdrawal loses no formatting. */
const rewritten = new WeakMap();
const observer = new MutationObserver(notice);
const waiting = new Set();

function ownText(node) {
  const last = rewritten.get(node), text = node.nodeValue;
  return last?.text === text ? last.own : text;
}
function write(node, text) {
  const own = ownText(node), now = Date.now();
  if (node.nodeValue === text) return;
  const last = rewritten.get(node) || { since: 0 };
  rewritten.set(node, last);
  if (now - last.since > 1000) Object.assign(last, { since: now, times: 0 });
  /* A script that puts its own text back at once would be fought with for ever: wait a second. */
  if (++last.times === 6) setTimeout(swap, 1001, document.body);
  if (last.times > 5 && text !== own) return;
  Object.assign(last, { own, text });
  node.nodeValue = text;
}
function isHandsOff(node) {
  return node.matches && (node.matches(HANDS_OFF) || MESSENGER.test(node.getAttribute('href')));
}
function isInline(node) { return node.nodeType === 3 || INLINE.test(node.localName); }
function swap(root) {
  for (let at = root; at; at = at.parentNode || at.host) if (isHandsOff(at)) return;
  if (pattern && root) rewrite(root);
  observer.takeRecords(); /* our own changes need no second look */
}
/* Text is read in lines: a number may be split over inline elements, never over blocks. By tag
   name, for asking the computed style forces a layout. */
function rewrite(root) {
  let line = [];
  function endLine() {
    if (line.some(node => /\d/.test(node.data))) {
      const texts = withNumbers(line.map(ownText).join(SEAM)).split(SEAM);
      /* Unless the page's own text has had a seam in it. */
      if (texts.length === line.length) line.forEach((node, index) => write(node, texts[index]));
    }
    line = [];
  }
  function enter(node) {
    if (node.nodeType === 3) line.push(node);
    else if (isHandsOff(node)) endLine();
    else if (node.nodeType !== 8) {
      if (node.localName) ATTRIBUTES.forEach(name => rewriteAttribute(node.getAttributeNode(name)));
      const inline = isInline(node);
      if (!inline) endLine();
      if (node.shadowRoot) {
        observer.observe(node.shadowRoot, WATCHED);
        enter(node.shadowRoot);
      }
      for (let child = node.firstChild; child; child = child.nextSibling) enter(child);
      if (!inline) endLine();
    }
  }
  enter(root);
  endLine();
}
/* A link may be percent-encoded, and is so again afterwards: `#` ends a link but can be dialled. */
function rewriteAttribute(node) {
  const own = node && ownText(node);
  if (!/\d/.test(own)) return;
  if (node.name !== 'href') write(node, withNumbers(own));
  else if (/^(tel|callto):/i.test(own)) {
    const plain = decoded(own), link = withNumbers(plain, true);
    if (link === plain) linked(plain);
    write(node, link === plain ? own : plain === own ? link : encodeURI(link).replace(/#/g, '%23'));
  }
}
function decoded(href) {
  try { return decodeURIComponent(href); } catch { return href; }
}
/* Late changes wait for the next frame, so that each block is looked through once, unseen. */
function notice(records) {
  if (!waiting.size) requestAnimationFrame(swapWaiting);
  records.forEach(({ target, addedNodes }) => {
    (addedNodes[0] ? addedNodes : [target]).forEach(node => waiting.add(blockOf(node)));
  });
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
  /* A page that is put together in the browser may ask to be left alone until then. */
  if (wait && document.readyState !== 'complete') {
    window.addEventListener('load', () => show(numbers));
    return;
  }
  aim(numbers);
  if (pattern) observer.observe(document.documentElement, WATCHED);
  swap(document.body);
  window.dispatchEvent(new CustomEvent('ringtrail:swap', { detail: numbers }));
}
