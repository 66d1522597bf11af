#!/usr/bin/env bash
# Meters that are wrong are found, with the points named: one element 3 % high; all gains +1 % and all lags +0.5 degrees.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"

# ideal parts but for the defect, so that only the defect can be found
lab_ideal() { # name, defect attributes
	sed -e 's|gain_tolerance_percent="[^"]*" lag_tolerance_degrees="[^"]*"|gain_tolerance_percent="0" lag_tolerance_degrees="0"|' \
		-e "s|</virtual>|<defect $2/></virtual>|" "$source/bench/labs/virtual.xml" >"$1.xml"
}
lab_ideal good 'lost_pulse="0"'
expect 0 good "$program" run "$quick" --lab good.xml --form 16S --output run_good --trace good.trace
grep -q "^VIRTUAL::optical [0-9.]* > EE" good.trace || fail "the trace does not show the optical port"
lab_ideal one_element 'element_b_gain_percent="3"'
expect 1 one_element "$program" run "$quick" --lab one_element.xml --form 16S --output run_one_element
says one_element 'does not conform'
says one_element '200A 1 60Hz.*\+(0\.9[89]|1\.0[012])'
lab_ideal all 'element_a_gain_percent="1" element_b_gain_percent="1" element_c_gain_percent="1" element_a_lag_degrees="0.5" element_b_lag_degrees="0.5" element_c_lag_degrees="0.5"'
expect 1 all "$program" run "$quick" --lab all.xml --form 9S --output run_all
says all '20A 1 60Hz.*\+(0\.9[89]|1\.0[012])'
# 1.01 cos(60.5)/cos(60) - 1 = -0.532 %
says all '20A 0\.5L 60Hz.*-0\.5[234]'
finish
