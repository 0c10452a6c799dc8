/* What a form or a chat tells of a person: phone, email, name, message, and what the site names. */
const MEANINGS = {
  phone: /phone|tel|mobile/i, email: /mail/i, name: /name|fio/i,
  message: /message|comment|textarea/i
};
const NEVER = /hidden|file|pass|card|cc-|cv[cv]/i;

/* Adds a field to `told` if it may be told; `hints` are words that tell its meaning. */
function add(told, field, value, hints) {
  const meaning = window.ringtrail.fields?.split(',').includes(field) ? field :
    Object.keys(MEANINGS).find(name => MEANINGS[name].test(hints));
  if (value && meaning && !told[meaning] && !NEVER.test(hints)) told[meaning] = value;
}
function listed(list, key = 'name', value = 'value') {
  const told = {};
  list.forEach(entry => add(told, entry[key], entry[value], entry[key]));
  return told;
}
function tell(kind, vendor, form, told) {
  window.ringtrail('lead', kind, { vendor, form, ...told });
}
