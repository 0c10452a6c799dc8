"""What the intake notes for the owner of a site, beside the facts."""
