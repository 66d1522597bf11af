#!/usr/bin/env bash
# Forms on their services, models, modules: what is run, what is refused, what the notice does not cover.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"
points="$source/tests/programmes/quick_points.xml"

# note RUN pattern: the record says so
note() {
	grep -qE "text=\"$2" "$1/report.xml" || fail "$1: no note says \"$2\""
}

# A form on another service than its own.
expect 0 delta "$program" run "$quick" --form 9S --service delta_4_wire --output run_delta
says delta '9S 4-wire delta load_performance +delivered +4'
grep -q 'service="4-wire delta"' run_delta/report.xml || fail "delta: the service is not in the record"

# Outside the rating: nothing is switched on. The high leg of a 4-wire delta counts, too.
mkdir high
cp "$quick" high/programme.xml
sed 's|volts="120 V"|volts="240 V"|' "$points" >high/quick_points.xml
expect 2 high_leg "$program" run high/programme.xml --form 16S --service delta_4_wire --output run_high
says high_leg 'quick_points.xml line [0-9]+: 415.7 V on phase C of a 4-wire delta service with 240 V are above the rating'
sed 's|volts="120 V"|volts="480 V"|' "$points" >high/quick_points.xml
expect 2 delta_480 "$program" run high/programme.xml --form 5S --service delta_3_wire --output run_480
says delta_480 'quick_points.xml line [0-9]+: 480 V are outside the rating of FOCUS AX Polyphase, 120 V to 277 V'
expect 2 no_service "$program" run "$quick" --form 16S --service delta_3_wire --output run_none
says no_service 'form 16S has no service delta_3_wire; its services are wye_4_wire, delta_4_wire'
expect 2 no_module "$program" run "$quick" --form 16S --module 0999 --output run_none
says no_module 'no module 0999; its modules are 0746, 0764'
expect 2 twice "$program" run "$quick" --form 16S --form 16S --output run_none
says twice 'the run has 16S twice'
for run in run_high run_480 run_none; do
	never_switched_on $run
done

# It works, but the notice does not cover it: measured, not judged.
expect 3 uncovered "$program" run "$quick" --form 12S --service single_phase_3_wire --output run_uncovered
says uncovered 'not covered by the notice: form 12S on a single-phase 3-wire service'
says uncovered 'meter: not evaluated +run: complete'
note run_uncovered 'not covered by the notice: form 12S on a single-phase 3-wire service'
[ "$(grep -A12 '<judgement ' run_uncovered/report.xml | grep -c 'is_informative="yes"')" -eq 4 ] || fail "uncovered: results count"
"$program" run "$quick" --form 16S --model AX-SD --output run_combination >combination.out 2>combination.err
says combination 'not covered by the notice: form 16S with model AX-SD and no module is none of the combinations'

# The programme names its meters; each has a name of its own in the record.
mkdir named
cp "$points" named/quick_points.xml
sed 's|<procedure |<meter form="16S"/><meter form="12S" service="delta_3_wire" model="AXR"/>&|' "$quick" >named/programme.xml
expect 0 named "$program" run named/programme.xml --output run_named
says named '^16S AX +load_performance +delivered +4'
says named '^12S 3-wire delta AXR +load_performance +delivered +4'
grep -q 'model="AX, AXR"' run_named/report.xml || fail "named: the models are not in the record"
expect 0 own_form "$program" run named/programme.xml --form 9S --output run_own
says own_form '^9S +load_performance'
expect 2 nobody "$program" run "$quick" --output run_nobody
says nobody 'names no meters: run needs --form'
sed -i 's|form="12S" service="delta_3_wire"|form="12S" service="wye_4_wire"|' named/programme.xml
expect 2 wrong_meter "$program" run named/programme.xml --output run_wrong
says wrong_meter 'programme.xml line [0-9]+: form 12S has no service wye_4_wire'

# A procedure about a feature is left out for a meter without it.
mkdir feature
cp "$points" feature/quick_points.xml
sed -e 's|id="quick_points" title="Quick points"|id="of_recorder" title="Recorder"|' -e 's|requirement="EG7-02"|requirement="EG7-15"|' \
	"$points" >feature/recorder.xml
