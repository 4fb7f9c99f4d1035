#!/bin/sh
# Renews the two lock files from pyproject.toml:
#   requirements.lock      what the program needs
#   requirements-dev.lock  what tests and checks need on top
#
# Usage: scripts/lock.sh [--upgrade]
# Versions that are locked stay unless pyproject.toml forbids them; --upgrade takes the newest.
# torch and the libraries that only its GPU build needs are left out: requirements-torch.txt.
set -eu
cd -- "$(dirname -- "$0")/.."

venv=${VENV:-.venv}
if command -v uv >/dev/null; then
    uv=uv
else
    [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install -qq uv
    uv=$venv/bin/uv
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile() {
    out=$1
    shift
    # shellcheck disable=SC2086 # $skip is a list of options without blanks inside
    "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --constraint requirements-torch.txt $skip "$@" \
        --output-file "$work/$out" pyproject.toml "$work/build.in"
}

# An editable install without build isolation needs the build system in the environment.
sed -n 's/^requires = \["\(.*\)"\]$/\1/p' pyproject.toml >"$work/build.in"
test -s "$work/build.in"

# uv keeps the versions that it finds in its output file.
for file in requirements.lock requirements-dev.lock; do
    [ ! -f "$file" ] || cp "$file" "$work/$file"
done

# Two rounds: the first tells which packages there are, the second leaves out torch's GPU libraries.
skip=
compile requirements.lock "$@"
skip=$(sed -n -E 's/^((torch|triton|nvidia-[a-z0-9-]+|cuda-[a-z0-9-]+)==).*/\1/p' \
    "$work/requirements.lock" | sed 's/==$//; s/^/--no-emit-package=/')
compile requirements.lock
skip=$(sed -n -E 's/^([a-z0-9-]+)==.*/--no-emit-package=\1/p' "$work/requirements.lock" |
    sort -u; echo "$skip")
compile requirements-dev.lock --extra dev --constraint "$work/requirements.lock" "$@"

for file in requirements.lock requirements-dev.lock; do
    {
        echo "# Written by \`make lock\` from pyproject.toml: change that, not this."
        cat "$work/$file"
    } >"$file"
    echo "$file: $(grep -c '==' "$file") packages"
done
