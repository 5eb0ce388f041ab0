"""How many phantoms does one process draw in a minute? `python benchmarks/phantom.py`."""

import argparse
import time

from radzoo.demo.phantom import PhantomOptions, draw_phantom

WANTED_PER_MINUTE = 2000


def measure(size: int, count: int) -> tuple[float, float]:
    """Processor and wall milliseconds for one phantom of this size, after a warm-up of five."""
    options = PhantomOptions(size=size)
    for seed in range(5):
        draw_phantom(seed, options)
    processor, wall = time.process_time(), time.perf_counter()
    for seed in range(count):
        draw_phantom(seed, options)
    return (
        (time.process_time() - processor) / count * 1000,
        (time.perf_counter() - wall) / count * 1000,
    )


def main() -> None:
    """Print one line per size; end with 1 if the wanted rate is missed at 256 pixels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    count = parser.parse_args().count
    rates = {}
    print("size  ms of processor  ms of wall  per minute and process")
    for size in (64, 128, 256, 512):
        processor, wall = measure(size, count)
        rates[size] = 60_000 / wall
        print(f"{size:4d}  {processor:15.2f}  {wall:10.2f}  {rates[size]:22.0f}")
    if rates[256] < WANTED_PER_MINUTE:
        raise SystemExit(f"fewer than {WANTED_PER_MINUTE} a minute at 256 pixels")


if __name__ == "__main__":
    main()
