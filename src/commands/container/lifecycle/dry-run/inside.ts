/**
 * What a script puts before a command that runs in its namespaces. One in the background needs it as it is:
 * with a function `$!` would be the pid of a shell.
 */
export const INSIDE = 'nsenter --target "$holder" --user --mount --setuid 0 --setgid 0 --';
