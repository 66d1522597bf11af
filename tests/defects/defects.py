"""Proves the bench on bad meters and on bad benches: one defect a file, one matrix. How a file reads stands in README.md.

    defects.py BUILD SOURCE SCRATCH [--ordinary | NAME …] [--jobs N]

A defect of the meter is a unified diff of dut_firmware/: the named files are copied, patched, compiled and linked in front of
the library, so that a variant of mcbench takes seconds. Other defects are attributes of the laboratory file. What is seen is read
from the record of the run and from nothing else; a control shows that each procedure finds nothing wrong with the meter as it is.
"""
import argparse
import collections
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

RECORD = "{urn:mcbench:record:1}"
LAB = "{urn:mcbench:lab:1}"
HEADS = {"what", "requirement", "procedure", "expect", "form", "service", "model", "module", "device", "seed", "lab", "ordinary", "open"}
NEEDED = ("what", "requirement", "procedure", "expect")
EXPECTATIONS = ("does not conform", "bench fault", "inconclusive", "refused", "conforms")
RANK = {"conforms": 0, "not evaluated": 1, "inconclusive": 2, "does not conform": 3}
RUN_OPTIONS = ("form", "service", "model", "module", "device")
SECONDS = 900  # of one run, on a machine that does much else

Trial = collections.namedtuple("Trial", "procedures options seed is_checked")
Seen = collections.namedtuple("Seen", "outcomes mandatory state exit_status last_words")


class Broken(Exception):
    """A defect that could not be tried: never to be taken for one that was caught."""


class Defect:
    def __init__(self, path):
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.kind = os.path.basename(os.path.dirname(path))
        self.labs, self.heads = [], {"form": "16S", "ordinary": "no"}
        with open(path, encoding="utf-8") as file:
            text = file.read()
        head, mark, rest = text.partition("\n--- ")
        self.diff = mark[1:] + rest
        for line in head.splitlines():
            name, colon, value = line.partition(":")
            if not colon or name not in HEADS:
                raise Broken(f"{path}: \"{line}\" is no line of a defect; there are {', '.join(sorted(HEADS))}")
            if name == "lab":
                self.labs.append(value.strip())
            else:
                self.heads[name] = value.strip()
        for name in NEEDED:
            if not self.heads.get(name):
                raise Broken(f"{path}: the line \"{name}:\" is missing")
        if self.expect not in EXPECTATIONS:
            raise Broken(f"{path}: expect: {self.expect}; there are {', '.join(EXPECTATIONS)}")
        if not self.diff and not self.labs:
            raise Broken(f"{path}: neither a diff nor a line \"lab:\": nothing is wrong")
        options = tuple((name, self.heads[name]) for name in RUN_OPTIONS if name in self.heads)
        self.trial = Trial(tuple(self.heads["procedure"].split()), options, self.heads.get("seed", "1"), self.kind == "bench")

    expect = property(lambda self: self.heads["expect"])
    requirement = property(lambda self: self.heads["requirement"])
    is_open = property(lambda self: "open" in self.heads)


