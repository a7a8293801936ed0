"""Counts what `swift test` ran: prints two numbers, passed and failed.

The report (xunit) is exact, but is only written by a run that came to its end. Without one, the lines of the log say what
was finished; what was started and never ended is what it crashed in.

Usage: count_tests.py EXIT_CODE LOG REPORT
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

STARTED = re.compile(r"◇ Test (?!run |case )(.+) started\.")
ENDED = re.compile(r"([✔✘]) Test (?!run |case )(.+?)(?: with \d+ test cases?)? (?:passed|failed) after ")


def of_report(text: str) -> tuple[int, int]:
    cases = list(ElementTree.fromstring(text).iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return len(cases) - failed - skipped, failed


def of_log(text: str) -> tuple[int, int]:
    started = STARTED.findall(text)
    ended = ENDED.findall(text)
    passed = sum(1 for mark, _ in ended if mark == "✔")
    return passed, len(started) - passed


def count(exit_code: int, log: str, report: str) -> tuple[int, int]:
    try:
        passed, failed = of_report(report)
    except ElementTree.ParseError:
        # A crash leaves a report that stops in the middle, or none.
        passed, failed = of_log(log)
    # It did not even compile, or crashed where no test was running.
    if exit_code != 0 and failed == 0:
        failed = 1
    # Nothing run is nothing proved.
    if passed + failed == 0:
        failed = 1
    return passed, failed


if __name__ == "__main__":
    code, log, report = sys.argv[1:]
    print(*count(
        int(code), Path(log).read_text(errors="replace"), Path(report).read_text() if Path(report).exists() else ""))
