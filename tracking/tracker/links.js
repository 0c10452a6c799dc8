/* The numbers that are linked on the page: clicked ones, and those that are not this visit's. */
/* The digits to dial, and the number of this visit that they are. */
function dialled(link) {
  const digits = link.href.replace(/[;,].*|%..|[^+\d]/g, '');
  return [digits, state.numbers.find(({ number, country_code: code, lease }) =>
    lease && digits.endsWith(number.slice(code.length + 1)))];
}
/* The number that is called stays with this visitor until the call has come. */
addEventListener('click', event => {
  const link = event.composedPath().find(node => CALL.test(node.href));
  const lease = link && dialled(link)[1]?.lease;
  if (lease) happened('click', { lease });
}, true);
/* A number of the pool that someone has written into the page is seen by all. The server alone
   knows the pool: it is told, once, and answers with what to show instead. */
function report() {
  const news = [];
  let { asked = '' } = state;
  document.querySelectorAll('[href^="tel:"]').forEach(link => {
    const [digits, held] = dialled(link);
    if (held || asked.includes(digits)) return;
    asked += ' ' + digits;
    news.push(digits);
  });
  if (!news[0]) return;
  state.asked = asked.slice(-2000);
  happened('custom', { name: 'hard_coded_number', number: news.slice(0, 50).join(' ') });
}
