"""The dial plan: who may call in, what a called number is, what rings; rendered for edge and PBX.

Main flow: `store` reads the plan from the operational store, `numbering` turns a line's country
into dialling rules, `render` writes the files of Kamailio and Asterisk, `check` runs the real
programs over them. Called by the command line; calls go on when it never runs again.
"""
