#!/usr/bin/env bash
# Every service of a form is found in both rotations, no other one, and a lost potential becomes none.
. "$(dirname "$0")/common.sh"
detection="$source/tests/programmes/service_detection.xml"
lab="$source/bench/labs/virtual_sample.xml"

entries() {
	tr '\n\t' '  ' <"$1/report.xml" | sed -e 's/  */ /g' -e 's/ *\/> *</\/>\n</g'
}

# form, services found, wrong ones that have to be refused, potentials that can be lost
while read -r form own wrong lost; do
	expect 0 "$form" "$program" run "$detection" --lab "$lab" --form "$form" --model AX --output "run_$form"
	entries "run_$form" | grep 'what="service found at ' >"$form.found"
	[ "$(grep -v ' without ' "$form.found" | grep -vc 'expected="no service')" -eq "$own" ] || fail "$form: services of its own"
	[ "$(grep -c 'expected="no service of this form"' "$form.found")" -eq "$wrong" ] || fail "$form: wrong services"
	[ "$(grep -c ' without ' "$form.found")" -eq "$lost" ] || fail "$form: lost potentials"
	source_is_off "run_$form"
done <<EOT
16S 8 6 3
12S 8 4 2
25S 2 6 2
6S 6 6 2
EOT

# Documents of another meter: its services are found where none should be.
sed -e '/<form name="16S"/,/<\/form>/{/delta_4_wire/d}' "$source/procedures/devices/focus_ax.xml" >other.xml
expect 1 other "$program" run "$detection" --lab "$lab" --device other.xml --form 16S --model AX --output run_other
entries run_other | grep 'what="service found at 4-wire delta 120 V ABC"' | grep -q 'indicated="4-wire delta ABC 120 V" expected="no service of this form"' ||
	fail "other: the service that is too many was not found"
finish
