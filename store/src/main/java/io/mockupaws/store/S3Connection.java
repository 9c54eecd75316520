package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The client of one bucket, made at its first use: a command that ends before pays nothing for it.
 *
 * <p>The Apache client is used rather than {@code HttpURLConnection}, which sends a POST again by
 * itself when the connection breaks, so that a creation would meet its own object, and which has no
 * bound on connections and no way to drop a stream without reading it to its end.
 */
final class S3Connection implements AutoCloseable {
  private static final String DEFAULT_REGION = "us-east-1";
  private static final int MAX_CONNECTIONS = 128;
  private static final int SLOWEST_BYTES_A_SECOND = 32 * 1024;

  private final StoreAddress.Bucket address;
  private final Optional<URI> endpoint;
  private final String region;
  private final AwsCredentialsProvider credentials;
  private final Supplier<SdkHttpClient> http;
  private final Duration answerWithin;
  private @Nullable S3Client client;
  private @Nullable SdkHttpClient httpClient;
  private boolean closed;

  S3Connection(StoreAddress.Bucket address, StoreOptions options) {
    this(address, options, S3Connection::apache, Duration.ofSeconds(60));
  }

  /**
   * As above, with parts of the caller's choice.
   *
   * @param answerWithin how long a request without a body may take until its answer begins
   */
  S3Connection(
      StoreAddress.Bucket address,
      StoreOptions options,
      Supplier<SdkHttpClient> http,
      Duration answerWithin) {
    this.address = address;
    this.endpoint = address.endpoint().or(options::endpoint);
    this.region = address.region().or(options::region).orElse(DEFAULT_REGION);
    this.credentials =
        options
            .credentials()
            .map(S3Connection::fixed)
            .orElseGet(() -> new FoundCredentials(DefaultCredentialsProvider.builder()::build));
    this.http = http;
    this.answerWithin = answerWithin;
  }

  static SdkHttpClient apache() {
    return Apache5HttpClient.builder()
        .maxConnections(MAX_CONNECTIONS)
        .connectionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(60))
        .connectionAcquisitionTimeout(Duration.ofMinutes(5))
        // Servers drop idle connections after about 20 s; ours are dropped first.
        .connectionMaxIdleTime(Duration.ofSeconds(10))
        .tcpKeepAlive(true)
        .build();
  }

  private static AwsCredentialsProvider fixed(S3Credentials given) {
    return StaticCredentialsProvider.create(
        given.sessionToken().isPresent()
            ? AwsSessionCredentials.create(
                given.accessKeyId(), given.secretAccessKey(), given.sessionToken().get())
            : AwsBasicCredentials.create(given.accessKeyId(), given.secretAccessKey()));
  }

  /**
   * Ends a request that hangs. Reading has the socket's own limit, but a peer that is gone without
   * a word holds up a write for as long as the kernel sends again: a quarter of an hour.
   *
   * @param bytes that the request's body holds
   */
  AwsRequestOverrideConfiguration limit(long bytes) {
    return limit(answerWithin.plusSeconds(bytes / SLOWEST_BYTES_A_SECOND));
  }

  /** A completion may take minutes while the server joins the parts. */
  static AwsRequestOverrideConfiguration limitOfCompletion() {
    return limit(Duration.ofMinutes(10));
  }

  private static AwsRequestOverrideConfiguration limit(Duration time) {
    return AwsRequestOverrideConfiguration.builder().apiCallAttemptTimeout(time).build();
  }

  synchronized S3Client client() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    if (client == null) {
      httpClient = http.get();
      client = build(httpClient);
    }
    return client;
  }

  private S3Client build(SdkHttpClient httpClient) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(httpClient)
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .overrideConfiguration(
                // Trying again is the wrapper's part.
                settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .forcePathStyle(address.pathStyle().orElse(endpoint.isPresent()));
    switch (checksums()) {
      case WHEN_REQUIRED ->
          builder
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
      case WHEN_SUPPORTED ->
          builder
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_SUPPORTED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_SUPPORTED);
    }
    if (endpoint.isPresent()) {
      builder.endpointOverride(endpoint.get());
    } else {
      // The region is a hint: the client asks S3 for the bucket's and remembers it.
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  /** Servers other than AWS often know nothing of the newer checksums. */
  private ChecksumMode checksums() {
    return address
        .checksums()
        .orElse(endpoint.isPresent() ? ChecksumMode.WHEN_REQUIRED : ChecksumMode.WHEN_SUPPORTED);
  }

  /**
   * The class in which packs and dumps are stored; empty for the bucket's own. Of other servers
   * than AWS not all have STANDARD_IA, and some refuse what they do not have.
   */
  Optional<StorageClass> storageClass() {
    return address
        .storageClass()
        .or(() -> endpoint.isPresent() ? Optional.empty() : Optional.of(StorageClass.STANDARD_IA));
  }

  /** The class an object is stored in, in S3's words; empty for the bucket's own. */
  Optional<String> storageClassOf(ObjectKey key) {
    return StorageClass.appliesTo(key) ? storageClass().map(StorageClass::name) : Optional.empty();
  }

  /** Where requests go, for messages. */
  String server() {
    return endpoint.map(URI::toString).orElse("S3 (" + region + ")");
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
    if (httpClient != null) {
      httpClient.close();
    }
  }
}
