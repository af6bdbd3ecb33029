"""python -m huiyin_witness."""

from huiyin_witness.cli import main

main()
