package io.mockupaws.store;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * What holds for stores where their address says nothing.
 *
 * @param endpoint of the S3 server, from {@code AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}
 * @param region a hint, from {@code BACKUP_REGION} or {@code AWS_REGION}
 * @param credentials empty: those of the AWS SDK's default chain
 * @param retry how long faults that may pass are waited out
 * @param waiting is told of every such wait
 */
public record StoreOptions(
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<S3Credentials> credentials,
    RetryPolicy retry,
    RetryListener waiting) {

  /** Nothing given. */
  public static StoreOptions none() {
    return new StoreOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        RetryPolicy.patient(),
        RetryListener.silent());
  }

  /**
   * What the environment says.
   *
   * @throws io.mockupaws.core.failure.Failure BAD_ADDRESS when the endpoint or region is none
   */
  public static StoreOptions of(Map<String, String> environment) {
    return new StoreOptions(
        first(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL").map(BucketAddress::endpoint),
        first(environment, "BACKUP_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
            .map(BucketAddress::region),
        Optional.empty(),
        RetryPolicy.patient(),
        RetryListener.silent());
  }

  private static Optional<String> first(Map<String, String> environment, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.strip());
      }
    }
    return Optional.empty();
  }

  public StoreOptions withEndpoint(URI endpoint) {
    return new StoreOptions(Optional.of(endpoint), region, credentials, retry, waiting);
  }

  public StoreOptions withRegion(String region) {
    return new StoreOptions(endpoint, Optional.of(region), credentials, retry, waiting);
  }

  public StoreOptions withCredentials(S3Credentials credentials) {
    return new StoreOptions(endpoint, region, Optional.of(credentials), retry, waiting);
  }

  public StoreOptions withRetry(RetryPolicy retry) {
    return new StoreOptions(endpoint, region, credentials, retry, waiting);
  }

  public StoreOptions withWaiting(RetryListener waiting) {
    return new StoreOptions(endpoint, region, credentials, retry, waiting);
  }
}
