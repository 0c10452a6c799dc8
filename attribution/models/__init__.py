"""Who gets how much of a conversion: the models, pure, over single journeys and over paths.

Main flow: `rules` declares the models that look at one journey alone; `statement` turns them into
one SQL statement over the warehouse's conversions and touches; `paths` holds journeys aggregated by
their channels, which `markov`, `shapley` and `credit` divide. Nothing here opens a store. Asked by
the credit mart, by `ringtrail attribution credit` and by whoever has a file of paths.
"""
