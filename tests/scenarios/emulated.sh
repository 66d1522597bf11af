#!/usr/bin/env bash
# The meter in the emulator: the same record as with the linked one; what ends it early is a bench fault or an abort,
# the source is off, no emulator stays behind.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/served.sh"
need_tool qemu-system-arm
need_tool arm-none-eabi-gcc
quick="$source/tests/programmes/quick.xml"
emulated="$source/bench/labs/emulated.xml"

for lab in virtual emulated; do
	expect 0 $lab "$program" run "$quick" --form 9S --form 16S --lab "$source/bench/labs/$lab.xml" --output run_$lab
	# but for the lab file's own name and hash and the chain after them
	sed -E -e 's/ hash="[0-9a-f]*"//' -e '/role="lab"/,/\/>/d' run_$lab/report.xml >$lab.facts
done
[ "$(grep -c '<indication ' virtual.facts)" -gt 5 ] || fail "no indications in the record"
cmp virtual.facts emulated.facts || fail "the emulated meter gave another record"

# A run that has begun: it has written the world's log, so the emulator is its only child.
begin() { # name
	"$program" run --form 16S --lab "$emulated" --output "$1" >"$1.out" 2>"$1.err" </dev/null &
	run=$!
	for _ in $(seq 500); do
		[ -s "$1/world.log" ] && break
		sleep 0.02
	done
	read -r -d ' ' emulator <"/proc/$run/task/$run/children"
	grep -q qemu "/proc/$emulator/comm" || fail "$1: no emulator runs"
}

is_gone() { # process
	for _ in $(seq 100); do
		[ -e "/proc/$1" ] || return 0
		sleep 0.05
	done
	return 1
}

begin dead
kill -KILL "$emulator"
wait "$run"
[ $? -eq 4 ] || fail "a dead emulator is not a bench fault"
says dead 'the emulated meter is gone: qemu-system-arm, process [0-9]+, ended by signal 9'
source_is_off dead
record_is_readable dead

begin stopped
kill -INT "$run"
wait "$run"
[ $? -eq 4 ] || fail "a signal does not abort"
says stopped 'stopped by a signal'
source_is_off stopped
is_gone "$emulator" || fail "an aborted bench leaves an emulator behind"

begin killed
kill -KILL "$run"
wait "$run" 2>/dev/null
is_gone "$emulator" || fail "a killed bench leaves an emulator behind"

served_lab=$emulated
serve lab
[ -L lab/optical ] || fail "the emulated meter is not served"
stop_serving TERM

# data without an image, as a machine without the cross compiler has it
cp "$program" alone
MCBENCH_DATA=$source expect 4 imageless ./alone run "$quick" --form 9S --lab "$emulated" --output imageless
says imageless 'dut_firmware/meter.elf: No such file.*apt-get install gcc-arm-none-eabi'
finish
