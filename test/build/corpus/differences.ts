const LINK =
  "with --link BuildKit joins the layer to what is below when it exports; here it is the layer that it is in a registry";

const CARRIAGE_RETURN =
  "a Dockerfile with carriage returns makes what it makes without; BuildKit keeps those in heredocs";

/** Where tspod makes something else of a case than BuildKit, by the case's name, with the reason. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  "copy: wildcard that matches nothing": "as Podman: nothing found is an error, BuildKit copies nothing",
  "copy: link flag over a link": LINK,
  "copy: link flag directory": LINK,
  "run: etc files are mounts": "a RUN sees /etc/hostname, as with Podman",
  "run: security words": "a RUN sees /run with Podman's .containerenv",
  "odd: carriage returns in a heredoc": CARRIAGE_RETURN,
  "odd: carriage returns in a copied heredoc": CARRIAGE_RETURN,
  "odd: exclude over a kept one":
    "an exception to --exclude is taken, as its documentation says; BuildKit 28 refuses it",
  "config: workdir with a slash": "as Podman: a working directory has no slash at its end",
};
