"""The commands of the command line, one module for each group; `services/cli.py` puts them together."""
