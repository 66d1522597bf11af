#!/usr/bin/env bash
# A bench that is killed whenever it happens goes on where it stopped; an audit finds what was changed in a record.
. "$(dirname "$0")/common.sh"
programme="$source/procedures/programmes/pre_submission.xml"
sample="$source/bench/labs/virtual_sample.xml"

# killed at some instant that nobody chose, three times, then to the end
"$program" run "$programme" --lab "$sample" --form 16S --output run >run.out 2>run.err </dev/null &
bench=$!
for _ in $(seq 200); do
	grep -q amperes run/world.log 2>/dev/null && break
	sleep 0.01
done
kill -KILL $bench
wait $bench 2>/dev/null
[ -e run/meter_1.memory ] || fail "the meter's memory died with the bench"
expect 0 stopped "$program" audit run
says stopped 'no end: the bench was stopped'
for i in 1 2; do
	loads=$(wc -l <run/world.log)
	"$program" resume run >"again$i.out" 2>"again$i.err" </dev/null &
	bench=$!
	for _ in $(seq 500); do
		[ "$(wc -l <run/world.log)" -gt "$loads" ] && break
		sleep 0.01
	done
	kill -KILL $bench 2>/dev/null
	wait $bench 2>/dev/null
done
"$program" resume run >resumed.out 2>resumed.err </dev/null
status=$?

[ $status -eq 0 ] || { fail "resumed: exit $status"; tail -n 3 resumed.err; }
says resumed 'run: complete'
source_is_off run
[ ! -e run/meter_1.memory ] || fail "the meter's memory stays behind"
expect 0 whole "$program" audit run
says whole 'the chain of [0-9]+ entries holds'
says whole 'resumed [1-3] times'
expect 2 over "$program" resume run
says over 'this run is over'

# the same verdicts as a run that nobody stopped
"$program" run "$programme" --lab "$sample" --form 16S --output undisturbed >undisturbed.out 2>undisturbed.err </dev/null
[ $? -eq $status ] || fail "the undisturbed run has another exit status"
[ "$(grep -E '^16S' resumed.out | cut -c1-90)" = "$(grep -E '^16S' undisturbed.out | cut -c1-90)" ] ||
	{ fail "the verdicts differ from those of a run that nobody stopped:"; diff <(grep -E '^16S' resumed.out | cut -c1-90) <(grep -E '^16S' undisturbed.out | cut -c1-90); }

# two at a time
"$program" run "$programme" --lab "$sample" --form 16S --output busy >busy.out 2>busy.err </dev/null &
bench=$!
for _ in $(seq 200); do
	grep -q amperes busy/world.log 2>/dev/null && break
	sleep 0.05
done
expect 2 second "$program" resume busy
says second 'another mcbench is at work|this run is over'
kill -KILL $bench
wait $bench 2>/dev/null

# nothing to resume, and a record that was changed
expect 2 nothing "$program" resume nowhere
expect 2 no_run "$program" resume
cp -r undisturbed changed
python3 - <<'END' || fail "the record could not be changed"
import sqlite3
record = sqlite3.connect("changed/record.mcbench")
for (name,) in record.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
    record.execute("DROP TRIGGER " + name)
record.execute("UPDATE entry SET body=replace(body, 'utc=2026', 'utc=2025') WHERE number=60")
record.commit()
END
expect 2 changed "$program" audit changed
says changed '60'
finish
