"""A first try without a token: the sandbox, the bot, feeds of its own, and three journeys."""
