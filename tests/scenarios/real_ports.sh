#!/usr/bin/env bash
# A laboratory of real ports: the same program, drivers and procedure on the wall clock, over pseudo-terminals behind which
# the virtual laboratory runs in real time. The register's error is that of the same meter in the virtual laboratory.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"
programme=$source/tests/programmes/register.xml

serve lab --form 16S --seed 1
# dates of the real clock: the certificate is valid today whenever this runs
sed -e "s|date=\"[^\"]*\" due_date=\"[^\"]*\"|date=\"$(date -u +%F)\" due_date=\"$(date -u -d '+300 days' +%F)\"|" \
	"$source/reference_source/certificates/virtual_zera_mt.xml" >certificate.xml
sed -e 's|kind="virtual"|kind="real"|; s| epoch="[^"]*"||; s|name="[^"]*" kind|name="Pseudo-terminals" kind|' \
	-e "s|VIRTUAL::|PTY::$PWD/lab/|; s|certificate=\"[^\"]*\"|certificate=\"$PWD/certificate.xml\"|" \
	-e '/<virtual>/,/<\/virtual>/d' "$source/bench/labs/virtual.xml" >real.xml
expect 0 check "$program" check real.xml
expect 0 real timeout 300 "$program" run "$programme" --lab real.xml --form 16S --output run_real
expect 0 virtual "$program" run "$programme" --form 16S --seed 1 --output run_virtual

error_of() {
	tr '\n\t' '  ' <"$1/report.xml" | grep -oE '<result [^>]*direction="delivered"[^>]*>' |
		grep -oE 'error_percent="[^"]*"' | cut -d'"' -f2
}
awk -v a="$(error_of run_real)" -v b="$(error_of run_virtual)" 'BEGIN { exit !(a != "" && b != "" && a - b < 0.03 && b - a < 0.03) }' ||
	fail "the error is $(error_of run_real) % over ports and $(error_of run_virtual) % in the virtual laboratory"
grep -q 'is_virtual="no"' run_real/report.xml || fail "a run over real ports is not marked as such"

# stopped while it waits on real ports: the source goes off within seconds
"$program" run "$programme" --lab real.xml --form 16S --output run_stopped >stopped.out 2>stopped.err </dev/null &
pid=$!
sleep 6
kill -INT "$pid"
wait "$pid"
[ $? -eq 4 ] || fail "a stopped run does not exit with 4"
says stopped 'stopped by a signal'
grep -q 'source_off="yes"' run_stopped/report.xml || fail "the source is not confirmed off"
stop_serving TERM
finish
