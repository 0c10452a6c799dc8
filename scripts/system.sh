#!/usr/bin/env bash
# System parts: `system.sh demo` needs python3 with venv, `system.sh test` also a browser, PostgreSQL,
# nginx and caddy; `system.sh bench` also wrk, which sends visits.
# Installs what is missing as root on Debian; anywhere else it says what is missing and what follows.
set -euo pipefail

purpose="${1:-test}"
missing=()
has_postgres() { command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
has_venv() { python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

has_venv || missing+=(python3 python3-venv)
if [ "$purpose" = bench ]; then
  command -v wrk >/dev/null || missing+=(wrk)
fi
if [ "$purpose" = test ]; then
  command -v chromium >/dev/null || missing+=(chromium)
  # Playwright's own driver is linked against it.
  compgen -G '/usr/lib/*/libatomic.so.1*' >/dev/null || missing+=(libatomic1)
  has_postgres || missing+=(postgresql)
  # The recipes of docs/first_party.md are run in both, with TLS.
  for web in nginx caddy openssl; do
    PATH="$PATH:/usr/sbin" command -v "$web" >/dev/null || missing+=("${web/nginx/nginx-light}")
  done
fi
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${missing[@]}"
  exit 0
fi

echo "Not root on Debian, so nothing is installed. Missing: ${missing[*]}" >&2
for part in "${missing[@]}"; do
  case "$part" in
    chromium | libatomic1) echo "  tests in a browser skip: no chromium" >&2 ;;
    postgresql) echo "  store tests on PostgreSQL skip: no postgres; they run on SQLite" >&2 ;;
    wrk) echo "  the bench of visits skips: no wrk" >&2 ;;
    nginx-light | caddy | openssl) echo "  tests of the web servers' recipes skip: no $part" >&2 ;;
    python3-venv) echo "  .venv cannot be made: python3 lacks venv" >&2 ;;
  esac
done
