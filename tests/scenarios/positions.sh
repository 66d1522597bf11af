#!/usr/bin/env bash
# Several meters on one source: each has its own verdict, and a position that drops out stops nobody. One element 3 % high is +1 %
# of three elements; gains drawn within 0.03 % leave +0.97 to +1.03.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"
doses="$source/tests/programmes/register.xml"
three="$source/bench/labs/virtual_positions.xml"

# lab NAME defects…: three positions with these elements
lab() {
	local name=$1
	shift
	sed -e "s|</virtual>|$*</virtual>|" "$three" >"$name.xml"
}

# position NAME N words: what the program says of it at the end
position() {
	grep -qE "^  16S  position $2 .*$3" "$1.out" || { fail "$1: position $2 is not \"$3\":"; grep position "$1.out"; }
}

expect 0 good "$program" run "$quick" --lab "$three" --form 16S --serial 00000099 --output run_good
position good 1 '00000099 conforms$'
position good 2 '00000100 conforms$'
position good 3 '00000101 conforms$'
# results POSITION: the errors of its meter, one a line
results() {
	tr '\n' ' ' <run_good/report.xml | grep -oE '<result [^>]*>' | grep "position=\"$1\"" | grep -oE '[[:space:]]error_percent="[^"]*"'
}
[ "$(results 3 | wc -l)" -eq 4 ] || fail "position 3 has not four results"
[ "$( (results 1 && results 2 && results 3) | sort -u | wc -l)" -eq 12 ] || fail "three meters have not twelve different errors"

# one bad, one that falls silent on its optical port while registers are read
lab mixed '<defect position="2" element_b_gain_percent="3"/><defect position="3" meter_silent_after_seconds="25"/>'
expect 1 mixed "$program" run "$doses" --lab mixed.xml --form 16S --output run_mixed
position mixed 1 'conforms$'
position mixed 2 'does not conform$'
position mixed 3 'not evaluated, dropped out: position 3: '
says mixed '16S .*register .*\+(0\.9[7-9]|1\.0[0-3])'
says mixed 'run: bench fault'
source_is_off run_mixed
record_is_readable run_mixed
[ "$(grep -c '<dose ' run_mixed/report.xml)" -eq 2 ] || fail "the dose is not recorded for the two positions that were left"

# a dead pick-up is a fault of the bench at that position, no verdict on its meter
lab pick_up '<defect position="1" pick_up_silent_after_seconds="30"/>'
expect 4 pick_up "$program" run "$quick" --lab pick_up.xml --form 16S --output run_pick_up
position pick_up 1 'not evaluated, dropped out: .*pulse'
position pick_up 2 'conforms$'
position pick_up 3 'conforms$'

# all of them: nothing is left to test
lab none '<defect meter_silent_after_seconds="1"/>'
expect 4 none "$program" run "$quick" --lab none.xml --form 16S --output run_none
source_is_off run_none

# refused before anything is opened
lab unknown '<defect position="4" lost_pulse="1"/>'
expect 2 unknown "$program" run "$quick" --lab unknown.xml --form 16S --output run_unknown
says unknown 'unknown.xml line [0-9]+: there is no position 4'
lab of_source '<defect position="2" source_silent_after_seconds="1"/>'
expect 2 of_source "$program" run "$quick" --lab of_source.xml --form 16S --output run_of_source
says of_source 'a defect of the source'
sed -e 's| error_calculator="calculator_3"| error_calculator="calculator_2"|' "$three" >twice.xml
expect 2 twice "$program" run "$quick" --lab twice.xml --form 16S --output run_twice
says twice 'position 3 has the pulse input of position 2'
sed -e 's|<virtual>|<virtual meter="emulated">|' "$three" >emulated.xml
expect 4 emulated "$program" run "$quick" --lab emulated.xml --form 16S --output run_emulated
says emulated 'only one position'

# self-contained sockets in common circuits: isolation transformers with a certificate, or nothing is energised
sed -e 's| circuits="separate"||' "$three" >common.xml
expect 2 common "$program" run "$quick" --lab common.xml --form 16S --output run_common
says common '16S is self-contained.*isolation'
expect 0 class_20 "$program" run "$quick" --lab common.xml --form 9S --output run_class_20
# transformers that pass on 0.05 % more: 100 ((1 + e) / 1.0005 - 1), and their uncertainty in the budget
sed -e 's|error_percent="0"|error_percent="0.05"|' "$source/tests/labs/zero_error_certificate.xml" >isolation.xml
sed -e "s|<position |<position isolation=\"$PWD/isolation.xml\" |" common.xml >isolated.xml
expect 0 isolated "$program" run "$quick" --lab isolated.xml --form 16S --serial 00000099 --output run_isolated
both() {
	tr '\n' ' ' <"$1/report.xml" | grep -oE '<result [^>]*>' | grep -oE '[[:space:]]error_percent="[^"]*"' | cut -d'"' -f2
}
paste <(both run_good) <(both run_isolated) | awk '{ d = 100 * ((1 + $1 / 100) / 1.0005 - 1) - $2; if (d > 1e-7 || d < -1e-7) exit 1 } END { exit NR != 12 }' ||
	fail "the errors are not corrected by those of the transformers"
[ "$(tr '\n' ' ' <run_isolated/report.xml | grep -oE '<contribution [^>]*name="isolation"' | wc -l)" -eq 12 ] || fail "the transformers are not in the budgets"
grep -q 'isolation of position 3' run_isolated/report.xml || fail "the certificate of the transformers is not in the record"
sed -e 's|due_date="[^"]*"|due_date="2026-01-03"|' isolation.xml >past.xml
sed -e "s|<position |<position isolation=\"$PWD/past.xml\" |" common.xml >past_lab.xml
expect 4 past "$program" run "$quick" --lab past_lab.xml --form 16S --output run_past
says past 'isolation of position 1: its certificate .* was due on 2026-01-03'
never_switched_on run_past

# twenty
awk '/<instrument id="calculator_2"/ { for (i = 2; i <= 20; i++) printf "<instrument id=\"calculator_%d\" driver=\"zera_mt\" resource=\"VIRTUAL::calculator_%d\"/>\n", i, i; next }
	/calculator_3" driver/ { next }
	/<position number="2"/ { for (i = 2; i <= 20; i++) printf "<position number=\"%d\" channel=\"1\" error_calculator=\"calculator_%d\" optical=\"VIRTUAL::optical_%d\"/>\n", i, i, i; next }
	/<position number="3"/ { next }
	/<\/virtual>/ { print "<defect position=\"17\" element_a_gain_percent=\"-3\"/>" }
	{ print }' "$three" >twenty.xml
expect 1 twenty "$program" run "$quick" --lab twenty.xml --form 16S --output run_twenty
position twenty 17 'does not conform$'
[ "$(grep -cE '^  16S  position [0-9]+ +[0-9]+ (conforms|does not conform)$' twenty.out)" -eq 20 ] || fail "not all of twenty have a verdict"
[ "$(grep -cE '^  16S  position [0-9]+ +[0-9]+ conforms$' twenty.out)" -eq 19 ] || fail "not nineteen of twenty conform"
finish
