import { asRoot, asUser, byHand, type Finding, ok, type Patient } from "./finding.ts";
import { readHost, statHost } from "./read-host.ts";

/** What a log-in gives to a user: a runtime directory, a bus, and processes that may stay. */
export function checkSession(patient: Patient): Finding[] {
  const hasSystemd = statHost(patient, "/run/systemd/system") !== undefined;
  return [checkRuntimeDirectory(patient), ...(hasSystemd ? [checkBus(patient), checkLinger(patient)] : [])];
}

function checkRuntimeDirectory(patient: Patient): Finding {
  const name = "runtime directory";
  const why = "Sockets and process ids of running containers are there; it is emptied at a log-out.";
  const path = patient.env.XDG_RUNTIME_DIR;
  if (path === undefined || path === "") {
    const found = "XDG_RUNTIME_DIR is not set (su and sudo don't set it): a directory in /tmp is used";
    const fixes = [byHand(`log in as ${patient.user} itself, or by: machinectl shell ${patient.user}@`)];
    return { name, state: "warning", found, why, fixes };
  }
  const facts = statHost(patient, path);
  const set = `XDG_RUNTIME_DIR is ${path}`;
  if (facts === undefined) {
    const found = `${set}, which does not exist, or is closed to this user`;
    return { name, state: "warning", found, why, fixes: [asRoot(`loginctl enable-linger ${patient.user}`)] };
  }
  if (Number(facts.uid) !== patient.uid) {
    const found = `${set}, which belongs to another user (uid ${facts.uid})`;
    return { name, state: "failed", found, why, fixes: [byHand("type: unset XDG_RUNTIME_DIR")] };
  }
  return ok(name, path, why);
}

function checkBus(patient: Patient): Finding {
  const name = "user bus";
  const why = "systemd makes the control groups of containers, and runs them as services, when asked by it.";
  const path = `${patient.env.XDG_RUNTIME_DIR ?? `/run/user/${patient.uid}`}/bus`;
  if (statHost(patient, path) !== undefined) return ok(name, path, why);
  return {
    name,
    state: "warning",
    found: `${path} does not exist`,
    why,
    fixes: [
      asRoot("apt-get install dbus-user-session"),
      asRoot(`loginctl enable-linger ${patient.user}`),
      asUser("systemctl --user start dbus.socket"),
    ],
  };
}

function checkLinger({ root, user }: Patient): Finding {
  const name = "linger";
  const why = "Without it systemd ends all of the user's containers when the last session is logged out.";
  if (statHost({ root }, `/var/lib/systemd/linger/${user}`) !== undefined) return ok(name, "enabled", why);
  const fixes = [asUser(`loginctl enable-linger ${user}`)];
  return { name, state: "warning", found: "not enabled", why, fixes };
}

/** Registries are asked over TLS, whose certificates hold for a time; signatures and logs bear times. */
export function checkClock(patient: Patient): Finding {
  const name = "clock";
  const why = "A clock that is wrong makes registries' certificates look expired, or not valid yet.";
  const built = statHost({ root: "" }, process.execPath);
  const now = new Date();
  const today = now.toISOString().slice(0, "YYYY-MM-DD".length);
  if (built !== undefined && now.getTime() < Number(built.mtimeMs)) {
    const found = `it says ${today}, before tspod was installed`;
    return { name, state: "warning", found, why, fixes: [asRoot("timedatectl set-ntp true")] };
  }
  const isSynchronized = readHost(patient, "/run/systemd/timesync/synchronized") !== undefined;
  return ok(name, isSynchronized ? `${today}, synchronized` : today, why);
}
