/* Forms: the vendors' events after a success, and any other form when it is sent. */
const KNOWN = /wpcf7|elementor|wpforms|t-form|hs-form|b24/;
/* form -> fields as they were when it was sent: many a form empties itself before it succeeds. */
const sent = new WeakMap();

function fieldsOf(form) {
  const told = {};
  new FormData(form).forEach((value, name) => {
    const { type, autocomplete } = form.elements[name];
    add(told, name, value, [type, name, autocomplete]);
  });
  return told;
}
function succeeded(vendor) {
  return ({ target }) => {
    const form = target.closest('form') || target.querySelector('form');
    tell('form', vendor, form.closest('[id]')?.id, sent.get(form) || fieldsOf(form));
  };
}
document.addEventListener('submit', event => {
  const form = event.target, told = fieldsOf(form);
  if (form.closest('[data-rt-skip]') || form.querySelector('[type=password]')) return;
  sent.set(form, told);
  if (!KNOWN.test(form.className) && (told.phone || told.email)) succeeded('generic')(event);
}, true);
document.addEventListener('wpcf7mailsent', succeeded('cf7'));
document.addEventListener('tildaform:aftersuccess', succeeded('tilda'));
/* jQuery's events do not reach other listeners. */
window.jQuery?.(document).on('submit_success', succeeded('elementor'))
  .on('wpformsAjaxSubmitSuccess', succeeded('wpforms'));
window.addEventListener('b24:form:submit', ({ detail: { object } }) => {
  tell('form', 'bitrix24', object.identification?.id,
    listed(object.getFields().map(field => ({ name: field.name, value: field.value() }))));
});
window.addEventListener('hs-form-event:on-submission:success', event => {
  window.HubSpotFormsV4.getFormFromEvent(event).getFormFieldValues()
    .then(values => tell('form', 'hubspot', event.detail.formId, listed(values)));
});
window.addEventListener('message', ({ origin, data }) => {
  const isTheirs = /^https:\/\/[\w.-]+\.(hsforms\.(com|net)|hubspot\.com)$/.test(origin);
  if (data?.eventName === 'onFormSubmit' && (isTheirs || origin === location.origin)) {
    tell('form', 'hubspot', data.id, listed(data.data));
  }
});
