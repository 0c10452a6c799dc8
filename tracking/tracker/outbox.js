/* Talking to the server. What it has not taken yet, [path, body], the oldest first, is kept for the
   next page. One piece at a time, so that the answer to the first page view names the visit of what
   follows it. A piece that two tabs send is one to the server, by its id. */
const WEEK = 7 * 24 * 60 * 60 * 1000;
let sending = false;

/* The address of an object is a random UUID; crypto.randomUUID exists on https pages only. */
function uuid() { return URL.createObjectURL(new Blob()).slice(-36); }
function stamped(fields) { return { site, event_id: uuid(), at: Date.now(), ...fields }; }
/* Text needs no preflight; the server reads JSON whatever the type. A text without end is cut: a body
   that may outlive its page must be under 64 KiB. No beacon: where a page's policy forbids referrers,
   the standard takes its origin too, and the server refuses it.
   Rejects when it is worth trying again, and answers false when it is not. */
function post(path, told) {
  return fetch(new URL('v1/' + path, script.src), {
    method: 'POST', keepalive: true,
    body: JSON.stringify({ sent_at: Date.now(), ...told },
      (name, value) => value?.slice?.(0, 8192) ?? value)
  }).then(answer => {
    if (answer.status > 499 || answer.status === 429) throw answer;
    return answer.ok && answer.json();
  });
}
function queue(path, fields) {
  state.unsent = [...state.unsent, [path, stamped(fields)]]
    .filter(([, told]) => told.at > Date.now() - WEEK).slice(-50);
  if (running) remember();
  send();
}
function send() {
  const [first] = state.unsent;
  if (sending || !first) return;
  const [path, told] = first, { visitor, visit } = state;
  sending = true;
  post(path, { visitor, visit, ...told }).then(answer => {
    sending = false;
    if (state.unsent[0] === first) {
      state.unsent.shift();
      arrived(answer);
    }
    send();
  }, failed => {
    sending = false; /* the next beat tries again */
    /* A piece that the server fails on must not keep the others waiting for ever. */
    if (failed.status > 499) state.unsent.push(state.unsent.shift());
  });
}
