"""A second city: a pack folder made of the public facts of Bristol's feed, for tests alone.

The feed may not be shipped (no licence in its repository), so the folder is made where the
corpus is there, and thrown away.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.model import Service
from directory.oruk import reading
from directory.oruk.mapping import read_mapping
from directory.oruk.reading import DataSet, Taken
from directory.rows import row_of

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "data"
FEED = CORPUS / "oruk" / "feeds" / "bristol_services_v1.json"
OUTCODES = CORPUS / "geo" / "outcodes.csv"
READ_ON = date(2026, 11, 22)
API = "https://bristol.openplace.directory/o/ServiceDirectoryService/v2/services"
NATIONAL = {"UK", "England", "England and Wales"}

PACK = """\
id = "bristol"
name = "Bristol"
country = "GB"
time_zone = "Europe/London"
attribution = ["Services: Bristol City Council's open directory, as of December 2024."]
notes = ["For tests: nothing was checked."]
general_helplines = ["citizens-advice-adviceline"]

[[districts]]
id = "centre"
name = "Centre"
outcodes = ["BS1", "BS2", "BS8"]

[[districts]]
id = "north"
name = "North"
outcodes = ["BS7", "BS10", "BS34"]

[[districts]]
id = "south"
name = "South"
outcodes = ["BS3", "BS4", "BS13", "BS14"]

[[districts]]
id = "east"
name = "East"
outcodes = ["BS5", "BS15", "BS16"]

[neighbourhoods]
"Easton" = "BS5"
"Bedminster" = "BS3"
"""

TOPICS = """\
context = ["bristol", "refugee*", "asylum"]
[[topic]]
id = "housing"
names = { en = "Housing" }
keywords = ["housing"]
hints = []
"""


def services() -> Iterator[Service]:
    """Give the feed's services that the common mapping of terms takes over."""
    terms = read_mapping((ROOT / "packs" / "terms.toml").read_text(encoding="utf-8"))
    data_set = DataSet("bristol", API, "Bristol")
    for record in json.loads(FEED.read_text(encoding="utf-8")):
        taken = reading.read(record, data_set, terms, READ_ON)
        if isinstance(taken, Taken):
            yield taken.service


def write_pack(folder: Path) -> None:
    """Make the pack in *folder*: Bristol's services and places, the lines of the whole country."""
    own = {"services": [row_of(each) for each in services()]}
    lines = json.loads((ROOT / "packs" / "leeds" / "helplines.json").read_text(encoding="utf-8"))
    rows = lines["helplines"] if isinstance(lines, dict) else lines
    national = [row for row in rows if row["area"] in NATIONAL]
    (folder / "pack.toml").write_text(PACK, encoding="utf-8")
    (folder / "topics.toml").write_text(TOPICS, encoding="utf-8")
    (folder / "services.json").write_text(json.dumps(own), encoding="utf-8")
    (folder / "helplines.json").write_text(json.dumps(national), encoding="utf-8")
    (folder / "sectors.csv").write_text("sector,lat,lon,postcodes,inside\n", encoding="utf-8")
    with (folder / "outcodes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["outcode", "lat", "lon", "postcodes", "places"])
        table.writeheader()
        for row in csv.DictReader(OUTCODES.read_text(encoding="utf-8").splitlines()):
            del row["source"]
            table.writerow(row)
