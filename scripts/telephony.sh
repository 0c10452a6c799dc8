#!/usr/bin/env bash
# The telephone lab of the tests: Kamailio and SIPp from Debian, and Asterisk 22, which Debian's
# stable releases do not have, in a folder of its own made by debootstrap from Debian sid. Nothing of
# it starts by itself. As root on Debian; anywhere else it says what is missing and what follows.
set -euo pipefail

lab="${RINGTRAIL_LAB:-$HOME/.cache/ringtrail-lab}"
root="$lab/asterisk"
stamp="$root/.complete"
least=22

without() {
  echo "No telephone lab: $1." >&2
  echo "  tests that call over SIP skip: tests/telephony_bridge, tests/story" >&2
  exit 0
}

asterisk_major() { chroot "$root" asterisk -V 2>/dev/null | sed -nE 's/^Asterisk ([0-9]+)\..*/\1/p'; }

# Every package of it is set up: an interrupted debootstrap leaves its own folder or a half-done one.
is_whole() {
  [ -x "$root/usr/sbin/asterisk" ] && [ ! -e "$root/debootstrap" ] &&
    [ -d "$root/usr/share/asterisk/sounds" ] && [ -z "$(chroot "$root" dpkg --audit 2>&1)" ]
}

is_new_enough() { local major; major="$(asterisk_major)" && [ "${major:-0}" -ge "$least" ]; }

[ "$(id -u)" = 0 ] || without "it takes root, to install packages and to run Asterisk in its folder"
[ -f /etc/debian_version ] && command -v apt-get >/dev/null || without "this is not Debian"

missing=()
[ -x /usr/sbin/kamailio ] || missing+=(kamailio)
# uuid.so comes with these.
compgen -G '/usr/lib/*/kamailio/modules/uuid.so' >/dev/null || missing+=(kamailio-extra-modules)
command -v sipp >/dev/null || missing+=(sip-tester)
command -v debootstrap >/dev/null || missing+=(debootstrap)
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } ||
    without "apt-get could not install ${missing[*]}"
fi

if [ -e "$stamp" ] && is_new_enough; then exit 0; fi
if is_whole && is_new_enough; then
  asterisk_major >"$stamp"
  exit 0
fi

echo "Making Asterisk $least in $root, about a minute."
mkdir -p "$lab"
rm -rf "$root"
debootstrap --variant=minbase --include=asterisk,asterisk-core-sounds-en-gsm sid "$root" \
  >"$lab/debootstrap.log" 2>&1 || without "debootstrap failed; $lab/debootstrap.log says why"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
is_whole || without "debootstrap left an incomplete Asterisk; $lab/debootstrap.log says why"
is_new_enough || without "Debian sid has no Asterisk $least or newer"
asterisk_major >"$stamp"
