"""Runs cppcheck's MISRA addon over the dumps below a folder and prints "path:line:column rule" for each finding.

Each dump has a process of its own: the addon keeps what it saw in one file in mind for the next, so that its findings
would depend on their order. They are forked, because reading the addon takes longer than most files.
Usage: misra.py ADDON FOLDER
"""

import contextlib
import io
import json
import multiprocessing
import os
import sys

sys.argv.append("--cli")  # the addon looks at this when it is read
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import misra  # noqa: E402


def findings(arguments):
    said = io.StringIO()
    sys.argv = ["misra.py", "--cli", *arguments]
    with contextlib.redirect_stdout(said):
        misra.main()
    return [json.loads(line) for line in said.getvalue().splitlines() if line.startswith("{")]


def files_below(folder, ending):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder) for name in names if name.endswith(ending))


def main():
    folder = sys.argv[2]
    with multiprocessing.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        found = pool.map(findings, [[dump] for dump in files_below(folder, ".dump")], chunksize=1)
        found.append(pool.apply(findings, [files_below(folder, ".ctu-info")]))
    for finding in sum(found, []):
        print("{file}:{linenr}:{column} {addon}-{errorId}".format(**finding))


main()
