/* Ringtrail's script: shows each visitor the phone number that is leased to them, and tells the
   server while the page is seen. One file, no build, no third party, no cookie.

     <script async src="https://HOST/ringtrail.js" data-site="KEY"></script>

   ringtrail('consent', true | false)   false puts the page's own numbers back and stops; remembered
   ringtrail('swap')                    look through the page again, now
   ringtrail('id', callback)            callback(visitor, visit), once the server has answered
   Event `ringtrail:swap` on window, detail = the numbers; attribute `data-rt-skip`: hands off.
   To call before the script has loaded:
     window.ringtrail = function () { (ringtrail.q = ringtrail.q || []).push(arguments); };

   Needs of a Content-Security-Policy: script-src and connect-src of HOST. Syntax: ES2020, and no
   look-behind in regular expressions (Safari before 16.4 would refuse the whole file). */
(function (window, document) {
  'use strict';
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

  /* ---- which digits to look for, and what to write instead ---- */

  const raw = String.raw;
  const OPEN = raw`[(\uff08]`, CLOSE = raw`[)\uff09]`, PLUS = raw`[+\uff0b]`;
  const DASH = raw`\-\u2010-\u2015\u2212\uff0d`;
  /* What may stand between two digits of one number. */
  const GAP = raw`[\s./()\[\]\u00ad\u00b7\u200b-\u200f\u202a-\u202e\u2060\uff08\uff09${DASH}]*`;
  const ABROAD = raw`(?:${PLUS}|00)${GAP}`;
  /* Between the texts of two nodes: a gap inside a number, an end to the digits of two. */
  const SEAM = '\u200b';
  /* The match is the tail of a longer number, or the country's code before it is another one. */
  const TAIL = new RegExp(raw`\d[.${DASH}]$|${PLUS}\d{0,3}${GAP}$`);
  const GOES_ON = new RegExp(raw`^[.${DASH}]\d`);

  /* Every tracking number this page has shown: after a renewal they are looked for as well, in
     nodes that the page has cloned or kept aside. */
  const shown = new Map();
  let aims = [];
  let pattern = null;

  function aim(numbers) {
    const current = new Map(numbers.map(number => [number.original, number]));
    const wanted = new Map(current);
    shown.forEach((number, digits) => {
      wanted.set(digits, current.get(number.original) || undone(number));
    });
    numbers.forEach(number => {
      wanted.delete(number.number);
      if (number.number !== number.original) shown.set(number.number, number);
    });
    aims = Array.from(wanted, ([from, number]) => target(from, number));
    const sources = aims.map(aimed => aimed.source).join('|');
    pattern = sources && new RegExp(raw`(^|\D)(?:${sources})(?!\d)`, 'g');
  }
  function undone(number) {
    const own = number.original;
    return { ...number, number: own, national: own, international: own };
  }
  function digitsOf(number) { return number.replace(/\D/g, ''); }
  /* `from` as people write it: (prefix)(digits without country's code or trunk prefix). */
  function target(from, number) {
    const code = digitsOf(from).startsWith(number.country_code) ? number.country_code : '';
    const local = digitsOf(from).slice(code.length), put = digitsOf(number.number).slice(code.length);
    const trunk = code && number.trunk_prefix;
    const inside = trunk ? raw`(?:${OPEN}${trunk}${CLOSE}${GAP})?|${trunk}${GAP}` : '';
    const prefix = code ? raw`(?:${ABROAD})?${code}${GAP}${inside}` : ABROAD;
    return {
      source: raw`((?:${OPEN}${GAP})?(?:${prefix})?)(${local.split('').join(GAP)})`,
      /* As many digits in the same country: they change one by one and the page's own way of
         writing stays. Otherwise the whole number is replaced. */
      digits: code && put.length === local.length ? put : '',
      abroad: !code,
      number
    };
  }
  /* Changes [start, end, replacement] that turn `text` into one with the leased numbers. */
  function changesTo(text, isLink) {
    const changes = [];
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text));) {
      const which = aims.findIndex((_, index) => match[3 + 2 * index]);
      const prefix = match[2 + 2 * which], start = match.index + match[1].length, end = pattern.lastIndex;
      const before = text.slice(Math.max(0, start - 16), start), after = text.slice(end, end + 2);
      if (TAIL.test(before) || GOES_ON.test(after)) continue;
      if (aims[which].digits) digitByDigit(text, start + prefix.length, aims[which].digits, changes);
      else changes.push(whole(text, start, end, prefix, aims[which], isLink));
    }
    return changes;
  }
  function digitByDigit(text, at, digits, changes) {
    for (let next = 0; next < digits.length; at++) {
      if (/\d/.test(text[at])) changes.push([at, at + 1, digits[next++]]);
    }
  }
  function whole(text, start, end, prefix, { abroad, number }, isLink) {
    const international = abroad || /[+\uff0b]|^\D*00/.test(prefix);
    /* A bracket that closes after the number is the sentence's, not the number's. */
    const outer = /^[(\uff08]/.test(prefix) && !/[)\uff09]/.test(text.slice(start, end));
    const written = isLink ? number.number : international ? number.international : number.national;
    return [outer ? start + 1 : start, end, written];
  }
  /* `text`, which begins at `offset` of what the changes were made for, with them made. */
  function changed(text, changes, offset) {
    let out = '', done = 0;
    changes.forEach(([from, to, replacement]) => {
      const start = from - offset, end = Math.min(to - offset, text.length);
      if (end <= 0 || start >= text.length) return;
      out += text.slice(done, Math.max(0, start)) + (start >= 0 ? replacement : '');
      done = end;
    });
    return out + text.slice(done);
  }

  /* ---- the page ---- */

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

  /* ---- talking to the server ---- */

  const IDLE = 30 * 60 * 1000; /* the server ends a visit after as long without a sign of life */
  let views = []; /* page views that the server has not answered yet, the oldest first */
  let sending = false;
  let lastSeen = Date.now();
  let timer = 0;
  let address = '';
  let asking = [];

  /* crypto.randomUUID exists on https pages only. */
  function uuid() {
    const digit = () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16);
    return 'xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx'.replace(/x/g, digit);
  }
  function stamped(fields) { return { event_id: uuid(), site, at: Date.now(), ...fields }; }
  function body(told) { return JSON.stringify({ ...told, sent_at: Date.now() }); }
  /* Text needs no preflight; the server reads JSON whatever the type. Rejects when it is worth
     trying again, and answers {} when it is not. */
  function post(path, told) {
    return fetch(api + path, {
      method: 'POST', body: body(told), keepalive: true, credentials: 'omit',
      headers: { 'Content-Type': 'text/plain' }
    }).then(answer => {
      if (answer.status >= 500 || answer.status === 429) throw answer;
      return answer.ok ? answer.json() : {};
    });
  }
  function view(referrer) {
    address = location.href;
    views.push(stamped({
      url: address.slice(0, 8192), referrer: referrer.slice(0, 8192), title: document.title.slice(0, 255),
      screen: [Math.round(screen.width), Math.round(screen.height)], language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      client_ids: clientIds(), consent: { state: 'granted' }
    }));
    sendViews();
  }
  /* What other tools on the page call this visitor, for exports to them. */
  function clientIds() {
    const ids = { ga: '_ga', ga_session: '_ga_\\w+', ym: '_ym_uid', fbp: '_fbp', fbc: '_fbc' };
    Object.keys(ids).forEach(name => {
      const found = document.cookie.match('(?:^|; )' + ids[name] + '=([^;]{1,255})');
      ids[name] = found && found[1];
    });
    return ids;
  }
  /* One at a time: the answer to the first names the visitor and the visit of the others. */
  function sendViews() {
    const first = views[0];
    if (sending || !first) return;
    const { visitor = null, visit = null } = state;
    sending = true;
    post('visit', { ...first, visitor, visit }).then(answer => {
      sending = false;
      if (views[0] === first) {
        views.shift();
        if (answer.numbers) arrived(answer);
      }
      sendViews();
    }, () => { sending = false; /* the next beat tries again */ });
  }
  function arrived({ visitor, visit, numbers, beat_every: seconds }) {
    Object.assign(state, { visitor, visit });
    take(numbers);
    beatEvery(seconds);
    asking.forEach(tell => tell(visitor, visit));
    asking = [];
  }
  function take(numbers) {
    state.numbers = numbers;
    prolong();
    show(numbers);
  }
  /* The next page may show the numbers at once as long as they are held for this visit. */
  function prolong() {
    lastSeen = Date.now();
    state.expires = lastSeen + 1000 * Math.min(...state.numbers.map(number => number.expires_in));
    remember();
  }
  function leases() { return (state.numbers || []).map(number => number.lease).filter(Boolean); }
  function beatEvery(seconds) {
    clearInterval(timer);
    timer = setInterval(beat, seconds * 1000);
  }
  function beat() {
    if (document.hidden || state.refused) return;
    if (views.length) { sendViews(); return; }
    if (!state.visit) return;
    if (Date.now() - lastSeen > IDLE) { view(address); return; }
    const { visit } = state;
    post('beat', stamped({ visit, leases: leases(), page: address.slice(0, 8192) })).then(answer => {
      if (state.visit !== visit) return;
      if (answer.numbers) take(state.numbers.map(held => inPlaceOf(held, answer.numbers)));
      else prolong();
    }, () => { /* the next beat tries again */ });
  }
  /* A beat is told only of numbers that take the place of lost ones. */
  function inPlaceOf(held, numbers) {
    return numbers.find(number => number.original === held.original) || held;
  }
  function leave() {
    const { visit } = state;
    if (visit) navigator.sendBeacon(api + 'leave', body(stamped({ visit, leases: leases() })));
  }
  function navigated() {
    const left = address.split('#')[0];
    if (left && !state.refused && location.href.split('#')[0] !== left) view(address);
  }
  function listen() {
    ['pushState', 'replaceState'].forEach(name => {
      const original = history[name];
      history[name] = function () {
        const result = original.apply(this, arguments);
        setTimeout(navigated); /* once the page has set its title */
        return result;
      };
    });
    window.addEventListener('popstate', navigated);
    /* Only an unload is leaving: a hidden page, or one kept for the back button, may come back. */
    window.addEventListener('pagehide', event => { if (!event.persisted) leave(); });
    window.addEventListener('pageshow', event => { if (event.persisted) beat(); });
    document.addEventListener('visibilitychange', beat);
    /* What is withdrawn in one tab is withdrawn in all. */
    window.addEventListener('storage', event => {
      if (event.key === memory && /refused/.test(event.newValue)) consent(false);
    });
  }

  /* ---- the page's own calls ---- */

  function begin() {
    if (state.numbers && state.expires > Date.now()) show(state.numbers);
    beatEvery(30);
    view(document.referrer);
  }
  function withdraw() {
    leave();
    clearInterval(timer);
    views = [];
    state = { refused: true };
    remember();
    show([]);
    observer.disconnect();
  }
  function consent(given) {
    if (!given && !state.refused) withdraw();
    if (given && state.refused) {
      state = {};
      begin();
    }
  }
  function command(name, value) {
    if (name === 'swap') swap(document.body);
    if (name === 'consent') consent(value);
    if (name === 'id' && state.visit && !views.length) value(state.visitor, state.visit);
    else if (name === 'id') asking.push(value);
  }
  /* A page that is loaded ahead, in case it is asked for, takes no number from the pool. */
  function start() { if (!state.refused && !address) begin(); }

  const queued = window.ringtrail?.q || [];
  window.ringtrail = command;
  recall();
  listen();
  queued.forEach(call => command(...call));
  if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
  else start();
})(window, document);
