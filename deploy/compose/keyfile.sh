#!/bin/sh
# Makes the key with which the members know each other, once.
set -eu
if [ ! -s /keys/keyfile ]; then
  head -c 756 /dev/urandom | base64 > /keys/keyfile
fi
chmod 400 /keys/keyfile
chown 999:999 /keys/keyfile
