#!/usr/bin/env bash
# Bad input gets file, line and reason, exit 2, and nothing is switched on.
. "$(dirname "$0")/common.sh"
points="$source/tests/programmes/quick_points.xml"

# programme NAME sed-expression on the procedure
programme() {
	mkdir -p "$1"
	cp "$source/tests/programmes/quick.xml" "$1/programme.xml"
	sed -e "$2" "$points" >"$1/quick_points.xml"
}

refused() { # NAME pattern
	expect 2 "$1" "$program" run "$1/programme.xml" --form 16S --output "run_$1"
	says "$1" "$2"
	says "$1" '(line [0-9]+|:[0-9]+:)'
	never_switched_on "run_$1"
	[ ! -e "run_$1/record.mcbench" ] || fail "$1: a record was begun"
}

programme malformed 's|</body>|</bod>|'
refused malformed 'quick_points.xml'
programme wrong_unit 's|volts="120 V"|volts="120A"|'
refused wrong_unit '120A'
programme too_much 's|values="100 10"|values="101 10"|'
refused too_much '202 A|101'
programme unknown_verb 's|verb="accuracy"|verb="acuracy"|'
refused unknown_verb 'acuracy'
programme unknown_parameter 's|runs="5"|rums="5"|'
refused unknown_parameter 'rums'
programme unknown_name 's|\$pf"|$cos"|'
refused unknown_name 'cos'
programme unknown_requirement 's|requirement="EG7-02"|requirement="EG7-2"|'
refused unknown_requirement 'quick_points.xml line [0-9]+: requirement EG7-2 is in no catalogue'
programme no_catalogue 's|x|x|'
sed -i 's|requirements/measurement_canada.xml|requirements/nothing.xml|' no_catalogue/programme.xml
refused no_catalogue 'nothing.xml: cannot be opened'
programme external 's|^<procedure|<!DOCTYPE procedure [<!ENTITY x SYSTEM "/etc/passwd">]><procedure|'
refused external 'DOCTYPE'
laughs='<!DOCTYPE procedure [<!ENTITY a "ha"><!ENTITY b "\&a;\&a;\&a;\&a;\&a;\&a;\&a;\&a;\&a;\&a;"><!ENTITY c "\&b;\&b;\&b;\&b;\&b;\&b;\&b;\&b;\&b;\&b;">]>'
programme laughs "s|^<procedure|$laughs<procedure|"
refused laughs 'DOCTYPE'

sed -e 's|volts="320 V"|volts="320A"|' "$source/bench/labs/virtual.xml" >lab.xml
expect 2 lab "$program" run --lab lab.xml --form 16S --output run_lab
says lab 'lab.xml line [0-9]+.*320A'
never_switched_on run_lab