sed 's|\(<procedure .*\)/>|&<procedure file="recorder.xml" only_with="recorder"/>|' "$quick" >feature/programme.xml
expect 0 feature_ax "$program" run feature/programme.xml --form 16S --output run_ax
says feature_ax 'delivered +4'
note run_ax 'Recorder is left out: form 16S, model AX has no recorder'
expect 0 feature_axr "$program" run feature/programme.xml --form 16S --model AXR --output run_axr
says feature_axr 'delivered +8'

sed 's|id="of_recorder"|& needs="recorder"|' feature/recorder.xml >feature/needs.xml
sed 's|recorder.xml" only_with="recorder"|needs.xml"|' feature/programme.xml >feature/needing.xml
expect 2 needs_ax "$program" run feature/needing.xml --form 16S --output run_needs
says needs_ax 'needs.xml line [0-9]+: FOCUS AX Polyphase, model AX has no recorder; with it there are: AXR, AXR-SD'
never_switched_on run_needs
expect 0 module "$program" run "$quick" --form 16S --module 0746 --output run_module

# A programme over a whole catalogue: what it leaves open is not evaluated, and so is the meter.
cat >feature/catalogue.xml <<-EOF
	<requirements xmlns="urn:mcbench:requirements:1" id="three" title="Three requirements" document="None" provenance="laboratory">
	<requirement id="EG7-02" clause="1" demands="Load performance" method="test"/>
	<requirement id="EG7-15" clause="2" demands="Recorder" method="test" only_with="recorder"/>
	<requirement id="X-1" clause="3" demands="Something else" method="document"/>
	</requirements>
EOF
sed -i -e 's|id="quick"|id="whole" scope="whole"|' -e 's|requirements/measurement_canada.xml|catalogue.xml|' feature/programme.xml
sed -i 's|<procedure file="quick|<open requirement="X-1" reason="Nobody looked"/>&|' feature/programme.xml
expect 3 whole "$program" run feature/programme.xml --form 16S --output run_whole
says whole 'meter: not evaluated +run: complete'
note run_whole 'form 16S: requirement X-1 was not evaluated \(Something else\): Nobody looked'
grep -q 'requirement EG7-15 was not' run_whole/report.xml && fail "whole: an AX is asked for a recorder"
sed -i '/X-1/d' feature/catalogue.xml
sed -i 's|<open [^>]*/>||' feature/programme.xml
expect 0 whole_now "$program" run feature/programme.xml --form 16S --output run_whole_now
# all results of EG7-02 informative: the limits have no row for them
cat >feature/none.xml <<-EOF
	<limits xmlns="urn:mcbench:limits:1" id="none" title="None" document="None" clause="0" provenance="laboratory" note="none">
	<currents nominal="0.25 Imax" minimum="0.01 In"/>
	<row tests="register" from="In" to="Imax" power_factor="1" limit="1 %"/>
	</limits>
EOF
expect 3 hollow "$program" run feature/programme.xml --form 16S --limits feature/none.xml --output run_hollow
note run_hollow 'form 16S: requirement EG7-02 was not evaluated .*gave no result that counts'

# Judging again holds to the same: with figures it conforms, without it does not, and what is not covered stays so.
expect 0 judge_hollow "$program" judge run_hollow --limits "$source/procedures/limits/iec_62053_22_02s.xml"
expect 3 judge_whole "$program" judge run_whole_now --limits feature/none.xml
expect 3 judge_uncovered "$program" judge run_uncovered --limits "$source/procedures/limits/iec_62053_22_02s.xml"

# Another device: its file, its coverage, its checks. The simulated meter is none of its forms.
single="$source/procedures/devices/single_phase_2s.xml"
expect 3 single_coverage "$program" coverage "$source/procedures/programmes/accuracy.xml" --device "$single" --form 2S
says single_coverage 'load_performance: accuracy, 24 steps'
expect 2 single_limit "$program" run high/programme.xml --device "$single" --form 2S --output run_single
says single_limit '480 V are outside the rating of Single-phase example meter, 120 V to 120 V'
expect 2 single_model "$program" run "$quick" --device "$single" --form 2S --model AX --output run_single
says single_model 'no model AX; its models are E1, E1-D'
expect 4 single "$program" run "$quick" --device "$single" --form 2S --output run_single_open
says single 'firmware refuses E1, form 2S'
never_switched_on run_single_open
finish
