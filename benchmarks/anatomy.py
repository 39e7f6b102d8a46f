"""Does `segment` stay linear? Characters per second on pages of 1 KB to 10 MB, of ordinary and of hostile kinds.

python benchmarks/anatomy.py            # the table
python benchmarks/anatomy.py --check    # exit 1 when a kind is more than 4 times slower a character at 10 MB than at 100 KB
"""

from __future__ import annotations

import argparse
import sys
import time

from translate_news.segment import segment

WIRE = (
    "OSLO (ANP/RTR) - Een veerboot met 112 passagiers is vastgelopen voor de kust van Noorwegen. Niemand raakte gewond, meldt "
    'drs. J. de Vries.\n4 minuten geledenPARIJS (ANP/AFP) - "Dat kost 1,2 miljoen", zegt hij. In Parijs staken de chauffeurs.\n'
    "1 uur geleden\nMeer uit Binnenland\nStorm op zee\nLees ook: Waarom het stormt\n• Een punt.\nA\t1\t2\n14.32 De brug is dicht.\n"
)
KINDS = {
    "wire page": WIRE,
    "one line": "De trein naar Zwolle had 11.000 minuten vertraging. ",
    "no spaces": "a",
    "ages only": "4 minuten geleden\n",
    "glued ages": "Het regent.4 minuten geledenOSLO (ANP) - Ja. ",
    "datelines": "OSLO (ANP) - ",
    "capitals": "A B C ",
    "dots": ".",
    "brackets": "(",
    "quotes": "\" ",
    "blank lines": "\n",
    "bars": "| ",
    "numbers": "12. ",
    "geleden": "geleden",
    "labels": "Aa: b ",
    "asides": "Jan (b) ",
    "bullets": "• a ",
    "headings": "Raad van Sport ",
}  # fmt: skip
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
WORST_RATIO = 4.0


def speed(text: str, least_seconds: float = 0.05) -> float:
    """Characters a second, the best of as many runs as fill the time."""
    best, spent = 0.0, 0.0
    while spent < least_seconds:
        started = time.perf_counter()
        segment(text)
        taken = time.perf_counter() - started
        spent += taken
        best = max(best, len(text) / taken)
    return best


def main() -> int:
    """Print the table; with --check judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    arguments = parser.parse_args()
    sizes = [size for size in SIZES if size <= arguments.largest]
    print(f"{'million characters/s':<20}" + "".join(f"{size:>12,}" for size in sizes) + f"{'largest/100,000':>18}")
    failed = False
    for name, unit in KINDS.items():
        speeds = {size: speed((unit * (size // len(unit) + 1))[:size]) for size in sizes}
        ratio = speeds[100_000] / speeds[sizes[-1]]
        failed |= ratio > WORST_RATIO
        print(f"{name:<20}" + "".join(f"{speeds[size] / 1e6:>12.2f}" for size in sizes) + f"{ratio:>17.2f}x")
    return int(failed and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
