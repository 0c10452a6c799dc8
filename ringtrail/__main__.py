"""`python -m ringtrail` is the same program as `ringtrail`."""

from ringtrail.cli import main

main()
