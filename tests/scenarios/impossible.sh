#!/usr/bin/env bash
# A programme that asks for what meter, laboratory or device cannot do is refused with file, line and reason before anything is
# energised; so is every slip in a lab file and a certificate.
. "$(dirname "$0")/common.sh"
sample="$source/bench/labs/virtual_sample.xml"

# step NAME 'step' FORM options…: a programme of this one step
step() {
	local name=$1
	mkdir -p "$name"
	cat >"$name/one.xml" <<-EOF
		<procedure xmlns="urn:mcbench:procedure:1" id="one" title="One step" document="none" clause="none">
		<body>
		<step title="One" $2/>
		</body>
		<teardown><step verb="off" title="Off"/></teardown>
		</procedure>
	EOF
	cat >"$name/programme.xml" <<-EOF
		<programme xmlns="urn:mcbench:programme:1" id="one" title="One" limits="limits/iec_62053_22_02s.xml">
		<catalogue file="requirements/measurement_canada.xml"/>
		<procedure file="one.xml"/>
		</programme>
	EOF
	shift 2
	expect 2 "$name" "$program" run "$name/programme.xml" --lab "${lab:-$sample}" "$@" --output "run_$name"
	says "$name" 'one.xml line 3: '
	never_switched_on "run_$name"
	[ ! -e "run_$name/record.mcbench" ] || fail "$name: a record was begun"
}

load='volts="120 V" percent_of_maximum="50 %" power_factor="1"'
step phase_too_many "verb=\"accuracy\" $load element=\"B\"" --form 12S
says phase_too_many 'element B|no element'
step phase_too_many_delta "verb=\"influence\" $load element_to=\"B\"" --form 5S
says phase_too_many_delta 'element B|no element'
step amperes_201 'verb="accuracy" volts="120 V" percent_of_maximum="100.5 %" power_factor="1"' --form 16S
says amperes_201 '201 A|100.5'
heat='verb="temperature" volts="120 V" percent_of_maximum="50 %" power_factors="1"'
step minus_60 "$heat temperatures=\"-60 53\"" --form 16S
says minus_60 '^mcbench: .*-60 .*-40'
step hertz "verb=\"influence\" $load hertz_to=\"110 %\"" --form 16S
says hertz '110 %.* is outside 95 % to 105 %'
sed -e 's|id="single_elements"|& needs="recorder"|' "$source/procedures/lmb_eg_07/single_elements.xml" >recorder.xml
cat >recorder_ax.xml <<-EOF
	<programme xmlns="urn:mcbench:programme:1" id="one" title="One" limits="limits/iec_62053_22_02s.xml">
	<catalogue file="requirements/measurement_canada.xml"/>
	<procedure file="recorder.xml"/>
	</programme>
EOF
expect 2 recorder_ax "$program" run recorder_ax.xml --lab "$sample" --form 16S --model AX --output run_recorder
says recorder_ax 'recorder.xml line [0-9]+: .*AX has no recorder; with it there are: AXR, AXR-SD'
never_switched_on run_recorder
step direction "verb=\"accuracy\" $load direction=\"sideways\"" --form 16S
says direction 'sideways.*delivered'

# A laboratory that lacks what a step needs.
bare() { # NAME sed-expressions…
	local name=$1
	shift
	sed "$@" "$sample" >"$name.xml"
	cmp -s "$sample" "$name.xml" && fail "$name: nothing was taken out"
	lab=$name.xml
}
bare no_chamber -e '/role name="climate_chamber"/d'
step chamberless "$heat temperatures=\"-40 53\"" --form 16S
says chamberless 'has no climate_chamber'
bare no_check -e '/role name="check_standard"/d'
step uncheckable "verb=\"check_standard\" $load" --form 16S
says uncheckable 'has no check standard with a certificate'
bare small -e 's|amperes="240 A"|amperes="50 A"|'
step small_lab "verb=\"accuracy\" $load" --form 16S
says small_lab '100 A are above the limit of this lab, 50 A'
lab=

# Slips in a lab file and in a certificate: file and line.
slip() { # NAME FILE sed-expression pattern
	sed -e "$3" "$source/$2" >"$1.xml"
	cmp -s "$source/$2" "$1.xml" && fail "$1: nothing was changed"
	expect 2 "$1" "$program" check "$1.xml"
	says "$1" "$1.xml line [0-9]+: .*$4"
}
file=bench/labs/virtual_sample.xml
slip lab_driver $file 's|id="check" driver="zera_mt"|id="check" driver="zero_mt"|' 'no driver "zero_mt"'
slip lab_role $file '/role name="power_source"/d' 'no instrument has the role power_source'
slip lab_role_twice $file 's|role name="energy_dose"|role name="power_source"|' 'role power_source is given twice'
slip lab_role_unknown $file 's|role name="operator"|role name="operater"|' 'operater'
slip lab_instrument $file 's|role name="operator" instrument="operator"|role name="operator" instrument="ops"|' '"ops", which is not in this file'
slip lab_instrument_twice $file 's|<instrument id="check"|<instrument id="zera"|' 'instrument "zera" is there twice'
slip lab_real_port $file 's|VIRTUAL::check|PTY::/dev/ttyUSB0|' 'is a real port, but the laboratory says kind="virtual"'
slip lab_unit $file 's|settling="3 s"|settling="3 A"|' 'settling: .*3 A'
slip lab_epoch $file 's|epoch="2026-01-05T08:00:00Z"|epoch="2026-13-05T08:00:00Z"|' 'epoch "2026-13-05T08:00:00Z" is no date'
slip lab_attribute $file 's|drift_percent="0.01"|drift_per_cent="0.01"|' 'drift_per_cent'
slip lab_negative $file 's|rate_kelvin_per_minute="3"|rate_kelvin_per_minute="-3"|' 'rate_kelvin_per_minute'
slip lab_position $file 's|<position number="1" channel="1"|<position number="21" channel="1"|' 'number'
slip lab_kind $file 's|kind="virtual"|kind="real"|' 'is a simulated port'
file=reference_source/certificates/virtual_check.xml
slip certificate_date $file 's|date="2026-01-02"|date="2nd of January"|' 'date'
slip certificate_point $file '0,/expanded_uncertainty_percent="0.010"/s///' 'expanded_uncertainty_percent'
slip certificate_number $file '0,/amperes="0.5"/s//amperes="half"/' 'half'
sed -e 's|certificates/virtual_check.xml|certificates/nothing.xml|' "$sample" >lab_certificate.xml
expect 2 lab_certificate "$program" check lab_certificate.xml
says lab_certificate 'lab_certificate.xml line [0-9]+: .*certificates/nothing.xml: cannot be opened'
finish
