/* Forms: the vendors' events after a success, and any other form when it is sent. */
const KNOWN = /wpcf7|elementor|wpforms|t-form|hs-form|b24/;
/* form -> fields as they were when it was sent: many a form empties itself before it succeeds. */
const sent = new WeakMap();

function fieldsOf(form) {
  return tellable(Array.from(new FormData(form), ([name, value]) => {
    const { type, autocomplete } = form.elements[name];
    return [name, value, [type, name, autocomplete]];
  }));
}
function succeeded(vendor) {
  return ({ target }) => {
    const form = target.closest('form') || target.querySelector('form');
    tell('form', vendor, sent.get(form) || fieldsOf(form), form.closest('[id]')?.id);
  };
}
addEventListener('submit', event => {
  const form = event.target, told = fieldsOf(form);
  if (form.closest('[data-rt-skip]') || form.querySelector('[type=password]')) return;
  sent.set(form, told);
  if (!KNOWN.test(form.className) && (told.phone || told.email)) succeeded('generic')(event);
}, true);
addEventListener('wpcf7mailsent', succeeded('cf7'));
addEventListener('tildaform:aftersuccess', succeeded('tilda'));
/* jQuery's events do not reach other listeners. */
window.jQuery?.(document).on('submit_success', succeeded('elementor'))
  .on('wpformsAjaxSubmitSuccess', succeeded('wpforms'));
addEventListener('b24:form:submit', ({ detail: { object } }) => {
  tell('form', 'bitrix24', tellable(object.getFields().map(field => [field.name, field.value()])),
    object.identification?.id);
});
function hubspot(values, form) {
  tell('form', 'hubspot', tellable(values.map(({ name, value }) => [name, value])), form);
}
addEventListener('hs-form-event:on-submission:success', event => {
  HubSpotFormsV4.getFormFromEvent(event).getFormFieldValues()
    .then(values => hubspot(values, event.detail.formId));
});
addEventListener('message', ({ origin, data }) => {
  const isTheirs = /^https:.*\.(hsforms|hubspot)\.(com|net)$/.test(origin);
  if (data?.eventName === 'onFormSubmit' && (isTheirs || origin === location.origin)) {
    hubspot(data.data, data.id);
  }
});
