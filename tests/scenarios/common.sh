# Sourced by the scenarios. Arguments of every scenario: the program, the source folder, a scratch folder of its own.
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
source=$(realpath "$2")
scratch=$(realpath -m "$3")
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch" || exit 2
failures=0

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# A tool that Debian has: missing is a failure on a build server, a visible skip elsewhere.
need_tool() {
	command -v "$1" >/dev/null && return
	if [ "${CI:-}" = true ]; then
		echo "FAILED: $1 is not installed"
		exit 1
	fi
	echo "skipped: $1 is not installed"
	exit 77
}

# expect STATUS NAME command…: runs with output in NAME.out and NAME.err
expect() {
	local wanted=$1 name=$2 status
	shift 2
	"$@" >"$name.out" 2>"$name.err" </dev/null
	status=$?
	[ "$status" -eq "$wanted" ] || { fail "$name: exit $status instead of $wanted"; tail -n 3 "$name.err"; }
}

# says NAME pattern: somebody reads this sentence on stderr or stdout
says() {
	grep -qE -- "$2" "$1.err" "$1.out" || { fail "$1 does not say \"$2\" but:"; tail -n 3 "$1.err"; }
}

# The world's own log, not the bench's belief: the last thing that happened to the terminals.
source_is_off() {
	local log=$1/world.log
	[ -s "$log" ] || { fail "$1: the world has no log"; return; }
	case $(grep -v " meter " "$log" | tail -n 1) in
	*dead | form*) ;;
	*) fail "$1: the world says \"$(grep -v " meter " "$log" | tail -n 1)\" at the end" ;;
	esac
}

never_switched_on() {
	[ ! -e "$1/world.log" ] || ! grep -q volts "$1/world.log" || fail "$1: something was switched on"
}

record_is_readable() {
	expect 0 "$1-again" "$program" report "$1" --format xml --output "$1-again.xml"
}

# lab_with NAME 'attributes': the default laboratory with a defect
lab_with() {
	sed -e "s|</virtual>|<defect $2/></virtual>|" "$source/bench/labs/virtual.xml" >"$1.xml"
}

finish() {
	[ "$failures" -eq 0 ] && echo "all of it holds"
	exit $((failures > 0))
}
