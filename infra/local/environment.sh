#!/bin/sh
# Makes or updates a virtual environment with the requirements of a file. Every refusal is one line.
#   sh infra/local/environment.sh VENV REQUIREMENTS [PYTHON]
# Without PYTHON, the first working interpreter of python3.13, python3.12, python3.11, python3.14, python3 and python is used.
set -eu

venv=$1
requirements=$2
given=${3:-}
stamp=$venv/.installed-$(basename "$requirements" .txt)
announced=

fail() {
  echo "$1" >&2
  exit 2
}

# Prints major.minor of an interpreter; nothing when it cannot run (a shim of pyenv may stand for no version).
version_of() {
  "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

is_supported() {
  case $1 in 3.11 | 3.12 | 3.13 | 3.14) return 0 ;; *) return 1 ;; esac
}

# The same for an existing environment; nothing for one that an interrupted creation left without pip.
version_of_environment() {
  "$1/bin/python" -c 'import sys, importlib.util
if importlib.util.find_spec("pip.__main__"): print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

has_venv() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null
}

choose() {
  python=$given
  if [ -z "$python" ]; then
    for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do
      if is_supported "$(version_of "$candidate")" && has_venv "$candidate"; then
        python=$candidate
        break
      fi
    done
  fi
  python=${python:-python3}
  version=$(version_of "$python")
  [ -n "$version" ] || fail "$python cannot be run: install Python 3.13, 3.12 or 3.11, or name one with PYTHON="
  is_supported "$version" ||
    fail "Python $version ($python) is not supported: install Python 3.13, 3.12 or 3.11, or name one with PYTHON="
  has_venv "$python" ||
    fail "$python has no module venv: install it (on Debian: apt install python$version-venv), or name another with PYTHON="
}

# Before the first slow step: the module venv alone takes ten seconds on a slow machine, without any output.
announce() {
  [ -n "$announced" ] || echo "Installing $requirements into $venv (Python $version): one to three minutes the first time"
  announced=yes
}

create() {
  if [ -e "$venv" ] || [ -L "$venv" ]; then
    existing=$(version_of_environment "$venv")
    [ "$existing" = "$version" ] && return
    if [ -n "$existing" ]; then
      echo "$venv belongs to Python $existing: replacing it"
    else
      echo "$venv is incomplete: replacing it"
    fi
    rm -rf "$venv"
  fi
  announce
  "$python" -m venv "$venv"
}

install() {
  newer=
  for file in requirements*.txt; do
    [ "$file" -nt "$stamp" ] && newer=yes
  done
  [ -e "$stamp" ] && [ -z "$newer" ] && return
  announce
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
  touch "$stamp"
  # The requirements of development include those of the local host.
  [ "$requirements" != requirements-dev.txt ] || touch "$venv/.installed-requirements-local"
}

choose
create
install
