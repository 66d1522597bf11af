#!/usr/bin/env bash
# What the verdicts rest on is said at the end, in the record and on the cover.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"
limits="$source/procedures/limits"

expect 0 stand_in "$program" run "$quick" --form 16S --output run_stand_in
says stand_in 'results: load_performance 4; together 4 rest on figures borrowed'

# Not one official figure is entered: nothing is judged, so nothing conforms.
expect 3 official "$program" run "$quick" --form 16S --limits "$limits/measurement_canada.xml" --output run_official
says official 'load_performance 4; together 4 have no figure'
says official 'meter: not evaluated'
[ "$(grep -c 'reason=".*to be entered by the laboratory from LMB-EG-07' run_official/report.xml)" -eq 4 ] ||
	fail "official: the reason is not in the record"

# A laboratory's row over the stand-in, once by a base and once by a second --limits.
own() {
	cat <<-EOF
		<limits xmlns="urn:mcbench:limits:1" id="own" title="Own figures" document="LMB-EG-07" clause="6-1"
		    provenance="laboratory" note="for this test only" $1>
		<currents nominal="0.25 Imax" minimum="0.01 In"/>
		<row tests="load_performance" from="Imax" to="Imax" power_factor="1" limit="0.9 %"/>
		</limits>
	EOF
}
own 'base="limits/iec_62053_22_02s.xml"' >over.xml
own '' >alone.xml
expect 0 over "$program" run "$quick" --form 16S --limits over.xml --output run_over
expect 0 layers "$program" run "$quick" --form 16S --limits "$limits/iec_62053_22_02s.xml" --limits alone.xml --output run_layers
for run in over layers; do
	says $run 'load_performance 3; together 3 rest on figures borrowed'
	grep -q 'limit_percent="0.9"' run_$run/report.xml || fail "$run: the own row did not count"
	[ "$(grep -c 'limit_provenance="laboratory"' run_$run/report.xml)" -eq 1 ] || fail "$run: its provenance is not in the record"
	[ "$(grep -c 'role="limits"' run_$run/report.xml)" -eq 3 ] || fail "$run: a file of limits is not in the record"
done

# Recalled figures are no better than they are.
expect 0 recalled "$program" run "$quick" --form 9S --limits "$limits/oiml_r46_c.xml" --output run_recalled
says recalled 'load_performance 4; together 4 rest on figures that were recalled'
expect 2 circle "$program" run "$quick" --form 16S --limits "$quick" --output run_circle
says circle 'quick.xml line 3: .*not the kind of file'
never_switched_on run_circle
finish
