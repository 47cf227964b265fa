"""Rows of rights.toml for tests: pass what matters, the rest is ordinary."""


def a_card_row(card_id="gp", **given):
    """A complete row of rights.toml."""
    return {
        "id": card_id,
        "title": "You can see a doctor",
        "text": "A GP is a doctor. Everybody can see one.",
        "applies_to": "Everybody.",
        "needs": ["health_gp"],
        "stages": [],
        "volatile": False,
        "checked_on": "2026-11-21",
        "explains": ["GP"],
        "sources": [{"url": "https://example.org/gp", "date": "2025-03"}],
    } | given
