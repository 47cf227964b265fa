"""Open Referral UK: services of other publishers in, ours out. Pure."""
