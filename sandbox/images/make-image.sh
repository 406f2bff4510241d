#!/bin/sh
# Builds the image that rooms run:
#     sandbox/images/make-image.sh [IMAGE]
# BASE is the image to start from: Debian or a relative, with Python. Without it the base is made
# from Debian's packages, so that no image registry is needed.
# VARIANT is cpu (the default) or gpu: with torch's build for CUDA and NVIDIA's libraries, which
# take some gigabytes. The driver is the machine's own, and shown to rooms when they are opened.
# PYTHON is an interpreter of this machine, of the same version as the base's; its pip fetches the
# wheels by its own configuration. WHEELS is a folder with more wheels, looked into first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
variant=${VARIANT:-cpu}
image=${1:-noyau/room:$variant}
python=${PYTHON:-python3}
base=${BASE:-noyau/base:bookworm}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

if ! docker image inspect "$base" >/dev/null 2>&1; then
  if [ -n "${BASE:-}" ]; then docker pull "$base"; else "$here/make-base.sh" "$base"; fi
fi

version='import sys; print("%d.%d" % sys.version_info[:2])'
ours=$("$python" -c "$version")
theirs=$(docker run --rm --network none "$base" python3 -c "$version")
if [ "$ours" != "$theirs" ]; then
  echo "The base has Python $theirs and $python is $ours: set PYTHON to a Python $theirs." >&2
  exit 1
fi

case $variant in
  cpu) torch=torch.txt ;;
  gpu) torch=torch-gpu.lock ;;
  *) echo "There is no variant $variant: cpu or gpu." >&2; exit 1 ;;
esac
cp "$here/room.lock" "$context/"
cp "$here/$torch" "$context/torch.txt"
for list in room.lock torch.txt; do
  "$python" -m pip download -qqq --only-binary :all: --dest "$context/wheels" \
    ${WHEELS:+--find-links "$WHEELS"} -r "$context/$list"
done
docker build --quiet --force-rm --build-arg "BASE=$base" --tag "$image" \
  --file "$here/Dockerfile" "$context"
