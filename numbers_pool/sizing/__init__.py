"""How many numbers a pool needs, told before they are bought. Pure, but for `store`.

`erlang` has the formulas, `week` applies them to a site's traffic hour by hour, `simulate` replays
visits through a pool that does not exist, `store` reads which pools do. Called by `ringtrail pool
size` and `pool simulate`. The formulas assume that visits begin independently of each other; the
simulator assumes nothing.
"""
