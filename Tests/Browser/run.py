"""Runs the browser journeys: a line for each, and at the end `N passed, N failed`.

    run.py --kontor PATH [--output DIR] [--list] [WORD …]

WORD: only journeys whose names contain one of them. What every page looked like is kept as pictures in DIR.
"""

import argparse
import importlib
import re
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from journey import JOURNEYS, House, Journey, Stage  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the browser journeys.")
    parser.add_argument("--kontor", type=Path, required=True, help="the program")
    parser.add_argument("--output", type=Path, default=HERE.parents[1] / ".build" / "journeys", help="for pictures")
    parser.add_argument("--list", action="store_true", help="only name the journeys")
    parser.add_argument("words", nargs="*", help="only journeys whose names contain one of these")
    options = parser.parse_args()

    for file in sorted((HERE / "journeys").glob("*.py")):
        importlib.import_module(f"journeys.{file.stem}")
    chosen = [journey for journey in JOURNEYS
              if not options.words or any(word in journey.name for word in options.words)]
    if options.list:
        print(*(journey.name for journey in chosen), sep="\n")
        return 0

    # Whoever stops this stops the servers and browsers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(options.output, ignore_errors=True)
    options.output.mkdir(parents=True)
    house = House(options.kontor.resolve())
    results = []
    try:
        for journey in chosen:
            results.append(tried(journey, house, options.output))
    finally:
        house.close()
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) and results else 1


def tried(journey: Journey, house: House, output: Path) -> bool:
    """A browser that was starved of the processor is no defect: what fails is tried once more, and said so."""
    if travel(journey, house, output):
        return True
    print(f"↻ {journey.name}: once more", flush=True)
    return travel(journey, house, output)


def travel(journey: Journey, house: House, output: Path) -> bool:
    name = re.sub(r"[^a-z0-9]+", "-", journey.name.lower()).strip("-")
    stage = Stage(house, journey.database, output, name)
    start = time.monotonic()
    problems = []
    try:
        journey.act(stage)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in last if frame.filename.startswith(str(HERE))]
        problems.append(
            f"{type(error).__name__}: {str(error).split('Stacktrace:')[0].strip()}\n    at "
            + ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours[-3:]))
        problems += last_seen(stage)
    finally:
        try:
            stage.close()
        except Exception as error:
            problems.append(f"at the end: {error}")
    problems += stage.faults
    visited = sum(browser.visited for browser in stage.browsers)
    seconds = time.monotonic() - start
    print(f"{'✘' if problems else '✔'} {journey.name} ({visited} pages, {seconds:.0f} s)", flush=True)
    for problem in problems:
        print("    " + problem.replace("\n", "\n    "), flush=True)
    return not problems


def last_seen(stage: Stage) -> list[str]:
    """Where the browsers were when it went wrong, and what the servers had said."""
    found = []
    for browser in stage.browsers:
        try:
            browser.picture("failed")
            found.append(f"the browser was at {browser.path}: {browser.heading!r}")
        except Exception as error:
            found.append(f"the browser could not be asked: {str(error).splitlines()[0]}")
    for server in stage.servers:
        lines = [line for line in server.log_tail(200).splitlines() if re.search(r"error|warning|critical", line, re.I)]
        if lines:
            found.append("the server had said:\n" + "\n".join(lines[-5:]))
    return found


if __name__ == "__main__":
    sys.exit(main())
