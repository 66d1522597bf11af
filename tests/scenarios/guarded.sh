# Sourced after common.sh and served.sh: a bench on real ports, behind which the virtual laboratory runs in real time, with three
# positions and a log of the world.
served_lab=$source/bench/labs/virtual_positions.xml
serve lab --form 16S --seed 1 --world-log world.log
sed -e "s|date=\"[^\"]*\" due_date=\"[^\"]*\"|date=\"$(date -u +%F)\" due_date=\"$(date -u -d '+300 days' +%F)\"|" \
	"$source/reference_source/certificates/virtual_zera_mt.xml" >certificate.xml
sed -e 's|kind="virtual"|kind="real"|; s| epoch="[^"]*"||; s|name="[^"]*" kind|name="Pseudo-terminals" kind|' \
	-e '/"check"/d' -e '/id="chamber"\|id="gateway"\|id="operator"\|id="wattmeter"\|role name="\(climate\|remote\|operator\|burden\)/d' \
	-e "s|VIRTUAL::|PTY::$PWD/lab/|; s|certificate=\"[^\"]*\"|certificate=\"$PWD/certificate.xml\"|" \
	-e '/<virtual>/,/<\/virtual>/d' "$served_lab" >real.xml
expect 0 check "$program" check real.xml

# run_until_on FOLDER: a bench in the background, until the world says that currents flow
run_until_on() {
	local before
	before=$(wc -l <world.log)
	"$program" run "$source/tests/programmes/quick.xml" --lab real.xml --form 16S --output "$1" >"$1.out" 2>"$1.err" </dev/null &
	bench=$!
	for _ in $(seq 600); do
		tail -n "+$((before + 1))" world.log | grep -q 'amperes ABC' && return
		kill -0 "$bench" 2>/dev/null || break
		sleep 0.1
	done
	fail "$1: the bench never applied a load"
	cat "$1.err"
}

is_on() {
	! grep -v ' meter ' world.log | tail -n 1 | grep -q dead
}

# off_within FOLDER SECONDS
off_within() {
	for _ in $(seq $(($2 * 10))); do
		is_on || return
		sleep 0.1
	done
	fail "$1: $2 s later the world still says \"$(grep -v ' meter ' world.log | tail -n 1)\""
}

# confirmed FOLDER: and the standard says so too
confirmed() {
	for _ in $(seq 100); do
		grep -q 'is off, the standard confirms it' "$1/guardian.log" 2>/dev/null && return
		sleep 0.1
	done
	fail "$1: nobody confirms that the source is off"
}

