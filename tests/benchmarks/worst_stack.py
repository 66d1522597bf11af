#!/usr/bin/env python3
"""The deepest stack of the firmware on the real processor, an upper bound, from the compiler's own call graph
(-fcallgraph-info=su) and from the tables of functions in the objects.

Usage: worst_stack.py CROSS_BUILD OBJECTS ENTRY...
CROSS_BUILD  folder of the build of the real processor
OBJECTS      parts of the paths of the objects to look at, separated by commas
ENTRY        function, or INTERRUPTS: the deepest of the vector table that is not itself an ENTRY

A call through a pointer may reach every function whose address stands in an object of the structure that the pointer
is a member of, or in no named object, and whose prototype is the member's. A call without a target is an error, and so is
a function in a table that no call reaches.
Functions of the C library and of the compiler, which were not compiled with it, count as LIBRARY_BYTES.
"""
import collections
import glob
import os
import re
import subprocess
import sys

LIBRARY_BYTES = 64
INDIRECT = "__indirect_call"


def fail(sentence):
    sys.exit("worst_stack.py: " + sentence)


class CallGraph:
    """Functions by (file, name); file is that of the source."""

    def __init__(self):
        self.own_bytes = {}
        self.calls = collections.defaultdict(set)
        self.indirect = collections.defaultdict(set)
        self.by_name = {}

    def read(self, path):
        text = open(path).read()
        source = None
        for title, label in re.findall(r'node: \{ title: "([^"]*)" label: "([^"]*)"', text):
            parts = label.split("\\n")
            if len(parts) < 3:
                continue
            bytes_of = re.match(r"(\d+) bytes \((.*)\)", parts[2])
            if not bytes_of or bytes_of.group(2) != "static":
                fail("the stack of %s has no bound: %s" % (title, label))
            source = parts[1].rsplit(":", 2)[0]
            self.own_bytes[title] = int(bytes_of.group(1))
            self.by_name[(source, title.rsplit(":", 1)[-1])] = title
        for caller, callee, label in re.findall(
                r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"(?: label: "([^"]*)")?', text):
            if callee == INDIRECT:
                self.indirect[caller].add(label)
            else:
                self.calls[caller].add(callee)


def without_comments(path):
    text = open(path).read()
    return re.sub(r"/\*.*?\*/", lambda c: re.sub(r"[^\n]", " ", c.group(0)), text, flags=re.S)


def parameter_types(text):
    """"const struct x *view, uint8_t index" -> ("const struct x *", "uint8_t")."""
    types = []
    for parameter in text.split(","):
        words = re.sub(r"\s+", " ", parameter).strip()
        words = re.sub(r"\[[^]]*\]$", "", re.sub(r"(\w+)(\[[^]]*\])$", r"*\1", words))
        named = re.match(r"(.*[\s*])\w+$", words)
        if named and named.group(1).strip() not in ("struct", "enum", "const", "unsigned"):
            words = named.group(1)
        types.append(re.sub(r"\s*\*\s*", " *", words).strip())
    return tuple(types)


class Sources:
    """Prototypes of functions, members of structures that point to functions, types of objects."""

    def __init__(self, folder):
        self.text = {}
        self.members = collections.defaultdict(dict)  # member -> structure -> prototype
        self.prototypes = {}  # (file, function)
        for path in glob.glob(os.path.join(folder, "**", "*.[ch]"), recursive=True):
            text = without_comments(path)
            self.text[path] = text
            for match in re.finditer(r"^struct (\w+) \{(.*?)^\}", text, re.S | re.M):
                for result, name, parameters in re.findall(r"([\w *]+)\(\*(\w+)\)\(([^)]*)\);", match.group(2)):
                    self.members[name][match.group(1)] = (result.strip(), parameter_types(parameters))
            for match in re.finditer(r"^((?:\w+[ *]+)+?)(\w+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*\{", text, re.M):
                result = re.sub(r"\b(static|inline|_Noreturn)\b", "", match.group(1)).strip()
                self.prototypes[(path, match.group(2))] = (result, parameter_types(match.group(3)))

    def structure_of_object(self, path, name):
        declared = re.search(r"struct (\w+) (?:\*|const )*%s\b\s*[\[={]" % re.escape(name), self.text[path])
        return declared.group(1) if declared else None

    def call(self, label):
        """The member or array that is called through at file:line:column, and what stands before it."""
        path, line, column = label.rsplit(":", 2)
        text = self.text[path].split("\n")[int(line) - 1][int(column) - 1:]
        called = re.match(r"((?:\w+(?:\[[^]]*\])?(?:->|\.))*)(\w+)(\[[^]]*\])?\(", text)
        if not called:
            fail("%s calls through a pointer in a way that is not understood: %s" % (label, text))
        return path, int(line), called.group(1), called.group(2), called.group(3) is not None

    def structures_of_call(self, path, line, before, member):
        structures = set(self.members[member])
        owner = re.findall(r"\w+", re.sub(r"\[[^]]*\]", "", before))[-1]
        above = "\n".join(self.text[path].split("\n")[:line])
        declared = re.findall(r"struct (\w+) (?:\*|const )*%s\b" % owner, above)
        if declared and declared[-1] in structures:
            return {declared[-1]}
        return structures


class Tables:
    """Whose address stands where: (function's file, function) in an object's structure, in an array, or in none."""

    def __init__(self, graph, sources):
        self.graph = graph
        self.sources = sources
        self.of_structure = collections.defaultdict(set)
        self.of_object = collections.defaultdict(set)  # (file, name) of arrays
        self.anywhere = set()
        self.in_vectors = set()
        self.reached = set()

    def read(self, object_path, source):
        symbols = self.objects(object_path)
        dump = subprocess.run(["arm-none-eabi-objdump", "-r", object_path], capture_output=True, text=True, check=True)
        section = None
        for line in dump.stdout.splitlines():
            heading = re.match(r"RELOCATION RECORDS FOR \[(.*)\]", line)
            if heading:
                section = heading.group(1)
            row = re.match(r"([0-9a-f]+) (R_ARM_\w+)\s+(\S+)", line)
            if not row or re.match(r"\.(debug|ARM|rel)", section):
                continue
            if row.group(2) in ("R_ARM_THM_CALL", "R_ARM_THM_JUMP24", "R_ARM_CALL", "R_ARM_NONE"):
                continue
            name = re.sub(r"^\.text\.", "", re.sub(r"\+0x[0-9a-f]+$", "", row.group(3)))
            name = re.sub(r"\.(isra|constprop|part)\.\d+$", "", name)
            function = self.find(source, name)
            if function:
                self.place(function, source, self.object_at(symbols, section, int(row.group(1), 16)), section)

    def find(self, source, name):
        if (source, name) in self.graph.by_name:
            return (source, name)
        title = self.graph.by_name_global.get(name)
        return title

    @staticmethod
    def objects(object_path):
        dump = subprocess.run(["arm-none-eabi-objdump", "-t", object_path], capture_output=True, text=True, check=True)
        rows = re.findall(r"^([0-9a-f]+) .{7} (\S+)\s+([0-9a-f]+) (?:\.hidden )?(\S+)$", dump.stdout, re.M)
        return [(section, int(start, 16), int(size, 16), name) for start, section, size, name in rows if int(size, 16)]

    @staticmethod
    def object_at(symbols, section, offset):
        for where, start, size, name in symbols:
            if where == section and start <= offset < start + size and not section.startswith(".text"):
                return re.sub(r"\.\d+$", "", name)
        return None

    def place(self, function, source, name, section):
        if section == ".vectors":
            self.in_vectors.add(function)
        elif name is None:
            self.anywhere.add(function)
        else:
            structure = self.sources.structure_of_object(source, name)
            if structure:
                self.of_structure[structure].add(function)
            else:
                self.of_object[(source, name)].add(function)

    def targets(self, label):
        path, line, before, member, is_array = self.sources.call(label)
        if is_array:
            targets = self.of_object[(path, member)]
        else:
            targets = set()
            for structure in self.sources.structures_of_call(path, line, before, member):
                prototype = self.sources.members[member][structure]
                for function in self.of_structure[structure] | self.anywhere:
                    if function not in self.sources.prototypes:
                        fail("the prototype of %s in %s was not found" % (function[1], function[0]))
                    if self.sources.prototypes[function] == prototype:
                        targets.add(function)
        if not targets and member != "watchdog_resets":  # which a board may lack
            fail("%s: nothing is known that %s could call" % (label, member))
        self.reached |= targets
        return {self.graph.by_name[function] for function in targets}

    def check_all_are_reached(self):
        everything = set(self.anywhere).union(*self.of_structure.values(), *self.of_object.values())
        for file, name in sorted(everything - self.reached):
            fail("the address of %s in %s is taken, and no call is known that could reach it" % (name, file))


class Stack:
    def __init__(self, graph, tables):
        self.graph = graph
        self.callees = {name: set(graph.calls[name]) for name in graph.own_bytes}
        for name, labels in graph.indirect.items():
            for label in labels:
                self.callees[name] |= tables.targets(label)
        tables.check_all_are_reached()
        self.known = {}
        self.busy = []

    def of(self, name):
        """Bytes, and the path to the deepest."""
        if name not in self.graph.own_bytes:
            return LIBRARY_BYTES, [name]
        if name in self.busy:
            fail("recursion: " + " > ".join(map(short, self.busy[self.busy.index(name):] + [name])))
        if name not in self.known:
            self.busy.append(name)
            below = max((self.of(callee) for callee in sorted(self.callees[name])), default=(0, []))
            self.busy.pop()
            self.known[name] = (self.graph.own_bytes[name] + below[0], [name] + below[1])
        return self.known[name]


def short(name):
    return name.rsplit("/", 1)[-1]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    build, parts, entries = sys.argv[1], sys.argv[2].split(","), sys.argv[3:]
    graphs = [path for path in sorted(glob.glob(os.path.join(build, "CMakeFiles", "**", "*.ci"), recursive=True))
              if any(part in path for part in parts)]
    if not graphs:
        fail("no call graph below %s; build it first" % build)
    graph = CallGraph()
    source_of = {}
    for path in graphs:
        before = set(graph.by_name)
        graph.read(path)
        files = {file for file, _ in set(graph.by_name) - before if file.endswith(".c")}
        source_of[path[:-3] + ".obj"] = next(iter(files), None)
    graph.by_name_global = {title: key for key, title in graph.by_name.items() if ":" not in title}
    sources = Sources(os.path.commonpath([file for file in source_of.values() if file]))
    tables = Tables(graph, sources)
    for path, source in source_of.items():
        if source:
            tables.read(path, source)
    stack = Stack(graph, tables)
    interrupts = {graph.by_name[function] for function in tables.in_vectors} - set(entries)
    for entry in entries:
        if entry == "INTERRUPTS":
            size, path = max((stack.of(name) for name in interrupts), default=(0, []))
        elif entry in graph.own_bytes:
            size, path = stack.of(entry)
        else:
            fail("there is no function %s" % entry)
        print("worst stack of %s: %u bytes (%s)" % (entry, size, " > ".join(map(short, path))))


if __name__ == "__main__":
    main()
