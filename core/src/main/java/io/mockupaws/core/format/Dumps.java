package io.mockupaws.core.format;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where dumps lie: {@code backups/full/20260407/…}, below the cluster's name where the repository
 * holds several. They and their sidecars are no sealed objects: anyone opens them by OpenSSL.
 */
public final class Dumps {
  /** Behind the name of a dump. */
  public static final String SIDECAR = ".sidecar";

  /** The folder below which they lie. */
  public static final String FOLDER = "backups/";

  private static final Pattern KEY =
      Pattern.compile(
          "([^/]+/)?backups/(full|globals)/[0-9]{8}/([^/]+\\.enc)("
              + Pattern.quote(SIDECAR)
              + ")?");

  private Dumps() {}

  /** Whether a key is a dump's. */
  public static boolean isDump(ObjectKey key) {
    Matcher matcher = KEY.matcher(key.value());
    return matcher.matches() && matcher.group(4) == null;
  }

  /** Whether a key is that of a dump's sidecar. */
  public static boolean isSidecar(ObjectKey key) {
    Matcher matcher = KEY.matcher(key.value());
    return matcher.matches() && matcher.group(4) != null;
  }

  /** The key of a dump's sidecar. */
  public static ObjectKey sidecarOf(ObjectKey dump) {
    return ObjectKey.of(dump.value() + SIDECAR);
  }

  /** The key of the dump to which a sidecar belongs; empty for any other key. */
  public static Optional<ObjectKey> dumpOf(ObjectKey sidecar) {
    String value = sidecar.value();
    return isSidecar(sidecar)
        ? Optional.of(ObjectKey.of(value.substring(0, value.length() - SIDECAR.length())))
        : Optional.empty();
  }
}
