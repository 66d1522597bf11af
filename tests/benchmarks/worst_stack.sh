#!/usr/bin/env bash
# The deepest stack of the firmware on the real processor, from the compiler's own call graph (-fcallgraph-info=su).
# Argument: the folder of the cross build. An upper bound: a call through a pointer counts as the deepest function that
# is only reached through pointers in the files that the table below names; a function of the C library, which the
# compiler did not see, counts as 64 bytes.
graphs=$(find "$1" -path '*/dut_firmware.dir/*' -name '*.ci' | sort)
[ -n "$graphs" ] || { echo "no call graph below $1; build it first"; exit 1; }
# shellcheck disable=SC2086
awk '
BEGIN {
	pointers = 0
	# file that calls through a pointer: files of the functions that its tables name
	reached["interface/c1218_server.c"] = "interface/c1218_server.c"
	reached["interface/c1219_store.c"] = "tables"
	reached["interface/c1219_tables.c"] = "interface/c1219_history.c" # is_offered: has_log, and has_recorder, which is as deep
	reached["interface/c1219_procedures.c"] = "tables"
	reached["interface/c1219_sources.c"] = "tables"
	reached["service/diagnostics.c"] = "service/diagnostics.c"
}
function depth_of(name,    i, count, parts, one, deepest, target) {
	if (name in known) return known[name]
	if (name in busy) {
		# round through a pointer: no table does that; round by plain calls: the firmware must not
		if (busy[name] == pointers) { print "recursion at " name > "/dev/stderr"; failed = 1 }
		return 0
	}
	busy[name] = pointers
	deepest = 0
	count = split(calls[name], parts, "\n")
	for (i = 1; i <= count; i++) {
		if (parts[i] == "") continue
		one = depth_of(parts[i])
		if (one > deepest) { deepest = one; below[name] = parts[i] }
	}
	if (name in pointer_call) {
		if (pointer_call[name] ~ /^storage\/|self_supervision|load_profile/) # functions of the board
			 reached[pointer_call[name]] = "boards/flash_array.c"
		if (!(pointer_call[name] in reached)) { print "unknown pointers in " pointer_call[name] > "/dev/stderr"; failed = 1 }
		for (target in pointed) {
			if (target ~ /:(change|initiate)_/ && name !~ /write|initiate/) continue # only a write reaches them
			if (target in busy || pointed[target] != reached[pointer_call[name]]) continue
			pointers++
			one = depth_of(target)
			pointers--
			if (one > deepest) { deepest = one; below[name] = target }
		}
	}
	delete busy[name]
	deepest += name in own ? own[name] : 64
	if (!pointers) known[name] = deepest # behind a pointer a path may have been cut short
	return deepest
}
function short(name) { sub(/.*\//, "", name); return name }
FNR == 1 { file = FILENAME; sub(/.*dut_firmware\.dir\//, "", file); sub(/\.ci$/, "", file) }
/^node:.*bytes \(/ {
	split($0, quoted, "\""); name = quoted[2]; text = quoted[4]
	bytes = text; sub(/ bytes \(.*/, "", bytes); sub(/.*n/, "", bytes)
	own[name] = bytes; place[name] = file
	if (text !~ /\(static\)/) { print "unbounded stack in " short(name) > "/dev/stderr"; failed = 1 }
}
/^edge:/ {
	split($0, quoted, "\""); from = quoted[2]; to = quoted[4]
	if (to == "__indirect_call") pointer_call[from] = file
	else { calls[from] = calls[from] to "\n"; called[to] = 1 }
}
END {
	for (name in own) if (!(name in called) && name !~ /^meter_/) pointed[name] = place[name]
	# the tables are one set of rows in many files
	for (name in pointed) if (pointed[name] ~ /c1219_(tables|general|procedures|sources|registers|display|security|time|manufacturer).c$/) pointed[name] = "tables"
	split("meter_run meter_init", entries, " ")
	for (i = 1; i <= 2; i++) {
		worst = depth_of(entries[i]); path = entries[i]
		for (at = entries[i]; at in below; at = below[at]) path = path " > " short(below[at])
		print "worst stack of " entries[i] ": " worst " bytes (" path ")"
	}
	exit failed
}' $graphs
