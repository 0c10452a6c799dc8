/* Ringtrail's script: shows each visitor the phone number that is leased to them, and tells the
   server while the page is seen. One file, no build, no third party, no cookie.

     <script async src="https://HOST/ringtrail.js" data-site="KEY"></script>

   ringtrail('consent', true | false)   false puts the page's own numbers back and stops; remembered
   ringtrail('swap')                    look through the page again, now
   ringtrail('id', callback)            callback(visitor, visit), once the server has answered
   Event `ringtrail:swap` on window, detail = the numbers; attribute `data-rt-skip`: hands off.
   To call before the script has loaded:
     window.ringtrail = window.ringtrail || function () { (ringtrail.q = ringtrail.q || []).push(arguments); };

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
    try { state = JSON.parse(localStorage.getItem(memory)) || {}; } catch (unreadable) { state = {}; }
  }
  function remember() {
    try { localStorage.setItem(memory, JSON.stringify(state)); } catch (forbidden) { /* this page only */ }
  }

  /* ---- which digits to look for, and what to write instead ---- */

  const DASH = '\\-\\u2010-\\u2015\\u2212\\uff0d';
  /* Whatever may stand between two digits of one number, invisible characters and brackets too. */
  const GAP = '[\\s.\\/()\\[\\]\\u00ad\\u00b7\\u200b-\\u200f\\u202a-\\u202e\\u2043\\u2060\\uff08\\uff09' + DASH + ']*';
  const PLUS = '[+\\uff0b]';
  const ABROAD = '(?:' + PLUS + '|00)' + GAP;
  /* Between the texts of two nodes: a gap inside a number, an end to the digits of two. */
  const SEAM = '\u200b';
  /* The match is the tail of a longer number, or the country's code before it is another one. */
  const TAIL = new RegExp('\\d[.' + DASH + ']$|' + PLUS + '\\d{0,3}' + GAP + '$');
  const GOES_ON = new RegExp('^[.' + DASH + ']\\d');

  /* Every tracking number this page has shown: after a renewal they are looked for as well, in
     nodes that the page has cloned or kept aside. */
  const shown = new Map();
  let aims = [];
  let pattern = null;

  function aim(numbers) {
    const current = new Map(numbers.map(number => [number.original, number]));
    const wanted = new Map(current);
    shown.forEach((number, digits) => wanted.set(digits, current.get(number.original) || undone(number)));
    numbers.forEach(number => {
      wanted.delete(number.number);
      if (number.number !== number.original) shown.set(number.number, number);
    });
    aims = Array.from(wanted, ([from, number]) => target(from, number));
    pattern = aims.length
      ? new RegExp('(^|\\D)(?:' + aims.map(aimed => aimed.source).join('|') + ')(?!\\d)', 'g')
      : null;
  }
  function undone(number) {
    const own = number.original;
    return { ...number, number: own, national: own, international: own };
  }
  function digitsOf(number) {
    return number.replace(/\D/g, '');
  }
  /* `from` as people write it: (prefix)(digits without country's code or trunk prefix). */
  function target(from, number) {
    const code = digitsOf(from).startsWith(number.country_code) ? number.country_code : '';
    const local = digitsOf(from).slice(code.length);
    const put = digitsOf(number.number).slice(code.length);
    const trunk = number.trunk_prefix;
    const prefixes = code ? ['(?:' + ABROAD + ')?' + code + GAP] : [ABROAD];
    if (code && trunk) {
      prefixes[0] += '(?:[(\\uff08]' + trunk + '[)\\uff09]' + GAP + ')?';
      prefixes.push(trunk + GAP);
    }
    return {
      source: '((?:[(\\uff08]' + GAP + ')?(?:' + prefixes.join('|') + ')?)(' + local.split('').join(GAP) + ')',
      /* As many digits in the same country: they change one by one and the page's own way of
         writing stays. Otherwise the whole number is replaced. */
      digits: code && put.length === local.length ? put : '',
      sameCountry: !!code,
      number
    };
  }
  /* Changes [start, end, replacement] that turn `text` into one with the leased numbers. */
  function changesTo(text, isLink) {
    const changes = [];
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text));) {
      const which = aims.findIndex((_, index) => match[3 + 2 * index] !== undefined);
      const start = match.index + match[1].length;
      const end = pattern.lastIndex;
      if (TAIL.test(text.slice(Math.max(0, start - 16), start)) || GOES_ON.test(text.slice(end, end + 2))) continue;
      const prefix = match[2 + 2 * which];
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
  function whole(text, start, end, prefix, aimed, isLink) {
    const abroad = !aimed.sameCountry || /[+\uff0b]|^\D*00/.test(prefix);
    /* A bracket that closes after the number is the sentence's, not the number's. */
    const outer = /^[(\uff08]/.test(prefix) && !/[)\uff09]/.test(text.slice(start, end));
    const written = isLink ? 'number' : abroad ? 'international' : 'national';
    return [start + (outer ? 1 : 0), end, aimed.number[written]];
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
  const HANDS_OFF = 'script,style,textarea,input,select,noscript,template,iframe,object,canvas,' +
    '[data-rt-skip],[contenteditable]:not([contenteditable=false i]),' +
    ['*="//wa.me/"', '*="whatsapp"', '*="//t.me/"', '*="//line.me/"', '^="viber:"', '^="tg:"',
      '^="sms:"', '^="mailto:"', '^="fax:"'].map(test => 'a[href' + test + ' i]').join();
  const INLINE = /^(a|abbr|b|bdi|bdo|big|data|del|em|font|i|ins|label|mark|nobr|s|small|span|strong|sub|sup|time|tspan|u|wbr)$/;
  const READ_OUT = ['title', 'aria-label', 'alt'];
  const WATCHED = {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['href'].concat(READ_OUT)
  };
  /* node -> {data or attribute: {own, text, since, times}}: the page's own text and ours. Each
     rewrite starts from the page's own, so a renewal or a withdrawal loses no formatting. */
  const rewritten = new WeakMap();
  const observer = new MutationObserver(notice);
  const waiting = new Set();

  function read(node, name) {
    return name === 'data' ? node.data : node.getAttribute(name);
  }
  function ownText(node, name) {
    const last = rewritten.get(node)?.[name], text = read(node, name);
    return last?.text === text ? last.own : text;
  }
  function write(node, name, own, text) {
    if (read(node, name) === text) return;
    const texts = rewritten.get(node) || {}, now = Date.now();
    let last = texts[name];
    if (!last || now - last.since > 1000) last = { since: now, times: 0 };
    /* Somebody else's script keeps putting its own text back: let it win. */
    if (text !== own && last.times >= 5) return;
    texts[name] = { own, text, since: last.since, times: last.times + 1 };
    rewritten.set(node, texts);
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
      if (node.shadowRoot) enterShadow(node.shadowRoot);
      node.childNodes.forEach(enter);
      if (!inline) endLine();
    }
    function enterShadow(shadow) {
      observer.observe(shadow, WATCHED);
      shadow.childNodes.forEach(enter);
      endLine();
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
      write(node, 'data', texts[index], changed(texts[index], changes, offset));
      offset += texts[index].length + SEAM.length;
    });
  }
  function rewriteAttributes(element) {
    const href = ownText(element, 'href');
    if (href && /^(tel|callto):/i.test(href)) write(element, 'href', href, withLeasedNumber(href));
    READ_OUT.forEach(name => {
      const own = ownText(element, name);
      if (own && /\d/.test(own)) write(element, name, own, changed(own, changesTo(own), 0));
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
    const blocks = Array.from(waiting);
    waiting.clear();
    blocks.forEach(block => { if (block.isConnected) swap(block); });
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
  let views = [];              /* page views that the server has not answered yet, oldest first */
  let sending = false;
  let lastSeen = Date.now();
  let timer = 0;
  let address = '';
  let asking = [];

  /* crypto.randomUUID exists on https pages only. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = Array.from(bytes, byte => (byte + 256).toString(16).slice(1)).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  function event(fields) {
    return { event_id: uuid(), site, at: Date.now(), ...fields };
  }
  function body(told) {
    return JSON.stringify({ ...told, sent_at: Date.now() });
  }
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
    views = views.concat(event({
      url: address.slice(0, 8192), referrer: referrer.slice(0, 8192), title: document.title.slice(0, 255),
      screen: [Math.round(screen.width), Math.round(screen.height)], language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      client_ids: clientIds(), consent: { state: 'granted' }
    })).slice(-20);
    sendViews();
  }
  function clientIds() {
    const ids = {};
    [['ga', '_ga'], ['ga_session', '_ga_\\w+'], ['ym', '_ym_uid'], ['fbp', '_fbp'], ['fbc', '_fbc']].forEach(([id, cookie]) => {
      const found = document.cookie.match('(?:^|; )' + cookie + '=([^;]{1,255})');
      if (found) ids[id] = found[1];
    });
    return ids;
  }
  /* One at a time: the answer to the first names the visitor and the visit of the others. */
  function sendViews() {
    const first = views[0];
    if (sending || !first) return;
    sending = true;
    post('visit', { ...first, visitor: state.visitor || null, visit: state.visit || null }).then(answer => {
      sending = false;
      if (views[0] === first) {
        views.shift();
        if (answer.numbers) arrived(answer);
      }
      sendViews();
    }, () => { sending = false; /* the next beat tries again */ });
  }
  function arrived(answer) {
    state.visitor = answer.visitor;
    state.visit = answer.visit;
    take(answer.numbers);
    beatEvery(answer.beat_every);
    asking.forEach(tell => tell(state.visitor, state.visit));
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
  function leases() {
    return (state.numbers || []).map(number => number.lease).filter(Boolean);
  }
  function beatEvery(seconds) {
    clearInterval(timer);
    timer = setInterval(beat, seconds * 1000);
  }
  function beat() {
    if (document.hidden || state.refused) return;
    if (views.length) { sendViews(); return; }
    if (!state.visit) return;
    if (Date.now() - lastSeen > IDLE) { view(address); return; }
    const visit = state.visit;
    post('beat', event({ visit, leases: leases(), page: address.slice(0, 8192) })).then(answer => {
      if (state.visit !== visit) return;
      /* Only numbers in place of lost ones are told. */
      if (answer.numbers) take(state.numbers.map(held => answer.numbers.find(is => is.original === held.original) || held));
      else prolong();
    }, () => { /* the next beat */ });
  }
  function leave() {
    if (state.visit) navigator.sendBeacon(api + 'leave', body(event({ visit: state.visit, leases: leases() })));
  }
  function navigated() {
    if (!state.refused && location.href.split('#')[0] !== address.split('#')[0]) view(address);
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
    waiting.clear();
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
  function start() {
    if (!state.refused && !address) begin();
  }

  const queued = window.ringtrail?.q || [];
  window.ringtrail = command;
  recall();
  listen();
  queued.forEach(call => command(...call));
  if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
  else start();
})(window, document);
