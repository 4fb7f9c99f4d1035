#!/bin/sh
# Sets up the virtual environment: torch, the locked packages, Kommunsvar itself.
#
# Usage: scripts/install.sh [--runtime] [--dependencies]
#   --runtime       for a server or an image: no development tools, the project installed as a copy
#   --dependencies  stop before the project itself (an image layer that is built once)
#
# Environment:
#   PYTHON          the Python to use; default: python3, or the newest one that is new enough
#   VENV            where the environment goes; default: .venv
#   TORCH_INDEX     the package index with torch's CPU build
#
# `make install` calls this only when something that it depends on has changed.
set -eu
cd -- "$(dirname -- "$0")/.."

venv=${VENV:-.venv}
torch_index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
python=$venv/bin/python
runtime=no
dependencies_only=no
for option in "$@"; do
    case $option in
        --runtime) runtime=yes ;;
        --dependencies) dependencies_only=yes ;;
        *) echo "install.sh: unknown option $option" >&2; exit 2 ;;
    esac
done

say() {
    echo "$*" >&2
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if is_new_enough "$PYTHON"; then echo "$PYTHON"; return; fi
        say "PYTHON=$PYTHON is not a Python 3.11 or newer."
        exit 1
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$candidate"; then echo "$candidate"; return; fi
    done
    say "Kommunsvar needs Python 3.11 or newer, and none was found."
    say "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name one: make PYTHON=…"
    exit 1
}

make_venv() {
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        say "$base cannot make a virtual environment: its venv module is missing."
        say "Install it (Debian, Ubuntu: apt install python3-venv), then run the same command again."
        exit 1
    fi
    if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ]; then
        say "$venv is there and is not a virtual environment: remove it, or name another, VENV=…"
        exit 1
    fi
    say "Setting up $venv with $("$base" --version); the first time takes about a minute."
    "$base" -m venv --clear "$venv"
}

pip_install() {
    "$python" -m pip install --disable-pip-version-check --progress-bar off --no-compile "$@" \
        >>"$log" 2>&1
}

# Compiling everything takes longer than installing it. In development Python compiles what is used
# when it is used; here, what every start needs, also where Python is told not to keep byte code.
# An image is read-only later, so there everything is compiled, on all cores.
compile() {
    if [ $runtime = yes ]; then
        "$python" -m compileall -q -j 0 "$("$python" -c \
            'import sysconfig; print(sysconfig.get_path("purelib"))')" >>"$log" 2>&1 || true
    else
        PYTHONDONTWRITEBYTECODE='' "$python" -c '
import docx, faiss, pypdfium2, rich.progress, Stemmer, tantivy, tokenizers, trafilatura
import typer, yaml' >>"$log" 2>&1
        "$python" -m compileall -q knowledge index bot >>"$log" 2>&1 || true
    fi
}

has_torch() {
    "$python" -c '
import importlib.metadata, sys
installed = importlib.metadata.version("torch").partition("+")[0]
sys.exit(sys.argv[1] != f"torch=={installed}")' "$1" >/dev/null 2>&1
}

# The build on the ordinary index needs NVIDIA's libraries on Linux; the CPU build does not.
torch_needs_more() {
    "$python" -c '
import importlib.metadata, sys
more = [need for need in importlib.metadata.requires("torch") or () if "extra ==" not in need]
sys.exit(not any(need.startswith(("nvidia-", "cuda-", "triton")) for need in more))'
}

install_torch() {
    torch=$(sed '/^#/d' requirements-torch.txt)
    has_torch "$torch" && return
    # Configured wheel folders and extra indexes stay in force; only the main index is replaced.
    if pip_install --no-deps --retries 1 --timeout 15 --index-url "$torch_index" "$torch" &&
        ! torch_needs_more; then
        return
    fi
    say "    no CPU build within reach: taking the ordinary build, a larger download"
    pip_install "$torch"
}

explain_failure() {
    status=$?
    if [ $status != 0 ]; then
        tail -n 15 "$log" >&2
        say "The set-up is not finished; all that was done is in $log. The same command tries again."
    fi
    exit $status
}

if [ -e "$venv/.installing" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
    make_venv # new, or an earlier run was interrupted: start over
fi
rm -f "$venv/.installed"
: >"$venv/.installing"
log=$venv/install.log
: >"$log"
trap explain_failure EXIT

if [ $runtime = yes ]; then
    set -- -r requirements.lock
else
    set -- -r requirements.lock -r requirements-dev.lock
fi

say "1/3 torch (CPU) …"
install_torch
say "2/3 locked packages …"
pip_install --no-deps --require-hashes "$@"
if [ $dependencies_only = no ]; then
    say "3/3 Kommunsvar …"
    if [ $runtime = yes ]; then
        pip_install --no-deps --no-build-isolation .
    else
        pip_install --no-deps --no-build-isolation --editable .
    fi
    compile
    : >"$venv/.installed"
    say "Ready: $venv/bin/kommunsvar"
fi
rm -f "$venv/.installing"
