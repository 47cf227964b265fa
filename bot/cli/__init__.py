"""The command line (docs/cli.md): thin commands over the same parts that the bot uses."""