class Bench:
    """The build tree, the source folder and a scratch folder of this test's own."""

    def __init__(self, build, source, scratch):
        self.build, self.source, self.scratch = (os.path.realpath(folder) for folder in (build, source, scratch))
        shutil.rmtree(self.scratch, ignore_errors=True)
        os.makedirs(self.scratch)
        # what the build does with any other file of the firmware and with the program
        self.compile = self.read_make("dut_firmware/CMakeFiles/dut_firmware.dir/flags.make")
        self.link = shlex.split(self.read_text("bench/CMakeFiles/mcbench.dir/link.txt"))
        self.compiler = self.link[0]

    def read_text(self, name):
        path = os.path.join(self.build, name)
        if not os.path.exists(path):
            raise Broken(f"{path} is not there: the defects need a build with \"Unix Makefiles\"")
        with open(path, encoding="utf-8") as file:
            return file.read()

    def read_make(self, name):
        words = dict(re.findall(r"^(C_\w+) = (.*)$", self.read_text(name), re.MULTILINE))
        return shlex.split(" ".join(words.get(key, "") for key in ("C_DEFINES", "C_INCLUDES", "C_FLAGS")))

    def folder(self, name):
        path = os.path.join(self.scratch, name)
        os.makedirs(path)
        return path

    def variant(self, defect, folder):
        """The program with the meter's defect in it."""
        if not defect.diff:
            return os.path.join(self.build, "mcbench")
        names = sorted(set(re.findall(r"^\+\+\+ (\S+)", defect.diff, re.MULTILINE)))
        for name in names:
            if not re.fullmatch(r"dut_firmware/[\w/]+\.c", name):
                raise Broken(f"{defect.path}: the diff changes {name}; only .c files of dut_firmware/ can be compiled alone")
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copy(os.path.join(self.source, name), os.path.join(folder, name))
        must(["patch", "-p0", "--fuzz=0", "--batch", "--forward"], folder, f"{defect.path}: the diff does not apply",
             input=defect.diff)
        objects = []
        for name in names:
            objects.append(os.path.join(folder, os.path.basename(name) + ".o"))
            # a defect may leave a parameter unused
            must([self.compiler, *self.compile, "-Wno-error", "-w", "-c", os.path.join(folder, name), "-o", objects[-1]], folder,
                 f"{defect.path}: the meter with the defect does not compile")
        program = os.path.join(folder, "mcbench")
        link = list(self.link)
        link[link.index("-o") + 1] = program
        link[link.index("-o"):link.index("-o")] = objects
        must(link, os.path.join(self.build, "bench"), f"{defect.path}: the program with the defect does not link")
        os.symlink(os.path.join(self.build, "share"), os.path.join(folder, "share"))
        return program

    def lab_file(self, labs, folder):
        """The adjusted sample's laboratory, with attributes changed or added: "standard gain_percent=0.2"."""
        ET.register_namespace("", LAB[1:-1])
        tree = ET.parse(os.path.join(self.source, "bench/labs/virtual_sample.xml"))
        root = tree.getroot()
        virtual = root.find(LAB + "virtual")
        for line in labs:
            name, *attributes = line.split()
            element = root if name == "lab" else virtual if name == "virtual" else root.find(f".//{LAB}{name}")
            if element is None:
                element = ET.SubElement(virtual, LAB + name)
            for attribute in attributes:
                key, _, value = attribute.partition("=")
                element.set(key, value.strip('"').replace("~", " "))
        path = os.path.join(folder, "lab.xml")
        tree.write(path, encoding="UTF-8", xml_declaration=True)
        return path

    def programme(self, procedures, is_checked, folder):
        """Procedures as the programmes name them; with the check standard before and after."""
        lines = ['<check_standard file="console/check_standard.xml" every="7 d"/>'] if is_checked else []
        lines += [f'<catalogue file="requirements/{name}.xml"/>' for name in ("notice_focus_ax", "measurement_canada")]
        lines += [f'<procedure file="{name}.xml"/>' for name in procedures]
        path = os.path.join(folder, "programme.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write('<?xml version="1.0" encoding="UTF-8"?>\n<programme xmlns="urn:mcbench:programme:1" id="defects" '
                       'title="One procedure" limits="limits/iec_62053_22_02s.xml">\n' + "\n".join(lines) + "\n</programme>\n")
        return path

    def run(self, program, trial, labs, folder):
        arguments = [program, "run", self.programme(trial.procedures, trial.is_checked, folder), "--lab", self.lab_file(labs, folder),
                     "--output", os.path.join(folder, "run"), "--seed", trial.seed]
        for name, value in trial.options:
            arguments += ["--" + name, os.path.join(self.source, value) if name == "device" else value]
        try:
            done = subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, errors="replace", timeout=SECONDS)
        except subprocess.TimeoutExpired as late:
            raise Broken(f"{folder}: the run did not end within {SECONDS} s") from late
        with open(os.path.join(folder, "stderr.txt"), "w", encoding="utf-8") as file:
            file.write(done.stderr)
        return read_record(os.path.join(folder, "run", "report.xml"), done)


def must(command, folder, complaint, **more):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        raise Broken(f"{complaint}:\n{done.stdout.strip()}")


def read_record(path, done):
    words = (done.stderr.strip().splitlines() or [""])[-1]
    if done.returncode not in (0, 1, 2, 3, 4):
        raise Broken(f"{path}: the program ended with status {done.returncode}: {words}")
    if not os.path.exists(path):
        return Seen({}, {}, "refused" if done.returncode == 2 else "no record", done.returncode, words)
    outcomes, mandatory, state = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter), "no end"
    for entry in ET.parse(path).getroot():
        if entry.tag == RECORD + "judgement":
            outcomes[entry.get("requirement")][entry.get("outcome")] += 1
            if entry.get("is_informative") == "no":
                mandatory[entry.get("requirement")][entry.get("outcome")] += 1
        elif entry.tag == RECORD + "fault":
            words = entry.get("text")
        elif entry.tag == RECORD + "end":
            state = entry.get("state")
    return Seen(outcomes, mandatory, state, done.returncode, words)


def worst(outcomes):
    return max(outcomes, key=RANK.get, default="no result")


def everything(seen):
    return sum(seen.outcomes.values(), collections.Counter())


def is_as_expected(defect, seen):
    at_requirement = worst(seen.outcomes.get(defect.requirement, {}))
    overall = worst(everything(seen))
    if defect.expect == "does not conform":
        return at_requirement == "does not conform" and (seen.exit_status == 1 or defect.requirement not in seen.mandatory)
    if overall == "does not conform":
        return False
    if defect.expect == "bench fault":
        return seen.state == "bench fault" and seen.exit_status == 4
    if defect.expect == "refused":
        return seen.state == "refused"
    if defect.expect == "inconclusive":
        return seen.exit_status in (3, 4) and seen.state in ("complete", "bench fault") and at_requirement in (
            "inconclusive", "not evaluated")
    return overall == "conforms" and at_requirement == "conforms" and seen.state == "complete" and seen.exit_status == 0


