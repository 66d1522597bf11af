"""Laboratory time and uncertainty of runs of the same points: FORM FIXED PROGRAMME TEN_SECONDS (folders of runs)."""
import statistics
import sys
import xml.etree.ElementTree as ET
from datetime import datetime

NAMESPACE = "{urn:mcbench:record:1}"


def read(folder):
    """Laboratory seconds from the first step to the last result, and U by load."""
    uncertainties, loads, times = {}, {}, []
    for entry in ET.parse(folder + "/report.xml").getroot():
        kind = entry.tag.removeprefix(NAMESPACE)
        if kind in ("step", "result"):
            times.append(datetime.fromisoformat(entry.get("utc").replace("Z", "+00:00")))
        if kind == "result":
            loads[entry.get("result")] = entry.get("load")
        if kind == "judgement":
            uncertainties[loads[entry.get("result")]] = float(entry.get("expanded_uncertainty_percent"))
    return (max(times) - min(times)).total_seconds(), uncertainties


form, *folders = sys.argv[1:]
fixed_seconds, fixed = read(folders[0])
print(f"{form}: {len(fixed)} points, 60 s and five runs everywhere: {fixed_seconds / 3600:.2f} h, U up to {max(fixed.values()):.5f} %, "
      f"median {statistics.median(fixed.values()):.5f} %")
for name, folder in zip(("from the wanted uncertainty", "the same, runs of at least 10 s"), folders[1:]):
    seconds, wanted = read(folder)
    ratio = max(wanted[load] / fixed[load] for load in fixed)
    printed = sum(f"{wanted[load]:.2g}" > f"{fixed[load]:.2g}" for load in fixed)
    print(f"  {name}: {seconds / 3600:.2f} h, {100 * (1 - seconds / fixed_seconds):.0f} % less; U up to {max(wanted.values()):.5f} %, "
          f"median {statistics.median(wanted.values()):.5f} %, at most {100 * (ratio - 1):.2f} % above the fixed practice's, "
          f"larger in its two printed digits at {printed} points")
