/* Chats: the vendors' own events, and callbacks that are wrapped, never overwritten. */
function chatted(vendor, told) { tell('chat', vendor, null, told); }

['Introduction', 'MessageSent'].forEach(event => {
  const name = 'jivo_on' + event, own = window[name];
  window[name] = (...told) => {
    const { client_name: name, phone, email } = window.jivo_api.getContactInfo();
    chatted('jivo', { name, phone, email });
    return own?.(...told);
  };
});
['ChatStarted', 'PrechatSubmit', 'OfflineSubmit'].forEach(event => {
  window.addEventListener('tawk' + event,
    ({ detail }) => chatted('tawk', listed(Object.values(detail || {}), 'label', 'answer')));
});
window.addEventListener('onBitrixLiveChat', ({ detail: { widget } }) => widget.subscribe({
  type: BX.LiveChatWidget.SubscriptionType.every,
  callback: ({ type, data }) => {
    if (/^user(Message|Form)$/.test(type)) chatted('bitrix24', data.fields);
  }
}));
/* A chat may load later than this file. */
const HOOKS = {
  LiveChatWidget: chat => chat.on('new_event', ({ author }) => {
    if (author?.type === 'customer') chatted('livechat');
  }),
  Intercom: chat => chat('onUserEmailSupplied', () => chatted('intercom')),
  carrotquest: chat => chat.addCallback('user_replied', () => chatted('carrotquest'))
};
function look() {
  for (const name in HOOKS) {
    if (window[name]) {
      HOOKS[name](window[name]);
      delete HOOKS[name];
    }
  }
}
look();
setInterval(look, 2000);
