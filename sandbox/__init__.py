"""A strict local Bot API with people on the other side: a stand-in for Telegram."""
