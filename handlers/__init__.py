"""The Telegram edge: updates in, screens out."""
