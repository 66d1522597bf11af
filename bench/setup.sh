# Sourced by bench/evaluate.sh and tests/run.sh: the Debian packages and how they come onto the machine.

build_packages=(gcc libc6-dev cmake make pkg-config libxml2-dev libsqlite3-dev libcairo2-dev libpango1.0-dev
	librsvg2-dev nettle-dev fonts-dejavu-core)

# Installs what is missing, as root or with sudo; otherwise prints the one line to run.
need_packages() {
	local missing=() package
	for package in "$@"; do
		if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed'; then
			missing+=("$package")
		fi
	done
	# gnuplot-nox conflicts with its sisters, one of which may be there: the program counts, not the package
	command -v gnuplot >/dev/null || missing+=(gnuplot-nox)
	[ ${#missing[@]} -gt 0 ] || return 0
	local as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		if ! sudo -n true 2>/dev/null; then
			echo "These Debian packages are missing. Please run, then start this script again:" >&2
			echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
			exit 2
		fi
		as_root=(sudo)
	fi
	echo "installing: ${missing[*]}"
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
		install --no-install-recommends "${missing[@]}" >/dev/null
}
