"""The `reader` library polls the sites of `benchmarks.feeds`, with 20 workers.

``python -m benchmarks.reading PORT URL...``, in an environment that has it; prints rows as JSON.
"""

import json
import sys
import tempfile
import time
import urllib.request
from importlib import import_module

WORKERS = 20
POLLS = (("first", 0), ("unchanged", 0), ("changed", 1), ("renewed", 11))  # as benchmarks.feeds


def main() -> None:
    """Add the feeds, poll four times, print how long each took."""
    port, urls = sys.argv[1], sys.argv[2:]
    # 3.26 asks for a module that its dependency feedparser now brings under another name
    sys.modules.setdefault("sgmllib", import_module("feedparser_sgmllib"))
    library = import_module("reader")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        reader = library.make_reader(f"{folder}/reader.db")
        for url in urls:
            reader.add_feed(url)
        for name, edition in POLLS:
            order = urllib.request.Request(
                f"http://127.0.0.1:{port}/edition/{edition}", method="POST"
            )
            urllib.request.urlopen(order).close()  # noqa: S310  (our own server)
            before, began = reader.get_entry_counts().total, time.perf_counter()
            reader.update_feeds(workers=WORKERS, scheduled=False)
            seconds = time.perf_counter() - began
            failed = reader.get_feed_counts(broken=True).total
            if failed:
                raise RuntimeError(f"{failed} feeds failed")
            rows.append(
                {
                    "name": f"reader {name}",
                    "feeds": len(urls),
                    "seconds": round(seconds, 2),
                    "per_second": round(len(urls) / seconds, 1),
                    "new": reader.get_entry_counts().total - before,
                }
            )
        reader.close()
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
