package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** The first look at an address: its kind, then the reader of that kind. */
final class AddressReader {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");

  private AddressReader() {}

  static StoreAddress read(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      throw bad("The address of the store is empty");
    }
    var scheme = SCHEME.matcher(trimmed);
    if (!scheme.matches()) {
      return directory(trimmed);
    }
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "s3" -> BucketAddress.read(uri(trimmed));
      case "file" -> file(uri(trimmed));
      default -> throw bad("A store's address cannot begin with " + scheme.group(1) + ":");
    };
  }

  private static StoreAddress file(URI uri) {
    String host = uri.getRawAuthority();
    if (host != null && !host.equals("localhost")) {
      throw bad("A file address names no host; the path begins behind three slashes");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw bad("A file address has no options; write ? in a path as %3F and # as %23");
    }
    String path = uri.getPath();
    if (path == null || !path.startsWith("/")) {
      throw bad("The path of a file address begins with /");
    }
    return directory(path);
  }

  private static StoreAddress directory(String path) {
    try {
      return new StoreAddress.Directory(Path.of(path));
    } catch (InvalidPathException e) {
      throw bad("The path of the store is no path: " + e.getReason());
    }
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The text itself stays out of the message: it may hold a password.
      throw bad("The store's address is no URI: " + e.getReason() + " at place " + e.getIndex());
    }
  }

  static Failure bad(String what) {
    return new Failure(
        ErrorCode.BAD_ADDRESS,
        what,
        "Write for example file:///var/backups/mockupaws, s3://bucket/prefix or"
            + " s3://bucket?endpoint=http://127.0.0.1:9000&path-style=true. Credentials are given"
            + " by environment or profile.");
  }
}
