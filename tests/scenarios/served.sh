# Sourced after common.sh: starts and stops the real-time laboratory.
server=
serve() { # directory, options
	local directory=$1
	shift
	"$program" lab serve "${served_lab:-$source/bench/labs/virtual.xml}" --directory "$directory" "$@" >serve.out 2>serve.err </dev/null &
	server=$!
	for _ in $(seq 250); do
		grep -qx ready serve.out && return
		kill -0 "$server" 2>/dev/null || break
		sleep 0.02
	done
	fail "the laboratory does not get ready"
	cat serve.err
}

stop_serving() { # signal
	kill -"${1:-TERM}" "$server" 2>/dev/null
	wait "$server" 2>/dev/null
}
trap 'stop_serving KILL' EXIT
