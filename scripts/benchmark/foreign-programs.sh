# Sourced by other-podman and other-docker: programs of another Debian that run on this machine beside its own.
# shellcheck shell=sh

# copy_programs TREE DIRECTORY PROGRAM...: copies TREE/PROGRAM with all libraries, and makes DIRECTORY/bin/PROGRAM use those.
# DIRECTORY is absolute, and stays the same: the programs have it written into them.
copy_programs() {
  tree=$1 directory=$2
  shift 2
  case $directory in /*) ;; *) die "the directory is not absolute: $directory" ;; esac
  command -v patchelf >/dev/null || die "patchelf is missing: apt-get install patchelf"
  rm -rf "$directory"
  mkdir -p "$directory/bin" "$directory/lib"
  for program; do
    [ -e "$tree/$program" ] || die "$tree has no /$program"
    cp -L "$tree/$program" "$directory/bin/"
    # Static ones have no libraries, and fail.
    for library in $(chroot "$tree" ldd "/$program" 2>/dev/null | awk '$2 == "=>" { print $3 }'); do
      cp -L "$tree$library" "$directory/lib/"
    done
  done
  cp -L "$tree/lib64/ld-linux-x86-64.so.2" "$directory/lib/ld.so"
  for program in "$directory"/bin/*; do
    if patchelf --print-interpreter "$program" >/dev/null 2>&1; then
      patchelf --set-interpreter "$directory/lib/ld.so" --force-rpath --set-rpath "$directory/lib" "$program"
    fi
  done
  chmod -R a+rX "$directory"
}
