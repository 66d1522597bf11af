#!/usr/bin/env bash
# The climate chamber in the virtual laboratory: a good meter, one that moves with the temperature, a chamber that gives up, and
# temperatures that the meter is not made for.
. "$(dirname "$0")/common.sh"
sample="$source/bench/labs/virtual_sample.xml"

# programme NAME TEMPERATURES: one point, a short soak
programme() {
	cat >"$1_points.xml" <<-END
	<procedure xmlns="urn:mcbench:procedure:1" id="points" title="Temperature" document="D" clause="C">
	<setup><step verb="identify" title="Who"/></setup>
	<body><step verb="temperature" requirement="EG7-07" title="T" volts="120 V" percent_of_maximum="25 %" power_factors="1"
		temperatures="$2" soak_least="20 min"/></body>
	<teardown><step verb="off" title="Off"/></teardown></procedure>
	END
	cat >"$1.xml" <<-END
	<programme xmlns="urn:mcbench:programme:1" id="one" title="One" limits="limits/iec_62053_22_02s.xml">
	<catalogue file="requirements/measurement_canada.xml"/><procedure file="$1_points.xml"/></programme>
	END
}

# value RUN: the coefficient, per cent per kelvin
value() {
	tr '\n' ' ' <"$1/report.xml" | grep -oE '<result [^>]*>' | grep 'test="temperature_coefficient"' | grep -oE '[[:space:]]value="[^"]*"'
}

programme cold "-40"
expect 0 good "$program" run cold.xml --lab "$sample" --form 16S --output run_good --trace good.txt
says good 'meter: conforms    run: complete'
[ -n "$(value run_good)" ] || fail "no coefficient"
source_is_off run_good
grep -q 'climate chamber chamber is stopped' run_good/report.xml || fail "the record does not say how the chamber is left"

# moves by up to 0.2 % per kelvin
sed -e 's|temperature_ppm_per_kelvin="[0-9]*"|temperature_ppm_per_kelvin="2000"|' "$sample" >warm.xml
grep -q 'temperature_ppm_per_kelvin="2000"' warm.xml || fail "the sample laboratory says nothing of temperature"
expect 1 warm "$program" run cold.xml --lab warm.xml --form 16S --output run_warm
says warm 'meter: does not conform'

sed -e 's|</virtual>|<defect chamber_alarm_after_seconds="200"/></virtual>|' "$sample" >alarm.xml
expect 4 alarm "$program" run cold.xml --lab alarm.xml --form 16S --output run_alarm
says alarm 'climate chamber chamber on VIRTUAL::chamber: the chamber reports 1 alarm'
source_is_off run_alarm
sed -e 's|</virtual>|<defect chamber_silent_after_seconds="200"/></virtual>|' "$sample" >silent.xml
expect 4 silent "$program" run cold.xml --lab silent.xml --form 16S --output run_silent
says silent 'climate chamber chamber on VIRTUAL::chamber: no reply'
says silent 'THE CLIMATE CHAMBER MAY STILL BE AT WORK'
source_is_off run_silent

programme freezing "-60"
expect 2 freezing "$program" run freezing.xml --lab "$sample" --form 16S --output run_freezing
says freezing '-60 degrees Celsius are outside the range of FOCUS AX Polyphase, -40 to 53'
never_switched_on run_freezing
sed -e '/climate_chamber/d' "$sample" >without.xml
expect 2 without "$program" run cold.xml --lab without.xml --form 16S --output run_without
says without 'has no climate_chamber'
never_switched_on run_without

# how the chamber is left: the last command that it gets
# sent TRACE TEXT: number of the last line in which this text goes to the chamber
sent() {
	grep -nF "VIRTUAL::chamber" "$1" | grep -F "> $(printf %s "$2" | od -An -tx1 | tr a-f A-F | sed 's/^ //' | tr -d '\n')" | tail -n 1 | cut -d: -f1
}
[ "$(sent good.txt 'MODE,STANDBY')" -gt "$(sent good.txt 'MODE,CONSTANT')" ] || fail "the chamber is not stopped at the end"
sed -e 's|<virtual>|<chamber at_end="25 degC"/><virtual>|; s|</virtual>|<defect source_silent_after_seconds="100"/></virtual>|' "$sample" >held.xml
expect 4 held "$program" run cold.xml --lab held.xml --form 16S --output run_held --trace held.txt
[ -n "$(sent held.txt 'TEMP, S25.0')" ] || fail "the chamber is not left at 25 degrees"
grep -q 'climate chamber chamber is left at 25 degrees' run_held/report.xml || fail "the record does not say that the chamber is held"
[ -z "$(sent held.txt 'MODE,STANDBY')" ] || fail "the chamber is stopped although it is to be held"
sed -e 's|<virtual>|<chamber at_end="warm"/><virtual>|' "$sample" >words.xml
expect 2 words "$program" run cold.xml --lab words.xml --form 16S --output run_words
says words 'at_end: '
finish
