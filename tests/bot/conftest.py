import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # without it every retry_after warns
