package io.mockupaws.app.config;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a store lies, as operators write it. Holds no secret. */
public sealed interface StoreAddress {

  /** The address in the form it is written and shown. */
  String text();

  /** A directory of this host, or mounted on it. */
  record Directory(Path path) implements StoreAddress {
    @Override
    public String text() {
      return "file://" + path;
    }
  }

  /**
   * A bucket.
   *
   * @param prefix what stands before every key, without slashes at its ends; empty for none
   */
  record Bucket(String name, String prefix) implements StoreAddress {
    @Override
    public String text() {
      return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
    }
  }

  /** Bucket names: 3 to 63 of these, as Amazon's rules for general purpose buckets say. */
  Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  /** {@code s3://bucket/prefix}. */
  Pattern BUCKET_FORM = Pattern.compile("s3://([^/]+)((?:/[A-Za-z0-9._+=-]+)*)/?");

  /**
   * Reads {@code file:///path} or {@code s3://bucket/prefix}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static StoreAddress parse(String text) {
    if (text.startsWith("file:///")) {
      return new Directory(Path.of(text.substring("file://".length())).normalize());
    }
    Matcher bucket = BUCKET_FORM.matcher(text);
    if (!bucket.matches() || !BUCKET_NAME.matcher(bucket.group(1)).matches()) {
      throw new IllegalArgumentException("not an address of a store");
    }
    String path = bucket.group(2);
    return new Bucket(bucket.group(1), path.isEmpty() ? "" : path.substring(1));
  }
}
