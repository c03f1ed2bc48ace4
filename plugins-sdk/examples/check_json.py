#!/usr/bin/env python3
"""check_json.py -f FILE -k KEY [-w RANGE] [-c RANGE]: a check in Python, without dependencies: a number in a JSON file."""
import argparse, json, math, re, signal, sys

STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]


def finish(state, text, perf=""):
    line = "JSON %s: %s" % (STATES[state], re.sub(r"[|\x00-\x1f]", " ", text))
    print(line + (" | " + perf if perf else ""))
    sys.exit(state)


def figure(value):
    """Never an exponent; U for what is no number."""
    if not math.isfinite(value): return "U"
    return ("%.6f" % value).rstrip("0").rstrip(".")


class Range:
    """10, 10:, ~:10, 10:20 or @10:20, as the Nagios plugin guidelines have it."""

    def __init__(self, text):
        self.text, number = text, r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
        match = re.fullmatch(r"(@?)(?:(~|%s)?(:))?(%s)?" % (number, number), text)
        if not match or not text.strip("@"): raise argparse.ArgumentTypeError("%r is no range" % text)
        self.inside = bool(match[1])
        self.low = -math.inf if match[2] == "~" else float(match[2] or 0)
        self.high = float(match[4]) if match[4] else math.inf
        if self.low > self.high: raise argparse.ArgumentTypeError("%r starts behind its end" % text)

    def alerts(self, value): return (self.low <= value <= self.high) == self.inside


class Parser(argparse.ArgumentParser):
    def error(self, message): finish(3, message)  # not 2, which would be critical
    def exit(self, status=0, message=None): sys.exit(3)  # after --help and --version, as the guidelines want it


parser = Parser(description=__doc__)
parser.add_argument("-f", "--file", required=True)
parser.add_argument("-k", "--key", required=True, help="keys within keys, with dots between them")
parser.add_argument("-w", "--warning", type=Range)
parser.add_argument("-c", "--critical", type=Range)
parser.add_argument("-V", "--version", action="version", version="JSON 1.0")
parser.add_argument("-t", "--timeout", type=int, default=10)
options = parser.parse_args()
signal.signal(signal.SIGALRM, lambda *_: finish(3, "no result within %d s" % options.timeout))
signal.alarm(options.timeout)
try:
    with open(options.file) as f: value = json.load(f)
    for key in options.key.split("."): value = value[int(key)] if isinstance(value, list) else value[key]
    value = float(value)
except (OSError, ValueError, KeyError, IndexError, TypeError) as error: finish(3, "%s in %s: %s" % (options.key, options.file, error))
ranges = (options.warning, options.critical)
state = next((s for s, r in ((2, ranges[1]), (1, ranges[0])) if r and r.alerts(value)), 0) if math.isfinite(value) else 3
label = options.key.replace("'", "''").replace("=", "_")
finish(state, "%s is %s" % (options.key, figure(value)), "'%s'=%s;%s" % (label, figure(value), ";".join(r.text if r else "" for r in ranges)))
