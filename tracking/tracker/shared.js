/* What the first file hands over, and what the parts of this one have in common. */
const [
  state, later, happened, view, start, show, leave, remember, swap, isAsking, memory, opened, fields
] = window.ringtrail.core;

/* Hears what `object[name]` is called with before it is called; it may not be there yet. */
function overhear(object, name, hear) {
  const own = object[name];
  object[name] = (...told) => {
    hear(...told);
    return own?.apply(object, told);
  };
}
/* The server takes at most 30 fields, each a text of 1,000 characters. */
function tell(kind, vendor, told, form) {
  happened(kind, Object.fromEntries(Object.entries({ vendor, form, ...told }).slice(0, 30)
    .map(([name, value]) => [name, value && ('' + value).slice(0, 1000)])));
}
