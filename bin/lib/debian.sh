# What the scripts in bin/ share: finding and installing what Debian has. Sourced, not run.

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# To compile and to serve. john-data has the list of common passwords, tzdata the time zones, fonts-liberation2 the letters of
# documents.
packages_serve=(
    ca-certificates git libargon2-dev libcurl4-openssl-dev libgd-dev libharfbuzz-dev libpango1.0-dev libpq-dev
    libqrencode-dev libsqlite3-dev libxml2-dev libzip-dev zlib1g-dev pkg-config fonts-liberation2 john-data tzdata
)
packages_test=(
    postgresql chromium chromium-driver hledger openssl poppler-utils python3 python3-aiosmtpd python3-venv qpdf
)
packages_bench=(postgresql wrk)

# Installs those of the named packages that are missing. Asks dpkg once for all of them, so that it costs nothing when there
# is nothing to do.
install_packages() {
    command -v dpkg-query >/dev/null || {
        say "This is not Debian: make sure that you have what these packages bring: $*"
        return
    }
    local missing
    missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086 # one word for each package
    set -- $missing
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "these Debian packages are missing, and there is neither root nor sudo: $* (apt-get install $*)"
        root=(sudo)
    fi
    say "Installing Debian packages: $*"
    local log
    log=$(mktemp)
    if ! { "${root[@]}" apt-get update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "the packages could not be installed: $*"
    fi
    rm -f "$log"
}

# The tables of countries by address, out of Debian's tor-geoipdb. Installing that package would bring the Tor daemon with
# it, so only its files are taken. Without them (no Debian, no network) addresses are shown without their country.
provide_places() {
    [ -n "${KONTOR_GEOIP_FOLDER:-}" ] || [ -f /usr/share/tor/geoip6 ] && return
    local folder="$root/.build/places"
    if [ ! -f "$folder/usr/share/tor/geoip6" ]; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
        mkdir -p "$folder"
        if ! (cd "$folder" && apt-get download tor-geoipdb && dpkg-deb -x tor-geoipdb_*.deb . && rm -f tor-geoipdb_*.deb) \
            >/dev/null 2>&1; then
            say "The tables of tor-geoipdb cannot be fetched: addresses will be shown without their country."
            return 0
        fi
    fi
    export KONTOR_GEOIP_FOLDER="$folder/usr/share/tor"
}

need_swift() {
    command -v swift >/dev/null || fail "Swift is not in PATH. Kontor is built with Swift 6.3: https://www.swift.org/install/"
}

# Builds a product, silently unless it fails, and not at all where no source is newer than the last build.
# Usage: build_product PRODUCT debug|release; sets `binary`.
build_product() {
    local product=$1 configuration=$2 options=()
    # A program that is built to stay carries Swift's own libraries inside: it starts quicker, holds less memory, and can be
    # copied to a machine without Swift.
    [ "$configuration" = release ] && options=(--static-swift-stdlib)
    local stamp="$root/.build/$product-$configuration.stamp"
    binary=
    [ -f "$stamp" ] && binary=$(<"$stamp")
    if [ -n "$binary" ] && [ -x "$binary" ] && [ -z "$(newer_than "$stamp")" ]; then return; fi
    need_swift
    mkdir -p "$root/.build"
    say "Building $product ($configuration). The first time this takes several minutes."
    local log="$root/.build/$product-$configuration.log"
    # What is edited while it builds has to be newer than the stamp.
    touch "$stamp.new"
    if ! swift build --package-path "$root" -c "$configuration" "${options[@]}" --product "$product" >"$log" 2>&1; then
        grep -E 'error:|warning:' "$log" | sort -u | head -n 40 >&2 || tail -n 40 "$log" >&2
        fail "the build failed; all of it is in $log"
    fi
    binary=$(swift build --package-path "$root" -c "$configuration" --show-bin-path)/$product
    printf '%s' "$binary" >"$stamp.new.path"
    touch -r "$stamp.new" "$stamp.new.path"
    mv "$stamp.new.path" "$stamp"
    rm -f "$stamp.new"
}

# Folders count too: a file that was removed leaves its folder newer.
newer_than() {
    find "$root/Sources" "$root/Benchmarks" "$root/Package.swift" -newer "$1" -print -quit 2>/dev/null
}
