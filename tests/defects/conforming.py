"""Meters that conform are never rejected: COUNT of them, each with its own seed, bench, standard and sensors.

    conforming.py BUILD SOURCE SCRATCH COUNT [--jobs N]

Their true errors are bounded by the tolerances of their sensors, to at most 0.7 of the limit, and the record has to show expanded
uncertainties of at most a fifth of it; both are checked here, not believed. Load performance and registers only, forms in turn.
"""
import argparse
import collections
import math
import os
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True  # a test leaves nothing in the source folder
from defects import RECORD, Bench, Broken, Trial, guarded

METERS = (("16S", None), ("9S", None), ("12S", "network_3_wire"), ("12S", "delta_3_wire"), ("5S", None), ("6S", None), ("36S", None),
          ("25S", None), ("45S", None), ("16S", "delta_4_wire"))
PROCEDURES = ("lmb_eg_07/load_performance", "lmb_eg_07/register_test")
FIRST_SEED = 1001
GAIN_PERCENT, LAG_DEGREES, CRYSTAL_PPM = 0.08, 0.04, 50
LABS = [f'meter gain_tolerance_percent="{GAIN_PERCENT}" lag_tolerance_degrees="{LAG_DEGREES}"']
OF_LIMIT, U_OF_LIMIT = 0.7, 0.2
SINGLE_PHASE_SHARE = 1 / math.sqrt(3)  # of two elements, per degree: what lags make at power factor 1
COSINES = {"1": 1.0, "0.5L": 0.5, "0.8C": 0.8}

Tried = collections.namedtuple("Tried", "name outcomes state largest_share largest_u_share worst_bound_share words")


def bound_percent(power_factor, elements):
    """The largest true error that the tolerances allow (closed forms, section 2): all gains high and all lags to one side; at power
    factor 1 the two elements of a delta or network may also lag to opposite sides."""
    cosine = COSINES[power_factor]
    tangent = math.sqrt(1 - cosine * cosine) / cosine
    lag = math.radians(LAG_DEGREES) * 100
    by_lags = max(lag * tangent, lag * SINGLE_PHASE_SHARE if elements < 3 else 0)
    return GAIN_PERCENT + by_lags + CRYSTAL_PPM * 1e-4


def read(name, path, seen):
    outcomes, results = collections.Counter(), {}
    shares, u_shares, bounds = [0.0], [0.0], [0.0]
    for entry in ET.parse(path).getroot() if os.path.exists(path) else ():
        if entry.tag == RECORD + "result":
            results[entry.get("result")] = entry
        if entry.tag != RECORD + "judgement":
            continue
        outcomes[entry.get("outcome")] += 1
        limit, result = float(entry.get("limit_percent") or 0), results[entry.get("result")]
        if limit > 0 and result.get("kind") == "error":
            shares.append(abs(float(result.get("error_percent"))) / limit)
            u_shares.append(float(entry.get("expanded_uncertainty_percent")) / limit)
            bounds.append(bound_percent(result.get("power_factor"), float(result.get("elements"))) / limit)
    return Tried(name, outcomes, seen.state, max(shares), max(u_shares), max(bounds), seen.last_words)


def try_meter(bench, number):
    form, service = METERS[number % len(METERS)]
    options = (("form", form),) + ((("service", service),) if service else ())
    folder = bench.folder(f"meter_{number + 1}")
    trial = Trial(PROCEDURES, options, str(FIRST_SEED + number), False)
    seen = bench.run(os.path.join(bench.build, "mcbench"), trial, LABS, folder)
    return read(f"meter {number + 1}, {form} {service or ''}, seed {trial.seed}", os.path.join(folder, "run", "report.xml"), seen)


def is_good(tried):
    return (tried.state == "complete" and set(tried.outcomes) <= {"conforms", "inconclusive"} and tried.outcomes["conforms"] > 0
            and tried.worst_bound_share <= OF_LIMIT and tried.largest_u_share <= U_OF_LIMIT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("build", "source", "scratch"):
        parser.add_argument(name)
    parser.add_argument("count", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    bench = Bench(arguments.build, arguments.source, arguments.scratch)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        rows = list(pool.map(lambda number: guarded(try_meter, bench, number), range(arguments.count)))
    broken = [row for row in rows if isinstance(row, Broken)]
    rows = [row for row in rows if not isinstance(row, Broken)]
    bad = [row for row in rows if not is_good(row)]
    for row in bad:
        print(f"WRONG    {row.name}: {row.state}, {dict(row.outcomes)}, {row.words}; true error up to {row.worst_bound_share:.2f} and U up to "
              f"{row.largest_u_share:.2f} of the limit")
    for complaint in broken:
        print(f"BROKEN   {complaint}")
    total = sum((row.outcomes for row in rows), collections.Counter())
    if rows:
        print(f"{len(rows)} conforming meters, {sum(total.values())} verdicts: {total['conforms']} conform, {total['inconclusive']} inconclusive, "
              f"{total['does not conform']} rejected; true errors up to {max(row.worst_bound_share for row in rows):.3f} of the limit, seen up to "
              f"{max(row.largest_share for row in rows):.3f}, U up to {max(row.largest_u_share for row in rows):.3f}")
    return 1 if bad or broken or not rows else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as complaint:
        print(f"BROKEN   {complaint}")
        sys.exit(1)
