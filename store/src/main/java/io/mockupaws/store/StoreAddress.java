package io.mockupaws.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a store is, as operators write it: {@code file:///path}, a plain path, or {@code
 * s3://bucket/prefix?endpoint=…&path-style=true&region=…&checksums=…&part-size=…&storage-class=…&lock=…}.
 * Credentials are never part of it.
 */
public sealed interface StoreAddress {

  /**
   * Reads an address.
   *
   * @throws io.mockupaws.core.failure.Failure BAD_ADDRESS; the text is not repeated in it where it
   *     may hold a secret
   */
  static StoreAddress parse(String text) {
    return AddressReader.read(text);
  }

  /** The address in its one form; {@link #parse} reads it. */
  String text();

  /** Whether both lead to the same objects, whatever else they say. */
  default boolean isSamePlace(StoreAddress other) {
    return place().equals(other.place());
  }

  /** Whether the objects of one lie among those of the other. */
  default boolean sharesPlace(StoreAddress other) {
    return place().startsWith(other.place()) || other.place().startsWith(place());
  }

  /** Where the objects lie; ends in a slash. */
  private String place() {
    return switch (this) {
      case Directory directory -> directory.path().toUri().getRawPath().replaceFirst("/*$", "/");
      case Bucket bucket ->
          bucket.endpoint().map(URI::toString).orElse("s3:")
              + "/"
              + bucket.bucket()
              + "/"
              + bucket.prefix();
    };
  }

  /**
   * A directory.
   *
   * @param path absolute
   */
  record Directory(Path path) implements StoreAddress {
    public Directory {
      path = path.toAbsolutePath().normalize();
    }

    @Override
    public String text() {
      return "file://" + path.toUri().getRawPath().replaceFirst("(?<=.)/$", "");
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /**
   * A bucket, or the part of it below a prefix.
   *
   * @param prefix empty or ending in {@code /}
   * @param endpoint of an S3 server other than AWS
   * @param pathStyle whether the bucket stands in the path rather than in the host's name
   * @param region where the bucket is thought to be
   * @param partSize bytes of a part of an upload, 5 MiB to 1 GiB
   * @param storageClass of packs and dumps; empty: STANDARD_IA where it is AWS, otherwise the
   *     bucket's own
   * @param lock of what a recovery needs; empty where nothing is locked
   */
  record Bucket(
      String bucket,
      String prefix,
      Optional<URI> endpoint,
      Optional<Boolean> pathStyle,
      Optional<String> region,
      Optional<ChecksumMode> checksums,
      OptionalInt partSize,
      Optional<StorageClass> storageClass,
      Optional<ObjectLock> lock)
      implements StoreAddress {

    @Override
    public String text() {
      return BucketAddress.write(this);
    }

    @Override
    public String toString() {
      return text();
    }
  }
}
