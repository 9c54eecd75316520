package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Reads and writes {@code s3://} addresses. */
final class BucketAddress {
  private static final String ENDPOINT = "endpoint";
  private static final String PATH_STYLE = "path-style";
  private static final String REGION = "region";
  private static final String CHECKSUMS = "checksums";
  private static final String PART_SIZE = "part-size";
  private static final String STORAGE_CLASS = "storage-class";
  private static final String LOCK = "lock";
  private static final String LOCK_MODE = "lock-mode";
  private static final Set<String> OPTIONS =
      Set.of(ENDPOINT, PATH_STYLE, REGION, CHECKSUMS, PART_SIZE, STORAGE_CLASS, LOCK, LOCK_MODE);

  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}");
  private static final Pattern REGION_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})\\s*(|[kKmMgG])(i?[bB])?");

  /** A hundred years at most, which S3 allows. */
  private static final Pattern DAYS =
      Pattern.compile("([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|36500)d");

  private static final int MIN_PART = 5 << 20;
  private static final int MAX_PART = 1 << 30;

  private BucketAddress() {}

  static StoreAddress.Bucket read(URI uri) {
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw AddressReader.bad("An S3 address names the bucket behind s3://");
    }
    if (authority.contains("@")) {
      throw AddressReader.bad("An S3 address holds no credentials");
    }
    if (!BUCKET.matcher(authority).matches()) {
      throw AddressReader.bad("This is no name of a bucket: " + authority);
    }
    if (uri.getRawFragment() != null) {
      throw AddressReader.bad("An S3 address has no part behind #");
    }
    Map<String, String> options = options(uri.getRawQuery());
    return new StoreAddress.Bucket(
        authority,
        prefix(uri.getPath()),
        Optional.ofNullable(options.get(ENDPOINT)).map(BucketAddress::endpoint),
        Optional.ofNullable(options.get(PATH_STYLE)).map(BucketAddress::truth),
        Optional.ofNullable(options.get(REGION)).map(BucketAddress::region),
        Optional.ofNullable(options.get(CHECKSUMS)).map(BucketAddress::checksums),
        options.containsKey(PART_SIZE)
            ? OptionalInt.of(size(options.getOrDefault(PART_SIZE, "")))
            : OptionalInt.empty(),
        Optional.ofNullable(options.get(STORAGE_CLASS)).map(BucketAddress::storageClass),
        lock(Optional.ofNullable(options.get(LOCK)), Optional.ofNullable(options.get(LOCK_MODE))));
  }

  static String write(StoreAddress.Bucket address) {
    StringJoiner options = new StringJoiner("&", "?", "").setEmptyValue("");
    BiConsumer<String, Object> option =
        (name, value) ->
            options.add(
                name
                    + '='
                    + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8)
                        .replace("%3A", ":")
                        .replace("%2F", "/"));
    address.endpoint().ifPresent(value -> option.accept(ENDPOINT, value));
    address.pathStyle().ifPresent(value -> option.accept(PATH_STYLE, value));
    address.region().ifPresent(value -> option.accept(REGION, value));
    address.checksums().ifPresent(value -> option.accept(CHECKSUMS, value.word()));
    address.partSize().ifPresent(value -> option.accept(PART_SIZE, value));
    address.storageClass().ifPresent(value -> option.accept(STORAGE_CLASS, value));
    address
        .lock()
        .ifPresent(
            value -> {
              option.accept(LOCK, value.days() + "d");
              option.accept(LOCK_MODE, value.mode().word());
            });
    String path = address.prefix().isEmpty() ? "" : "/" + address.prefix();
    return "s3://" + address.bucket() + path.replaceFirst("/$", "") + options;
  }

  private static String prefix(String path) {
    String inner = path.replaceFirst("^/", "").replaceFirst("/$", "");
    if (inner.isEmpty()) {
      return "";
    }
    if (!ObjectKey.isLegal(inner) || inner.length() > 300) {
      throw AddressReader.bad(
          "The prefix may have letters, digits and . _ + = - between single slashes, 300 at most: "
              + inner);
    }
    return inner + '/';
  }

  private static Map<String, String> options(String query) {
    Map<String, String> options = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return options;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!OPTIONS.contains(name)) {
        // Its value stays out of the message: it may be a secret somebody put there.
        throw AddressReader.bad(
            "An S3 address has no option of that name; there are "
                + String.join(", ", OPTIONS.stream().sorted().toList()));
      }
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (options.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8)) != null) {
        throw AddressReader.bad("The option " + name + " is given twice");
      }
    }
    return options;
  }

  /** Reads the address of an S3 server: scheme, host and perhaps port and path. */
  static URI endpoint(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw AddressReader.bad("The S3 endpoint is no URI: " + e.getReason());
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null) {
      throw AddressReader.bad("The S3 endpoint holds no credentials");
    }
    if (!Set.of("http", "https").contains(scheme) || uri.getHost() == null) {
      throw AddressReader.bad("The S3 endpoint begins with http:// or https:// and a host");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw AddressReader.bad("The S3 endpoint ends with its path; write & between options");
    }
    return uri;
  }

  /** Reads the name of a region. */
  static String region(String text) {
    if (!REGION_NAME.matcher(text).matches()) {
      throw AddressReader.bad("This is no name of a region");
    }
    return text;
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw AddressReader.bad("The option path-style is true or false");
    };
  }

  private static ChecksumMode checksums(String text) {
    for (ChecksumMode mode : ChecksumMode.values()) {
      if (mode.word().equals(text) || mode.name().equals(text)) {
        return mode;
      }
    }
    throw AddressReader.bad("The option checksums is when-required or when-supported");
  }

  private static StorageClass storageClass(String text) {
    return switch (text) {
      case "STANDARD" -> StorageClass.STANDARD;
      case "STANDARD_IA" -> StorageClass.STANDARD_IA;
      default ->
          throw AddressReader.bad(
              "The option storage-class is STANDARD or STANDARD_IA; cleanup moves to colder classes"
                  + " what has aged");
    };
  }

  private static Optional<ObjectLock> lock(Optional<String> days, Optional<String> mode) {
    if (days.isEmpty()) {
      if (mode.isPresent()) {
        throw AddressReader.bad("The option lock-mode is of use beside lock alone");
      }
      return Optional.empty();
    }
    if (!DAYS.matcher(days.get()).matches()) {
      throw AddressReader.bad("The option lock is a number of days, for example 30d");
    }
    int count = Integer.parseInt(days.get().replace("d", ""));
    return Optional.of(
        new ObjectLock(count, mode.map(BucketAddress::mode).orElse(ObjectLock.Mode.GOVERNANCE)));
  }

  private static ObjectLock.Mode mode(String text) {
    return switch (text) {
      case "governance" -> ObjectLock.Mode.GOVERNANCE;
      case "compliance" -> ObjectLock.Mode.COMPLIANCE;
      default -> throw AddressReader.bad("The option lock-mode is governance or compliance");
    };
  }

  private static int size(String text) {
    var matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw AddressReader.bad("The option part-size is a number of bytes, for example 8MiB");
    }
    int shift =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    long size = Long.parseLong(matcher.group(1)) << shift;
    if (size < MIN_PART || size > MAX_PART) {
      throw AddressReader.bad("The option part-size is from 5MiB to 1GiB");
    }
    return (int) size;
  }
}