def tell(requirement, seen):
    """What the record says at the requirement; else of the run; and where else something does not conform."""
    text = worst(seen.outcomes.get(requirement, {}))
    text += f" ({seen.outcomes[requirement][text]} of {sum(seen.outcomes[requirement].values())})" if text in RANK else ""
    if seen.state != "complete":
        text = f"{text}, then {seen.state}" if text.startswith("does not conform") else seen.state
    others = sorted(name for name, outcomes in seen.outcomes.items() if name != requirement and outcomes["does not conform"])
    return text + (f"; also {', '.join(others)}" if others else "")


def try_defect(bench, defect):
    folder = bench.folder(defect.name)
    seen = bench.run(bench.variant(defect, folder), defect.trial, defect.labs, folder)
    return defect, seen, is_as_expected(defect, seen)


def try_control(bench, number, trial):
    seen = bench.run(os.path.join(bench.build, "mcbench"), trial, [], bench.folder(f"control_{number}"))
    passed = seen.exit_status == 0 and seen.state == "complete" and worst(sum(seen.mandatory.values(), collections.Counter())) == "conforms"
    return trial, seen, passed


def guarded(function, *arguments):
    try:
        return function(*arguments)
    except Broken as broken:
        return broken


def mark_of(defect, passed):
    if defect.is_open:
        return "CLOSED?" if passed else "open"
    if defect.expect == "conforms":
        return "passes" if passed else "WRONG"
    return "caught" if passed else "MISSED"


def is_control_silent(defect, controls):
    """What the meter as it is does at the requirement of a defect; False: the defect proves nothing there."""
    return all(worst(seen.outcomes.get(defect.requirement, {})) != "does not conform"
               for trial, seen, _ in controls if trial == defect.trial)


def print_matrix(rows):
    print(f"\n{'':8} {'defect':34} {'requirement':12} {'expected':17} seen")
    for defect, seen, passed in rows:
        mark = mark_of(defect, passed)
        print(f"{mark:8} {defect.name:34} {defect.requirement:12} {defect.expect:17} {tell(defect.requirement, seen)}")
        if defect.is_open:
            print(f"{'':9}{defect.heads['what']}; {'take its line open: out' if passed else defect.heads['open']}")
        elif not passed:
            print(f"{'':9}{defect.heads['what']}; the last words of the run: {seen.last_words or 'none'}")


def choose(source, names, ordinary):
    defects = []
    for kind in ("meter", "bench"):
        folder = os.path.join(source, "tests/defects", kind)
        defects += [Defect(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".defect")]
    if ordinary:
        defects = [defect for defect in defects if defect.heads["ordinary"] == "yes"]
    if names:
        missing = set(names) - {defect.name for defect in defects}
        if missing:
            raise Broken(f"there is no defect {', '.join(sorted(missing))}")
        defects = [defect for defect in defects if defect.name in names]
    if not defects:
        raise Broken("no defect to try")
    return defects


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("source")
    parser.add_argument("scratch")
    parser.add_argument("names", nargs="*", help="only these defects")
    parser.add_argument("--ordinary", action="store_true", help="only the fixed sample of the ordinary tests")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    bench = Bench(arguments.build, arguments.source, arguments.scratch)
    defects = choose(bench.source, arguments.names, arguments.ordinary)
    trials = sorted({defect.trial for defect in defects})
    with ThreadPoolExecutor(arguments.jobs) as pool:
        control_rows = list(pool.map(lambda pair: guarded(try_control, bench, *pair), enumerate(trials, 1)))
        rows = list(pool.map(lambda defect: guarded(try_defect, bench, defect), defects))
    broken = [row for row in control_rows + rows if isinstance(row, Broken)]
    control_rows = [row for row in control_rows if not isinstance(row, Broken)]
    rows = [row for row in rows if not isinstance(row, Broken)]
    rows = [(defect, seen, passed and is_control_silent(defect, control_rows)) for defect, seen, passed in rows]
    print("the meter as it is, in each procedure that is used:")
    for trial, seen, passed in control_rows:
        print(f"{'passes' if passed else 'WRONG':8} {' '.join(trial.procedures)}, {' '.join(value for _, value in trial.options)}"
              f"{', checked' if trial.is_checked else ''}: {dict(everything(seen))}{'' if passed else ', ' + seen.state + ': ' + seen.last_words}")
    print_matrix(rows)
    for complaint in broken:
        print(f"BROKEN   {complaint}")
    missed = sum(passed == defect.is_open for defect, _, passed in rows)
    still_open = sum(defect.is_open and not passed for defect, _, passed in rows)
    wrong = sum(not passed for _, _, passed in control_rows)
    kinds = collections.Counter(defect.kind for defect, _, passed in rows if passed)
    print(f"\n{len(rows)} defects: {kinds['meter']} of the meter and {kinds['bench']} of the bench as expected, {missed} missed, {still_open} open; "
          f"{len(control_rows)} controls, {wrong} wrong; {len(broken)} could not be tried")
    return 1 if missed or wrong or broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as complaint:
        print(f"BROKEN   {complaint}")
        sys.exit(1)
