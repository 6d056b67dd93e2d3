"""What people see: the table in a terminal and the report as one HTML file.

Nothing is computed here beyond pixels. `report.py` and `table.py` are the doors; both read plain
JSON types. An estimate is `{median, low, high}` with a 90 % interval.

The report bundle has the keys `model` (titles, ways, places, harms, outputs, channels and the
`Report` declaration), `fit` (as `fit --json`), `rankings` (as `rank --json`, the one that leads
first), `losses` (way to steps with `step`, `outcome`, `share`), `evidence` (rows used), `region`
(GeoJSON outlines) and `citation` (`as_of`, `version`, `hash`, `text`).
"""
