"""Fits the constants of the wait estimator from recorded queues, and writes them.

    python tools/fit_estimate.py DIR [--check]

DIR holds snapshots, queues, examples and labels (docs/wait-estimates.md). Written are
hallclient/domain/estimate_constants.py and, for the tests, the last step of each fit.
``--check`` writes nothing and ends with 1 where the written constants are others.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from hallclient.domain.estimate import FITTED
from hallclient.lab.estimate.evaluation import OURS, lines_of, tables
from hallclient.lab.estimate.learning import Fit, learned, lessons
from hallclient.lab.estimate.module import module_text, probe
from hallclient.lab.estimate.rows import read_examples, read_looks

ROOT = Path(__file__).resolve().parent.parent
MODULE = ROOT / "hallclient" / "domain" / "estimate_constants.py"
SUMMARY = ROOT / "tests" / "unit" / "estimate_fit.json"
SOURCE = (
    "Source: Miasto stołeczne Warszawa, api.um.warszawa.pl; made and collected 2019-12-30 to "
    "2020-01-22; processed: dates repaired, inconsistent series removed, waiting times derived by "
    "interpolation. Collected with kolejkeR (MIT, Copyright (c) 2019 Hanna Zdulska)."
)
ENOUGH_LEFT_OUT = 1e-4
"""Fits without an office end earlier; they do not begin at the whole fit, which knows it."""
FILES = ("snapshots.csv.gz", "queues.csv.gz", "examples.csv.gz", "labels.csv.gz")


def main() -> int:
    """Fit, print the scores with whole offices left out, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DIR")
    parser.add_argument("--check", action="store_true", help="only compare, without scores")
    args = parser.parse_args()
    looks, examples = read_looks(args.data), read_examples(args.data)
    known = lessons(looks, examples, args.data)
    fit = learned(known)
    if args.check:
        same = fit.weights() == FITTED
        print("The constants are those of the data." if same else "The constants are others.")
        return 0 if same else 1
    MODULE.write_text(module_text(fit.weights(), SOURCE), encoding="utf-8")
    SUMMARY.write_text(json.dumps(_summary(fit, args.data), indent=0) + "\n", encoding="utf-8")
    told = []
    for office in sorted({lesson.office for lesson in known}):
        rest = [one for one in known if one.office != office]
        others = learned(rest, enough=ENOUGH_LEFT_OUT)
        here = {queue: some for queue, some in examples.items() if queue[0] == office}
        told += lines_of(looks, here, others.weights())
        print(f"{office} left out", file=sys.stderr)
    for name, row in tables(told, args.data)[OURS].items():
        print(name.ljust(12) + "".join(f"{score} {row[score]:.3f}  " for score in row))
    return 0


def _summary(fit: Fit, data: Path) -> dict[str, object]:
    digest = hashlib.sha256(b"".join((data / name).read_bytes() for name in FILES))
    steps = {"middle": fit.middle, "lower": fit.lower, "upper": fit.upper}
    return {
        "source": SOURCE,
        "data": digest.hexdigest(),
        "probe": probe(),
        "steps": {
            name: {"start": one.start, "gradient": one.gradient, "curvature": one.curvature}
            for name, one in steps.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
