/* Ringtrail's script: shows a visitor the number that is leased to them, and tells the server that
   the page is still seen. Vanilla, one file, no build. <script async src=".../ringtrail.js"
   data-site="KEY"></script>; window.ringtrail('swap' | 'id' | 'consent', ...) */
(function (window, document) {
  'use strict';
  var script = document.currentScript;
  var site = script.getAttribute('data-site');
  var api = new URL('v1/', script.src).href;
  var key = 'ringtrail:' + site;
  var state = {};
  var targets = [];
  var touched = new Map();
  var stopped = false;
  var timer = 0;
  var address = '';
  var observer = null;
  var SKIP = /^(SCRIPT|STYLE|TEXTAREA|INPUT|SELECT|NOSCRIPT|TEMPLATE|IFRAME|OBJECT|CANVAS)$/;
  var INLINE = /^(A|ABBR|B|BDI|BIG|EM|FONT|I|INS|LABEL|MARK|NOBR|S|SMALL|SPAN|STRONG|SUB|SUP|TIME|U|WBR)$/;
  var GAP = '[\\s\\u00ad\\u00b7\\u200b-\\u2015\\u2060\\u2212\\uff08\\uff09().\\/\\[\\]-]*';

  /* ---- memory ---- */
  function recall() {
    try { state = JSON.parse(localStorage.getItem(key)) || {}; } catch (refused) { state = {}; }
  }
  function keep() {
    try { localStorage.setItem(key, JSON.stringify(state)); } catch (refused) { /* private mode */ }
  }

  /* ---- transport ---- */
  function body(fields) {
    var now = Date.now();
    return JSON.stringify(Object.assign(
      { event_id: crypto.randomUUID ? crypto.randomUUID() : uuid(), site: site, at: now, sent_at: now },
      fields));
  }
  function uuid() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    var hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  /* text/plain needs no preflight; the server reads JSON whatever the type. */
  function post(path, fields, then) {
    fetch(api + path, {
      method: 'POST', body: body(fields), keepalive: true, credentials: 'omit',
      headers: { 'Content-Type': 'text/plain' }
    }).then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (answer) { if (answer && !stopped) then(answer); }, function () { /* next beat */ });
  }
  function leases() {
    return (state.numbers || []).map(function (n) { return n.lease; }).filter(Boolean);
  }

  /* ---- which digits to look for ---- */
  function aim(previous) {
    targets = [];
    (state.numbers || []).forEach(function (number) {
      [number.original].concat(previous[number.original] || []).forEach(function (from) {
        if (from !== number.number) targets.push(target(from, number));
      });
    });
  }
  function target(from, number) {
    var code = number.country_code;
    var same = from.indexOf('+' + code) === 0;
    var local = same ? from.slice(code.length + 1) : from.slice(1);
    var digits = local.split('').join(GAP);
    var prefix = (same ? '(?:(?:\\+|00)' + GAP + code + GAP + '(?:\\(0\\)' + GAP + ')?|' : '(?:') +
      (number.trunk_prefix ? '\\(?' + number.trunk_prefix + GAP : '') + ')?';
    return {
      number: number,
      local: number.number.slice(code.length + 1),
      same: same && local.length === number.number.length - code.length - 1,
      find: new RegExp('(^|[^\\d])(' + prefix + '\\(?)(' + digits + ')(?!\\d)', 'g')
    };
  }
  /* Edits [start, end, text] that turn `text` into one with the leased numbers. */
  function edits(text) {
    var found = [];
    targets.forEach(function (aimed) {
      var match;
      aimed.find.lastIndex = 0;
      while ((match = aimed.find.exec(text))) {
        var start = match.index + match[1].length;
        var end = aimed.find.lastIndex;
        if (foreign(text.slice(Math.max(0, start - 12), start), text.slice(end, end + 2))) continue;
        if (aimed.same) digitwise(text, start + match[2].length, end, aimed.local, found);
        else found.push([start, end, /^\+|^00/.test(match[2]) ? aimed.number.international : aimed.number.national]);
      }
    });
    return found.sort(function (a, b) { return a[0] - b[0]; });
  }
  function digitwise(text, start, end, digits, found) {
    for (var at = start, next = 0; at < end; at++) {
      if (/\d/.test(text[at])) found.push([at, at + 1, digits[next++]]);
    }
  }
  /* Part of a longer number, or of one with another country's code. */
  function foreign(before, after) {
    return /\d[-.]$|\+\d{0,3}[\s().-]*$/.test(before) || /^[-.\u2010-\u2013]\d/.test(after);
  }
  function rewritten(text) {
    var out = '', from = 0;
    edits(text).forEach(function (edit) { out += text.slice(from, edit[0]) + edit[2]; from = edit[1]; });
    return out + text.slice(from);
  }

  /* ---- the page ---- */
  function swap(root) {
    if (!targets.length || !root) return;
    var run = [];
    (function walk(node) {
      if (node.nodeType === 3) { run.push(node); return; }
      if (node.nodeType !== 1 && node.nodeType !== 11) return;
      if (node.nodeType === 1) {
        if (SKIP.test(node.tagName) || node.hasAttribute('data-rt-skip') || node.isContentEditable ||
            /wa\.me|whatsapp|viber:|t\.me\/|tg:|sms:|mailto:/i.test(node.getAttribute('href') || '')) {
          run.push(null);
          return;
        }
        attributes(node);
        if (!INLINE.test(node.tagName)) run.push(null);
      }
      for (var child = node.firstChild; child; child = child.nextSibling) walk(child);
      if (node.nodeType === 1 && !INLINE.test(node.tagName)) run.push(null);
    })(root);
    lines(run).forEach(rewriteLine);
    if (observer) observer.takeRecords();
  }
  function lines(run) {
    var all = [[]];
    run.forEach(function (node) { if (node) all[all.length - 1].push(node); else all.push([]); });
    return all.filter(function (line) { return line.some(function (node) { return /\d/.test(node.data); }); });
  }
  /* The texts of one visual line as one string, so that a number split over spans is found. */
  function rewriteLine(nodes) {
    var starts = [], whole = '';
    nodes.forEach(function (node) { starts.push(whole.length); whole += node.data + '\u200b'; });
    var changes = edits(whole);
    nodes.forEach(function (node, index) {
      var start = starts[index], end = start + node.data.length, out = '', from = 0;
      changes.forEach(function (edit) {
        if (edit[1] <= start || edit[0] >= end) return;
        var first = edit[0] >= start;
        out += node.data.slice(from, Math.max(0, edit[0] - start)) + (first ? edit[2] : '');
        from = Math.min(edit[1], end) - start;
      });
      out += node.data.slice(from);
      if (out !== node.data) {
        if (!touched.has(node)) touched.set(node, { data: node.data });
        node.data = out;
      }
    });
  }
  function attributes(element) {
    var href = element.getAttribute('href');
    if (href && /^(tel|callto):/i.test(href)) set(element, 'href', telephone(href));
    ['title', 'aria-label', 'alt'].forEach(function (name) {
      var value = element.getAttribute(name);
      if (value && /\d/.test(value)) set(element, name, rewritten(value));
    });
  }
  function telephone(href) {
    var plain = href;
    try { plain = decodeURIComponent(href); } catch (malformed) { /* keep as written */ }
    var changed = rewritten(plain);
    return changed === plain ? href : changed;
  }
  function set(element, name, value) {
    var before = element.getAttribute(name);
    if (before === value) return;
    var kept = touched.get(element) || {};
    if (!(name in kept)) kept[name] = before;
    touched.set(element, kept);
    element.setAttribute(name, value);
  }
  function restore() {
    touched.forEach(function (kept, node) {
      Object.keys(kept).forEach(function (name) {
        if (node.nodeType === 3) node.data = kept.data; else node.setAttribute(name, kept[name]);
      });
    });
    touched.clear();
  }
  function watch() {
    if (observer) return;
    var waiting = new Set();
    observer = new MutationObserver(function (records) {
      records.forEach(function (record) { waiting.add(block(record.target)); });
      requestAnimationFrame(function () {
        waiting.forEach(function (node) { if (node && node.isConnected) swap(node); });
        waiting.clear();
      });
    });
    observer.observe(document.documentElement, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['href']
    });
  }
  function block(node) {
    while (node && (node.nodeType === 3 || INLINE.test(node.tagName || ''))) node = node.parentNode;
    return node;
  }
  function show() {
    swap(document.body);
    watch();
    window.dispatchEvent(new CustomEvent('ringtrail:swap', { detail: state.numbers }));
  }

  /* ---- the visit ---- */
  function take(answer) {
    var previous = {};
    (state.numbers || []).forEach(function (number) {
      previous[number.original] = (number.previous || []).concat(number.number);
    });
    if (answer.visitor) state.visitor = answer.visitor;
    if (answer.visit) state.visit = answer.visit;
    state.numbers = answer.numbers;
    state.expires = Date.now() + 1000 * Math.min.apply(null, answer.numbers.map(function (n) { return n.expires_in; }).concat(3600));
    keep();
    aim(previous);
    show();
    beatEvery(answer.beat_every || state.beat || 30);
  }
  function beatEvery(seconds) {
    state.beat = seconds;
    clearInterval(timer);
    timer = setInterval(beat, seconds * 1000);
  }
  function beat() {
    if (document.hidden || stopped || !state.visit) return;
    post('beat', { visit: state.visit, leases: leases(), page: location.href }, function (answer) {
      if (answer.numbers) take(answer);
      else { state.expires = Date.now() + 1000 * Math.min.apply(null, (state.numbers || []).map(function (n) { return n.expires_in; }).concat(3600)); keep(); }
    });
  }
  function visit(referrer) {
    address = location.href;
    var ids = {};
    [['ga', '_ga'], ['ym', '_ym_uid'], ['fbp', '_fbp'], ['fbc', '_fbc']].forEach(function (pair) {
      var found = document.cookie.match('(?:^|; )' + pair[1] + '=([^;]*)');
      if (found) ids[pair[0]] = found[1];
    });
    post('visit', {
      visitor: state.visitor || null, visit: state.visit || null, url: address, referrer: referrer,
      title: document.title, screen: [screen.width, screen.height], language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, client_ids: ids, consent: { state: 'granted' }
    }, take);
  }
  function navigated() {
    if (stopped || location.href.split('#')[0] === address.split('#')[0]) return;
    visit(address);
  }
  /* Only a real unload is leaving: a page in the back-forward cache may come back. */
  function left(event) {
    if (event.persisted || stopped || !state.visit) return;
    navigator.sendBeacon(api + 'leave', body({ visit: state.visit, leases: leases() }));
  }
  function hook() {
    ['pushState', 'replaceState'].forEach(function (name) {
      var original = history[name];
      history[name] = function () {
        var result = original.apply(this, arguments);
        setTimeout(navigated);
        return result;
      };
    });
    window.addEventListener('popstate', navigated);
    window.addEventListener('pagehide', left);
    window.addEventListener('pageshow', function (event) { if (event.persisted) beat(); });
    document.addEventListener('visibilitychange', beat);
  }

  /* ---- the page's own calls ---- */
  function command(name, value) {
    if (name === 'swap') swap(document.body);
    else if (name === 'id') value(state.visitor || null, state.visit || null);
    else if (name === 'consent' && value) { if (stopped) { stopped = false; visit(document.referrer); } }
    else if (name === 'consent') {
      stopped = true;
      clearInterval(timer);
      targets = [];
      restore();
      state = {};
      try { localStorage.removeItem(key); } catch (refused) { /* private mode */ }
    }
  }
  function start() {
    recall();
    if (state.numbers && state.expires > Date.now()) { aim({}); swap(document.body); watch(); }
    visit(document.referrer);
    hook();
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', function () { swap(document.body); });
    }
  }
  var queued = (window.ringtrail && window.ringtrail.q) || [];
  window.ringtrail = command;
  start();
  queued.forEach(function (call) { command.apply(null, call); });
})(window, document);
