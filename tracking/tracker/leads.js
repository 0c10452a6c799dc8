/* What the page itself tells of its visitor, and what it is told of them. */
/* Callbacks that wait for the visitor's and the visit's id. */
const asking = [];

function tell(kind, vendor, told, form) { happened(kind, { vendor, form, ...told }); }
COMMANDS.lead = (kind, told) => tell(kind, 'api', told);
COMMANDS.identify = told => tell('custom', 'api', told, 'identify');
COMMANDS.id = callback => {
  asking.push(callback);
  known();
};
/* The visitor and the visit are known, unless the page has said more since. */
function known() {
  const { visitor, visit, unsent } = state;
  if (!visit || !address || unsent[0]) return;
  asking.splice(0).forEach(callback => callback(visitor, visit));
  report();
}
addEventListener('ringtrail:swap', known);
