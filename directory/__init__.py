"""Services, the guided questions, and matching. Pure: no I/O, no clock."""
