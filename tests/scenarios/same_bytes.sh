#!/usr/bin/env bash
# Same seed, same XML, byte for byte, whatever the processor offers; another seed, other raw counts, same verdicts.
. "$(dirname "$0")/common.sh"
quick="$source/procedures/programmes/accuracy.xml"

run() { # name, seed
	expect 0 "$1" "$program" run "$quick" --form 9S --seed "$2" --output "run_$1"
}
run first 5
run second 5
GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2_Usable,-AVX2,-FMA4 run plain 5
run other 6
cmp run_first/report.xml run_second/report.xml || fail "the same seed gave another XML"
cmp run_first/report.xml run_plain/report.xml || fail "another processor gave another XML"
cmp run_first/report.pdf run_second/report.pdf || fail "the same seed gave another PDF"
[ "$(grep -c '<indication ' run_first/report.xml)" -gt 300 ] || fail "too few runs in the record"
diff <(grep -o 'reference_watt_hours="[^"]*"' run_first/report.xml) <(grep -o 'reference_watt_hours="[^"]*"' run_other/report.xml) >/dev/null &&
	fail "another seed gave the same raw counts"
diff <(grep -o '<judgement .* outcome="[^"]*"' run_first/report.xml | grep -o 'outcome="[^"]*"') \
	<(grep -o '<judgement .* outcome="[^"]*"' run_other/report.xml | grep -o 'outcome="[^"]*"') || fail "another seed gave other verdicts"
xmllint --noout --schema "$source/reports/record.xsd" run_first/report.xml 2>xmllint.err || { fail "the schema refuses the XML"; head -3 xmllint.err; }
expect 0 reread "$program" report run_first/report.xml --format xml --output again.xml
cmp run_first/report.xml again.xml || fail "XML read and written again differs"
finish
