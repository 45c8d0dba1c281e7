"""Recount of a published vote: `python3 recount PACKAGE [--key HEX]`.

Python 3.10 or later and its standard library; no network. PACKAGE is a directory or a tar archive of the published files. Prints the result
object. Exit code 0: the package holds and its result is right; 1: it is not, and what is wrong is on the error output; 2: it cannot be counted.
"""

import argparse
import sys
import tarfile

from canonical import Fault, dumps, parse
from count import count
from package import Package


def main():
    parser = argparse.ArgumentParser(prog="recount", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", help="directory or .tar")
    parser.add_argument("--key", help="public key of the log, 64 hex digits, from a source you trust")
    parser.add_argument("--serve", action="store_true", help="count elections from standard input, one JSON a line: {rule, inputs, records}")
    options = parser.parse_args()
    if options.serve:
        return serve()
    if not options.package:
        parser.error("a package is needed")
    try:
        package = Package(options.package, options.key)
        result = package.recount()
    except (Fault, OSError, tarfile.TarError) as error:
        print(f"cannot be counted: {error}", file=sys.stderr)
        return 2
    print(dumps(result))
    for note in package.notes:
        print(f"note: {note}", file=sys.stderr)
    for fault in package.faults:
        print(f"wrong: {fault}", file=sys.stderr)
    return 1 if package.faults else 0


def serve():
    """For the comparison of programs: a result, or the refusal, for each line."""
    for line in sys.stdin:
        asked = parse(line, "line")
        last = {}
        for record in asked["records"]:
            if record["rev"] > last.get(record["tag"], record)["rev"] or record["tag"] not in last:
                last[record["tag"]] = record
        try:
            answer = dumps(count(asked["rule"], asked["inputs"], [(record["choices"], 1) for record in last.values()]))
        except Fault as fault:
            answer = dumps({"refused": str(fault)})
        print(answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
