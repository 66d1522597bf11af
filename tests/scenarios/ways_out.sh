#!/usr/bin/env bash
# Every way out of a run leaves the source off (says the world), a sentence that says what and where, a readable record.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"

# ends_in_fault NAME 'defect of the laboratory' 'sentence' [programme]: exit 4, source off, a readable record, no verdict
ends_in_fault() {
	lab_with "$1" "$2"
	expect 4 "$1" "$program" run "${4:-$quick}" --lab "$1.xml" --form 16S --output "run_$1"
	says "$1" "$3"
	source_is_off "run_$1"
	record_is_readable "run_$1"
	grep -q 'state="bench fault"' "run_$1-again.xml" || fail "$1 is not a bench fault in the record"
	! grep -q 'does not conform"' "run_$1-again.xml" || fail "$1 became a verdict"
}
ends_in_fault source_silent 'source_silent_after_seconds="60"' 'VIRTUAL::zera.*no (reply|answer)'
ends_in_fault meter_silent 'meter_silent_after_seconds="1"' 'VIRTUAL::optical'
ends_in_fault emergency 'emergency_stop_after_seconds="100"' 'emergency'
ends_in_fault lost_pulse 'lost_pulse="100"' 'pulse'
# pulses times Kt against the register: found although every pulse is missing only once
ends_in_fault lost_in_dose 'lost_pulse="20"' 'test pulses of 1.8 Wh say -[0-9.]+ %, the register says' \
	"$source/tests/programmes/register.xml"

sed -e 's/due_date="[0-9-]*"/due_date="2026-01-04"/' "$source/reference_source/certificates/virtual_zera_mt.xml" >past_due.xml
sed -e "s|certificate=\"[^\"]*\"|certificate=\"$PWD/past_due.xml\"|" "$source/bench/labs/virtual.xml" >past_due_lab.xml
expect 4 past_due "$program" run "$quick" --lab past_due_lab.xml --form 16S --output run_past_due
says past_due 'due|past'
never_switched_on run_past_due
record_is_readable run_past_due

# stopped from outside, while it runs: the full programme takes long enough
for signal in INT TERM; do
	"$program" run --form 16S --output "run_$signal" >"$signal.out" 2>"$signal.err" </dev/null &
	pid=$!
	for _ in $(seq 3000); do
		grep -q 'amperes ABC' "run_$signal/world.log" 2>/dev/null && break
		sleep 0.02
	done
	kill -"$signal" "$pid"
	wait "$pid"
	status=$?
	[ "$status" -eq 4 ] || fail "SIG$signal: exit $status instead of 4"
	says "$signal" 'stopped by a signal'
	source_is_off "run_$signal"
	record_is_readable "run_$signal"
	grep -q 'state="aborted"' "run_$signal-again.xml" || fail "SIG$signal is not an abort in the record"
done

# killed at any moment: what was committed is there and its chain holds
"$program" run --form 16S --output run_killed >killed.out 2>killed.err </dev/null &
pid=$!
for _ in $(seq 3000); do
	grep -q 'amperes ABC' run_killed/world.log 2>/dev/null && break
	sleep 0.02
done
sleep 0.3
kill -KILL "$pid"
wait "$pid" 2>/dev/null
record_is_readable run_killed
grep -q '<request ' run_killed-again.xml || fail "a killed run has lost its requests"

# a full disk, for a report
expect 2 full_disk "$program" report run_INT --format xml --output /dev/full
says full_disk '/dev/full'
finish
