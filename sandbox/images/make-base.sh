#!/bin/sh
# Makes the base of the rooms' images from Debian's own packages, where no image registry can be
# reached:
#     sandbox/images/make-base.sh [IMAGE]
# Needs root, debootstrap and a Docker engine.
set -eu
image=${1:-noyau/base:bookworm}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

debootstrap --variant=minbase \
  --include=ca-certificates,libgomp1,python3,python3-venv,tini \
  bookworm "$folder/root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >&2
tar --create --numeric-owner --directory "$folder/root" \
  --exclude=./var/cache/apt/archives/*.deb --exclude=./dev/* --exclude=./proc/* . |
  docker import --change 'CMD ["/bin/sh"]' - "$image"
