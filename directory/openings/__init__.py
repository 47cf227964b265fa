"""Opening hours as people and data sets write them, as rules, and public holidays. Pure."""
