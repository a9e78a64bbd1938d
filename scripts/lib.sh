# shellcheck shell=bash
# What the scripts share: errors in one line, Python 3.11, a virtual environment that is made once, the checks' steps.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "Error: $*"
    exit 1
}

# Prints the path of a Python 3.11 that can make virtual environments.
find_python() {
    local candidate
    for candidate in python3.11 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            "$candidate" -c 'import ensurepip, venv' 2>/dev/null ||
                die "Python 3.11 has no venv module; install it, on Debian: apt-get install python3.11-venv"
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 was not found; install it, on Debian 12: apt-get install python3 python3-venv"
}

# make_venv DIR REQUIREMENTS: makes DIR and installs the pinned packages, once for each content of REQUIREMENTS.
make_venv() {
    local folder=$1 requirements=$2 python stamp
    python=$(find_python) || exit 1
    stamp="$(sha256sum <"$requirements") $("$python" -c 'import sys; print(sys.version)')"
    [ -x "$folder/bin/python" ] && [ "$(cat "$folder/.installed" 2>/dev/null)" = "$stamp" ] && return
    [ -w . ] || die "$PWD cannot be written; copy Repertoire to a folder of your own or run this as its owner"
    exec 9>"$folder.lock"
    flock 9
    # Somebody else may have made it while we waited.
    [ "$(cat "$folder/.installed" 2>/dev/null)" = "$stamp" ] && return
    [ ! -L "$folder" ] || die "$folder is a link, and what it leads to is not emptied; remove the link, then run this again"
    say "Installing $requirements into $folder (once; a few minutes on a slow line)"
    "$python" -m venv --clear "$folder" || die "$folder could not be made; see above"
    install_packages "$folder" "$requirements" ||
        die "the packages could not be installed; see above and $folder/install.log, then run this again"
    printf '%s' "$stamp" >"$folder/.installed"
    flock -u 9
}

# install_packages VENV REQUIREMENTS: pip with one bar: half for packages fetched, half for packages in place. Each file has
# to have a hash of the list. From the folder REPERTOIRE_WHEELS where it is set, without a network (scripts/wheels).
install_packages() {
    local log="$1/install.log" total pid fetched placed from=()
    [ -z "${REPERTOIRE_WHEELS-}" ] || from=(--no-index --find-links "$REPERTOIRE_WHEELS")
    total=$(grep -c '==' "$2")
    : >"$log"
    "$1/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off --no-deps --require-hashes "${from[@]}" -r "$2" >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        fetched=$(grep -c '^Collecting ' "$log" || true)
        placed=$(find "$1"/lib/python*/site-packages -maxdepth 1 -name '*.dist-info' | wc -l)
        show_bar "$(((fetched + placed) * 50 / total))"
        sleep 0.5
    done
    if wait "$pid"; then
        show_bar 100
        [ ! -t 2 ] || say ""
    else
        grep -v '^WARNING' "$log" | tail -n 5 >&2
        return 1
    fi
}

# show_bar PERCENT: redraws one line of a terminal; silent elsewhere.
show_bar() {
    local percent=$1 full='##############################'
    [ -t 2 ] || return 0
    [ "$percent" -le 100 ] || percent=100
    printf '\r  [%-30s] %3d %%' "${full:0:$((percent * 30 / 100))}" "$percent" >&2
}

# ---- the checks ----

# pytest_on_all_cores ARGUMENTS: one worker process a core and one more, as tests of browsers and processes wait; not
# dozens on a large machine. Who is done takes over tests of who is not.
pytest_on_all_cores() {
    pytest -n "$(($(getconf _NPROCESSORS_ONLN) + 1))" --maxprocesses 8 --dist worksteal "$@"
}

# The tests have an environment of their own: production's holds nothing of theirs.
use_test_venv() {
    make_venv .venv-test requirements-dev.txt
    export PATH="$PWD/.venv-test/bin:$PATH"
    unset PYTHONDONTWRITEBYTECODE # kept bytecode halves what each process needs to load the tests
}

step() { printf '\n== %s\n' "$1"; }

# run_step format|lint|types|imports|licences
run_step() {
    case "$1" in
        format) step "Format" && ruff format --check . ;;
        lint) step "Lint" && ruff check . ;;
        types) step "Types" && mypy ;;
        imports) step "Import rules" && lint-imports ;;
        licences) step "Licences" && scripts/licences --check ;;
        *) die "'$1' is no step; it must be format, lint, types, imports or licences" ;;
    esac
}

STEPS=(format lint types imports licences)

# start_steps: begins all of them side by side; finish_steps: waits for them, prints what each said, and fails if one did.
start_steps() {
    local name
    steps_folder=$(mktemp -d)
    step_pids=()
    for name in "${STEPS[@]}"; do
        run_step "$name" >"$steps_folder/$name" 2>&1 &
        step_pids+=("$!")
    done
}

finish_steps() {
    local at failed=0
    for at in "${!STEPS[@]}"; do
        wait "${step_pids[$at]}" || failed=1
        cat "$steps_folder/${STEPS[$at]}"
    done
    rm -r "$steps_folder"
    [ "$failed" = 0 ] || exit 1
}

# install_chromium [PYTEST ARGUMENTS]: installs Chromium where it is missing and one of these tests drives it.
install_chromium() {
    command -v chromium >/dev/null && command -v chromedriver >/dev/null && return
    collects_journeys "$@" || return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        die "the browser tests need Chromium; install it, on Debian: sudo apt-get install chromium chromium-driver"
    say "Installing chromium and chromium-driver"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver; } >/dev/null ||
        die "chromium could not be installed; see above"
}

# install_postgres: installs PostgreSQL where it is missing and can be; its tests are skipped where it cannot.
install_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "PostgreSQL is not installed: its tests are skipped; to run them, on Debian: sudo apt-get install postgresql"
        return
    fi
    say "Installing postgresql"
    # No server of the system's own: the tests start theirs in a temporary folder.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >/dev/null ||
        say "PostgreSQL could not be installed, see above: its tests are skipped"
}

# install_redis: installs Redis where it is missing and can be, without starting it; its tests are skipped where it cannot.
install_redis() {
    command -v redis-server >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "Redis is not installed: its tests are skipped; to run them, on Debian: sudo apt-get install redis-server"
        return
    fi
    say "Installing redis-server"
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server; } >/dev/null ||
        say "Redis could not be installed, see above: its tests are skipped"
}

# install_proxies: installs nginx and Caddy where they are missing and can be, without starting them; else their tests are
# skipped.
install_proxies() {
    command -v nginx >/dev/null && command -v caddy >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "nginx or Caddy is not installed: their tests are skipped; to run them, on Debian: sudo apt-get install nginx-light caddy"
        return
    fi
    say "Installing nginx-light and caddy"
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light caddy; } >/dev/null ||
        say "nginx and Caddy could not be installed, see above: their tests are skipped"
}

collects_journeys() {
    local found
    [ $# -gt 0 ] || return 0
    found=$(pytest --collect-only -q "$@" 2>/dev/null) || true
    [[ $found == *tests/journeys/* ]]
}
