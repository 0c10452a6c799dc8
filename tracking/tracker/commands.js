/* The page's own calls, and the start. */
function command(name, value, fields) {
  if (name === 'swap') swap(document.body);
  if (name === 'consent') decide(value, 'own', value, value, fields);
  if (name === 'lead') happened(value, { vendor: 'api', ...fields });
  if (name === 'identify') happened('custom', { vendor: 'api', form: 'identify', ...value });
  if (name === 'id') {
    if (state.visit && !state.unsent[0]) value(state.visitor, state.visit); else asking.push(value);
  }
}

const queued = window.ringtrail?.q || [];
window.ringtrail = command;
command.fields = fields; /* the second file asks for it */
recall();
listen();
if (isAsking) hearServices();
queued.forEach(call => command(...call));
document.addEventListener('prerenderingchange', start);
start();
