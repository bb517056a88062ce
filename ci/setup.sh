#!/bin/sh
# Makes a plain Debian container ready for `cargo xtask`. Needs root.
set -eu
cd "$(dirname "$0")/.."

apt-get -qq update
# shellcheck disable=SC2046 # One word per package is what is wanted.
DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
    $(sed -e 's/#.*//' ci/packages.txt) > /dev/null

# The checkout belongs to the runner's user, the container runs as root.
git config --global --add safe.directory "$PWD"

# The workflow caches folders of the checkout. Their path is told from in here, because
# outside the container the same folder has another one.
if [ -n "${GITHUB_ENV:-}" ]; then
    {
        echo "ACELAB_CACHE=$PWD/.acelab-cache"
        echo "CARGO_HOME=$PWD/.cargo-home"
    } >> "$GITHUB_ENV"
fi
