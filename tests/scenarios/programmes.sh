#!/usr/bin/env bash
# The shipped programmes on conforming meters: everything automated conforms.
. "$(dirname "$0")/common.sh"
programmes="$source/procedures/programmes"
sample="$source/bench/labs/virtual_sample.xml"

expect 0 pre_submission "$program" run "$programmes/pre_submission.xml" --lab "$sample" --form 36S --output run_pre_submission
grep -q 'rule="guarded acceptance' run_pre_submission/report.xml || fail "pre_submission: the margin is not in the record"

# Every form, service and model of the notice, each under a name of its own.
expect 0 family "$program" run "$programmes/family.xml" --lab "$sample" --output run_family
for meter in '16S AX' '16S 4-wire delta AX' '9S AX' '9S 4-wire delta AX' '36S AX' '6S AX' '45S AX' '5S AX' '25S AX' '12S AX' \
	'12S 3-wire delta AX' '16S AXR' '12S AX-SD' '12S 3-wire delta AXR-SD' '25S AXR-SD'; do
	says family "^$meter +load_performance +delivered +[67] +0 +0 +0 +0"
	[ "$(grep -A12 '<form_started ' run_family/report.xml | grep -c "form=\"$meter\"")" -eq 1 ] || fail "family: $meter is not once in the record"
done
finish
