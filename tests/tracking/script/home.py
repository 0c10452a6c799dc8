"""The shop's home page: two numbers, as it is written and as a visitor sees it."""

A = '<a id="a" href="tel:+441174960177" title="0117 496 0177">0117 496 0177</a>'
SWAPPED = f'<p id="p">London <b id="b">020 7946</b> 0991</p>{A}'
HOME = SWAPPED.replace("0991", "0018").replace("0177", "0100")
