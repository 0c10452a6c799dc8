/* What a form or a chat tells of a person: phone, email, name, message, and what the site names. */
const MEANINGS = {
  phone: /phone|tel|mobile/i, email: /mail/i, name: /name|fio/i,
  message: /message|comment|textarea/i
};
const NEVER = /hidden|file|pass|card|cc-|cv[cv]/i;

/* What may be told of [field, value, words that tell its meaning]. */
function tellable(list) {
  const told = {};
  list.forEach(([field, value, hints = field]) => {
    const meaning = script.dataset.fields?.split(',').includes(field) ? field :
      Object.keys(MEANINGS).find(name => MEANINGS[name].test(hints));
    if (value && meaning && !told[meaning] && !NEVER.test(hints)) told[meaning] = value;
  });
  return told;
}
