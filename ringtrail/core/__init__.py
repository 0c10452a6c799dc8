"""The floor that all packages stand on: settings, time, identifiers, phones, facts, stores, auth.

Nothing here knows of visits, pools or pages as behaviour; it holds their words (models, facts),
their stores (operational database, warehouse) and the frame of connections to the outside.
"""