expect 2 form "$program" run --form 99S --output run_form
says form '99S'
expect 2 model "$program" run --form 16S --model AZ --output run_model
says model 'AZ'
expect 2 no_form "$program" run --output run_no_form
says no_form '--form'
expect 2 seed "$program" run --form 16S --seed 12x --output run_seed
says seed '12x'
expect 2 option "$program" run --from 16S
says option '--from'
expect 2 missing "$program" run nothing.xml --form 16S --output run_missing
says missing 'nothing.xml'
expect 2 command "$program" rum
says command 'rum'
expect 2 not_a_run "$program" report "$points" --format pdf --output x.pdf
expect 2 check "$program" check "$points" wrong_unit/quick_points.xml
says check 'wrong_unit/quick_points.xml'
# every kind of file: what is wrong, and in which line
broken() { # NAME file sed-expression pattern
	sed -e "$3" "$source/procedures/$2" >"$1.xml"
	cmp -s "$source/procedures/$2" "$1.xml" && fail "$1: nothing was broken"
	expect 2 "$1" "$program" check "$1.xml"
	says "$1" "$1.xml line [0-9]+: .*$4"
}
broken requirement_method requirements/notice_focus_ax.xml 's|method="test"|method="guess"|' 'method="guess" is none of the words'
broken requirement_twice requirements/notice_focus_ax.xml 's|id="NOA-02"|id="NOA-01"|' 'requirement NOA-01 is already in .*line'
broken requirement_text requirements/measurement_canada.xml 's|demands="Load|asks="Load|' 'asks="Load'
broken limit_unit limits/iec_62053_22_02s.xml 's|limit="0.01 %/K"|limit="0.01 %"|' 'temperature_coefficient is in percent/K'
broken limit_test limits/iec_62053_22_02s.xml 's|tests="no_load"|tests="creep"|' 'there is no test creep; mcbench list limits'
broken limit_base limits/iec_62053_22_02s.xml 's|base="limits/clock_and_demand.xml"|base="limits/clock.xml"|' 'limits/clock.xml: cannot be opened'
broken limit_figure limits/measurement_canada.xml 's|<to_enter tests="demand"|<row tests="demand"|' 'compulsory attribute is missing'
broken device_service devices/focus_ax.xml 's|volts="120 208 240 V"|volts="120 208 480 V"|' '480 V are outside the rating'
broken device_leg devices/focus_ax.xml '/delta_4_wire/s|volts="120 V"|volts="240 V"|' '415.692 V are outside the rating'
broken device_model devices/focus_ax.xml 's|models="AX AXR" forms|models="AX AXT" forms|' 'has no model AXT; its models are AX'
broken device_burden devices/single_phase_2s.xml 's|burden_kind="capacitive"||' 'burden and burden_kind come together'
broken programme_scope programmes/type_approval.xml 's|scope="whole"|scope="most"|' 'scope="most"'
broken programme_rule programmes/pre_submission.xml 's|rule="guarded 1"|rule="generous"|' 'rule="generous"'
broken programme_meter programmes/family.xml 's|<meter form="36S"|<meter model="36S"|' 'model'
broken programme_open programmes/type_approval.xml 's|<procedure file="lmb_eg_07/test_pulses.xml"/>||' 'mandatory requirement ADM-12'
for word in run report list check coverage lab; do
	expect 0 "help_$word" "$program" "$word" --help
	says "help_$word" "mcbench $word"
done
expect 0 check_all "$program" check "$source"/procedures/*/*.xml "$source"/bench/labs/*.xml "$source"/reference_source/certificates/*.xml
for list in verbs drivers forms programmes limits requirements devices; do
	expect 0 "list_$list" "$program" list "$list"
	[ -s "list_$list.out" ] || fail "list $list says nothing"
done

# coverage: what is missing comes first and is the exit status
expect 3 coverage "$program" coverage "$source/tests/programmes/quick.xml"
says coverage 'NOT COVERED, mandatory'
says coverage 'quick_points: accuracy, 4 steps'
says coverage 'mandatory: 1 of [0-9]+ covered'
[ "$(grep -n 'NOT COVERED' coverage.out | cut -d: -f1)" -lt "$(grep -n '^covered' coverage.out | cut -d: -f1)" ] ||
	fail "coverage: the uncovered do not come first"
mkdir whole
cp "$points" whole/quick_points.xml
cat >whole/catalogue.xml <<-EOF
	<requirements xmlns="urn:mcbench:requirements:1" id="one" title="One requirement" document="None" provenance="laboratory">
	<requirement id="EG7-02" clause="1" demands="Load performance" method="test"/>
	</requirements>
EOF
sed -e 's|id="quick"|id="whole" scope="whole"|' -e 's|requirements/measurement_canada.xml|catalogue.xml|' \
	"$source/tests/programmes/quick.xml" >whole/programme.xml
expect 0 coverage_whole "$program" coverage whole/programme.xml
sed -i 's|requirement="EG7-02"||' whole/quick_points.xml
expect 2 coverage_hole "$program" coverage whole/programme.xml
says coverage_hole 'programme.xml line [0-9]+: mandatory requirement EG7-02'
expect 2 coverage_nothing "$program" coverage
finish
