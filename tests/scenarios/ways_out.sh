#!/usr/bin/env bash
# Every way out of a run leaves the source off (says the world), a sentence that says what and where, a readable record.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"

lab_with source_silent 'source_silent_after_seconds="60"'
expect 4 source_silent "$program" run "$quick" --lab source_silent.xml --form 16S --output run_source_silent
says source_silent 'VIRTUAL::zera.*no (reply|answer)'
source_is_off run_source_silent
record_is_readable run_source_silent
grep -q 'state="bench fault"' run_source_silent-again.xml || fail "a silent source is not a bench fault in the record"

lab_with meter_silent 'meter_silent_after_seconds="1"'
expect 4 meter_silent "$program" run "$quick" --lab meter_silent.xml --form 16S --output run_meter_silent
says meter_silent 'VIRTUAL::optical'
source_is_off run_meter_silent
record_is_readable run_meter_silent
! grep -q 'does not conform' run_meter_silent-again.xml || fail "a silent meter became a verdict"

lab_with emergency 'emergency_stop_after_seconds="100"'
expect 4 emergency "$program" run "$quick" --lab emergency.xml --form 16S --output run_emergency
says emergency 'emergency'
source_is_off run_emergency
record_is_readable run_emergency

lab_with lost_pulse 'lost_pulse="100"'
expect 4 lost_pulse "$program" run "$quick" --lab lost_pulse.xml --form 16S --output run_lost_pulse
says lost_pulse 'pulse'
source_is_off run_lost_pulse
record_is_readable run_lost_pulse
! grep -q 'outcome="does not conform".*pulse' run_lost_pulse-again.xml || fail "a lost pulse became a verdict"

# pulses times Kt against the register: found although every pulse is missing only once
lab_with lost_in_dose 'lost_pulse="20"'
expect 4 lost_in_dose "$program" run "$source/tests/programmes/register.xml" --lab lost_in_dose.xml --form 16S --output run_lost_in_dose
says lost_in_dose 'test pulses of 1.8 Wh say -[0-9.]+ %, the register says'
source_is_off run_lost_in_dose

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
