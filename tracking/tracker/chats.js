/* Chats: the vendors' own events, and callbacks that are wrapped, never overwritten. */
['Introduction', 'MessageSent'].forEach(event => overhear(window, 'jivo_on' + event, () => {
  const { client_name: name, phone, email } = jivo_api.getContactInfo();
  tell('chat', 'jivo', { name, phone, email });
}));
['ChatStarted', 'PrechatSubmit', 'OfflineSubmit'].forEach(event => {
  addEventListener('tawk' + event, ({ detail }) => tell('chat', 'tawk',
    tellable(Object.values(detail || {}).map(({ label, answer }) => [label, answer]))));
});
addEventListener('onBitrixLiveChat', ({ detail: { widget } }) => widget.subscribe({
  type: BX.LiveChatWidget.SubscriptionType.every,
  callback: ({ type, data }) => {
    if (/^user/.test(type)) tell('chat', 'bitrix24', data.fields);
  }
}));
/* A chat may load later than this file. */
const HOOKS = {
  LiveChatWidget: chat => chat.on('new_event', ({ author }) => {
    if (author?.type === 'customer') tell('chat', 'livechat');
  }),
  Intercom: chat => chat('onUserEmailSupplied', () => tell('chat', 'intercom')),
  carrotquest: chat => chat.addCallback('user_replied', () => tell('chat', 'carrotquest'))
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
