# Sourced: what an architecture, by Node's name for it, is called by others.
# shellcheck shell=sh

# gnu_triplet ARCH
gnu_triplet() {
  case $1 in x64) echo x86_64-linux-gnu ;; arm64) echo aarch64-linux-gnu ;; esac
}

# debian_architecture ARCH
debian_architecture() {
  case $1 in x64) echo amd64 ;; arm64) echo arm64 ;; esac
}

# tool ARCH NAME: strip, readelf and the like of that architecture.
tool() {
  tool_triplet=$(gnu_triplet "$1")
  if [ "$tool_triplet" = "$(uname -m)-linux-gnu" ]; then echo "$2"; else echo "$tool_triplet-$2"; fi
}
